"""What the team can look up, and what it cannot."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.export import as_csv, as_json, spoken
from bot.facilitation import Mistake, NotAllowed
from storage import tables as t
from storage.broadcasts import Audience
from storage.reflections import Filter
from tests.bot.team import ADA, BEN, Team


async def read(team: Team, **wanted: object) -> list[str]:
    found = await team.office.reflections(ADA, Filter(**{"areas": (), **wanted}))  # type: ignore[arg-type]
    return [f"{row.code_name}: {spoken(row)}" for row in found.rows]


async def test_a_reflection_is_read_by_code_name(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "The bus never came.")

    found = await team.office.reflections(ADA)

    assert [(row.code_name, spoken(row), row.version) for row in found.rows] == [
        ("Heron-1", "The bus never came.", "v1")
    ]
    assert "Real-Heron-1" not in repr(found) + as_csv(found.rows) + as_json(found.rows)


@pytest.mark.parametrize(
    "hidden",
    [{"share": "me"}, {"vis": "P"}, {"vis": "X"}, {"value": None}, {"run": {"state": "waiting"}}, {"kind": "choice"}],
)
async def test_what_is_not_for_the_team_is_not_shown(team: Team, hidden: dict[str, Any]) -> None:
    await team.answer(await team.person("Heron-1"), "canary", **hidden)

    assert await read(team) == []


async def test_what_was_taken_back_or_never_agreed_to_is_not_shown(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "canary", withdrawn_at=team.clock.at)
    await team.answer(await team.person("Heron-2", state="joining"), "canary")

    assert await read(team) == []


async def test_what_is_kept_back_is_counted(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "canary", share="me")
    await team.answer(await team.person("Heron-2"), "canary", run={"state": "waiting"})

    found = await team.office.reflections(ADA)

    assert (found.unseen.private, found.unseen.unfinished) == (1, 1)


async def test_once_asked_who_may_read_it_an_answer_is_shown_though_the_talk_goes_on(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, "First", run={"state": "waiting"})
    await team.answer(pid, step="share", kind="share", value='"team"', at=team.clock.at + timedelta(minutes=1))
    await team.answer(pid, "Second", step="more", at=team.clock.at + timedelta(minutes=2))

    assert await read(team) == ["Heron-1: First"]


async def test_several_messages_make_one_reflection_in_their_newest_words(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, "The buss", part={"replaced_at": team.clock.at})
    own = {"run_id": f"diary_1-{pid}", "step": "day", "participant_id": pid, "message": "2"}
    later = team.clock.at + timedelta(seconds=5)
    await team.add(t.answer_parts, **own, text="The bus", at=team.clock.at)
    await team.add(t.answer_parts, **own, media_kind="voice", media_reference="secret", seconds=72, at=later)

    assert await read(team) == ["Heron-1: The bus\n[voice note 1:12]"]


async def test_reflections_by_area_wave_flow_step_and_time(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "one")
    await team.answer(await team.person("Wren-1", area="newquay"), "two", wave=2, step="night")
    await team.answer(await team.person("Heron-2"), "three", flow="diary_2", at=team.clock.at + timedelta(days=1))

    assert await read(team, areas=("newquay",)) == ["Wren-1: two"]
    assert await read(team, wave=1) == ["Heron-2: three", "Heron-1: one"]
    assert await read(team, step="night") == ["Wren-1: two"]
    assert await read(team, flow="diary_1", areas=("hull",)) == ["Heron-1: one"]
    assert await read(team, since=team.clock.at + timedelta(hours=1)) == ["Heron-2: three"]
    assert await read(team, limit=1) == ["Heron-2: three"]
    with pytest.raises(Mistake, match="no conversation “diary_9”"):
        await read(team, flow="diary_9")


async def test_a_facilitator_reads_only_their_own_area(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "one")
    await team.answer(await team.person("Wren-1", area="newquay"), "two")

    found = await team.office.reflections(BEN)
    with pytest.raises(NotAllowed):
        await team.office.reflections(BEN, Filter(areas=("newquay",)))

    assert [row.code_name for row in found.rows] == ["Heron-1"]


async def test_an_export_is_noted_with_its_size(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "one")
    await team.answer("heron-1", step="patch", kind="choice", value='"bransholme"')

    found = await team.office.export(BEN, Filter(areas=(), open_only=False))

    [line] = await team.rows(t.journal)
    assert len(found.rows) == 2
    assert (line.who, line.action, line.detail) == ("Ben", "export", '{"rows":2}')


async def test_progress_counts_people_by_state_and_by_what_they_answered(team: Team) -> None:
    for n in range(12):
        await team.answer(await team.person(f"Heron-{n}"), "one")
    for n in range(12, 18):
        await team.person(f"Heron-{n}", state="paused")
    await team.person("Heron-20", state="stopped")
    await team.person("Heron-21", state="joining")

    hull, newquay = await team.office.progress(ADA)

    assert (hull.joined.n, hull.active.n, hull.paused.n, hull.heard.n) == (18, 12, 6, 12)
    assert [str(n) for n in (hull.stopped, hull.joining)] == ["fewer than 5", "fewer than 5"]
    assert {flow: n.n for flow, n in hull.answered.items()} == {"diary_1": 12}
    assert (newquay.joined.n, newquay.answered) == (0, {})
    assert [area.area for area in await team.office.progress(BEN)] == ["hull"]


async def test_who_takes_a_break_cannot_be_worked_out_from_the_rest(team: Team) -> None:
    for n in range(12):
        await team.person(f"Heron-{n}", state="paused" if n < 2 else "active")

    hull, _ = await team.office.progress(ADA)

    assert [str(n) for n in (hull.joined, hull.active, hull.paused)] == ["12", "8 or more", "fewer than 5"]


async def test_people_are_listed_with_their_attendance(team: Team) -> None:
    await team.person("Wren-1", area="newquay")
    await team.person("Heron-1")
    await team.office.attend(ADA, "hull", 1, "attended", ["Heron-1"])

    listed = await team.office.people(ADA)

    assert [(member.code_name, member.attendance) for member in listed] == [
        ("Heron-1", {1: "attended"}),
        ("Wren-1", {}),
    ]


async def test_one_line_of_time_shows_past_and_future_and_no_replies(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.office.send(ADA, "remind_24h", Audience(), key="k")
    own = {"participant_id": pid, "kind": "entry"}
    done, later = team.clock.at - timedelta(days=1), team.clock.at + timedelta(days=1)
    await team.add(t.deadlines, id=7, **own, key="entry:diary_1", due_at=done, state="done", settled_at=done)
    await team.add(t.deadlines, id=8, **own, key="entry:diary_2", due_at=later, state="planned", reason="moved")
    await team.add(t.deadlines, id=9, **{**own, "kind": "timer"}, key="run:r:gather", due_at=done, state="done")
    message = {"op": 0, "participant_id": pid, "channel": "demo", "bot": "demo", "chat": pid, "body": "{}"}
    sent = {"state": "sent", "settled_at": done, "not_before": done, "created_at": done}
    await team.add(t.outbox, **message, **sent, cause=f"deadline:7:{done.timestamp():.6f}", priority=1)
    await team.add(t.outbox, **message, **sent, cause="demo:demo:1", priority=0)

    line = await team.office.plan_of(BEN, "heron-1")

    assert [(m.kind, m.what, m.state, m.reason) for m in line.moments] == [
        ("prompt", "diary_1", "done", ""),
        ("message", "diary_1", "sent", ""),
        ("broadcast", "remind_24h", "queued", ""),
        ("prompt", "diary_2", "planned", "moved"),
    ]
    assert [row.key for row in await team.office.upcoming(BEN)] == ["entry:diary_2"]


async def test_a_request_is_closed_once(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.person("Wren-1", area="newquay")
    for number, person in ((1, pid), (2, "wren-1"), (3, None)):
        await team.add(t.tasks, id=number, participant_id=person, kind="callback", created_at=team.clock.at)

    waiting = await team.office.tasks(BEN)
    closed = await team.office.done(BEN, 1)

    assert [(task.id, task.code_name) for task in waiting] == [(1, "Heron-1"), (3, "")]
    assert closed.done_by == "Ben"
    with pytest.raises(Mistake, match="Request 1 is done already"):
        await team.office.done(ADA, 1)
    with pytest.raises(Mistake, match="no request number 99"):
        await team.office.done(ADA, 99)
    with pytest.raises(NotAllowed):
        await team.office.done(BEN, 2)
    assert [task.id for task in await team.office.tasks(ADA)] == [2, 3]


async def test_the_journal_never_holds_what_somebody_said(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "canary")

    await team.office.export(ADA)
    await team.office.send(ADA, "thanks", Audience(), key="k", fill={"headline": "canary"})

    async with team.db.read() as conn:
        lines = (await conn.scalars(sa.select(t.journal.c.detail))).all()
    assert len(lines) == 2
    assert "canary" not in "".join(lines)
