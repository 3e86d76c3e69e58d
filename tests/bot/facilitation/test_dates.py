"""Workshops: set, moved, looked at before; and who was there."""

from datetime import UTC, datetime, timedelta

import pytest

from bot import planning
from bot.facilitation import Mistake, NotAllowed
from storage import tables as t
from tests.bot.team import ADA, BEN, Team

THURSDAY = datetime(2026, 11, 12, 18, 0)  # noqa: DTZ001  (local to the area, as it is typed)
SATURDAY = datetime(2026, 11, 14, 10, 0)  # noqa: DTZ001


async def planned(team: Team) -> dict[str, datetime]:
    return {row.participant_id: row.due_at for row in await team.rows(t.deadlines) if row.state == "planned"}


async def test_a_workshop_is_set_in_the_time_of_its_area(team: Team) -> None:
    placed = await team.office.set_workshop(ADA, "hull", 1, datetime(2026, 7, 2, 18, 0), confirm=True)  # noqa: DTZ001

    assert placed.workshop.starts_at == datetime(2026, 7, 2, 17, 0, tzinfo=UTC)
    assert placed.workshop.ends_at - placed.workshop.starts_at == timedelta(hours=3)
    assert placed.was is None


async def test_a_moved_workshop_moves_its_prompts_and_keeps_what_is_not_said(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Wren-1", area="newquay")
    await team.office.set_workshop(ADA, "hull", 1, THURSDAY, place="Town Hall", map="https://maps.example/1")
    before = await planned(team)

    placed = await team.office.set_workshop(ADA, "hull", 1, SATURDAY)

    after = await planned(team)
    assert (placed.moved, placed.sent, placed.dropped) == (1, 0, 0)
    assert (placed.workshop.place, placed.workshop.map) == ("Town Hall", "https://maps.example/1")
    assert after["heron-1"] - before["heron-1"] == timedelta(days=2)
    assert team.woken == 2


@pytest.mark.parametrize("together", [2, 3])
async def test_nobody_is_left_out_when_the_calendars_of_many_are_made_a_few_at_a_time(
    team: Team, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(planning, "TOGETHER", together)
    people = [await team.person(f"Heron-{number}") for number in range(1, 7)]
    await team.office.set_workshop(ADA, "hull", 1, THURSDAY)

    placed = await team.office.set_workshop(ADA, "hull", 1, SATURDAY)

    assert placed.moved == 6
    assert [*await planned(team)] == people


async def test_a_dry_run_changes_nothing(team: Team) -> None:
    await team.person("Heron-1")
    await team.office.set_workshop(ADA, "hull", 1, THURSDAY)
    before, lines = await planned(team), len(await team.rows(t.journal))

    placed = await team.office.set_workshop(ADA, "hull", 1, SATURDAY, dry=True)

    assert placed.dry
    assert placed.moved == 1
    assert await planned(team) == before
    assert [w.starts_at for w in await team.office.workshops(ADA)] == [datetime(2026, 11, 12, 18, 0, tzinfo=UTC)]
    assert len(await team.rows(t.journal)) == lines


async def test_what_was_sent_stays(team: Team) -> None:
    pid = await team.person("Heron-1")
    sent = {"participant_id": pid, "key": "entry:diary_1", "kind": "entry", "due_at": team.clock.at}
    await team.add(t.deadlines, **sent, state="done", settled_at=team.clock.at)

    placed = await team.office.set_workshop(ADA, "hull", 1, SATURDAY)

    assert (placed.moved, placed.sent) == (0, 1)
    assert await planned(team) == {}


async def test_a_date_in_the_past_needs_a_second_word(team: Team) -> None:
    past = datetime(2026, 11, 4, 18, 0)  # noqa: DTZ001

    with pytest.raises(Mistake, match=r"Wednesday 04 November 2026, 18:00 is in the past\. Confirm"):
        await team.office.set_workshop(ADA, "hull", 1, past)
    assert await team.rows(t.workshops) == []

    await team.office.set_workshop(ADA, "hull", 1, past, confirm=True)
    assert len(await team.rows(t.workshops)) == 1


async def test_impossible_times_are_refused(team: Team) -> None:
    no_such_hour = datetime(2027, 3, 28, 1, 30)  # noqa: DTZ001

    with pytest.raises(Mistake, match="clocks go forward"):
        await team.office.set_workshop(ADA, "hull", 1, no_such_hour)
    with pytest.raises(Mistake, match="before it begins"):
        await team.office.set_workshop(ADA, "hull", 1, THURSDAY, THURSDAY - timedelta(hours=1))
    with pytest.raises(Mistake, match="no wave 3"):
        await team.office.set_workshop(ADA, "hull", 3, THURSDAY)
    with pytest.raises(Mistake, match="no area “hill”"):
        await team.office.set_workshop(ADA, "hill", 1, THURSDAY)


async def test_only_the_areas_own_facilitators_set_its_date(team: Team) -> None:
    with pytest.raises(NotAllowed, match="Ben may not set the date of a workshop in Newquay"):
        await team.office.set_workshop(BEN, "newquay", 1, THURSDAY)

    await team.office.set_workshop(BEN, "hull", 1, THURSDAY)
    assert [w.area for w in await team.office.workshops(BEN)] == ["hull"]


async def test_everybody_who_is_not_marked_is_marked(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Heron-2")
    await team.person("Heron-3", state="joining")
    await team.person("Wren-1", area="newquay")
    await team.office.attend(ADA, "hull", 1, "missed", ["heron-2"])

    marked = await team.office.attend(ADA, "hull", 1, "attended")

    assert marked.code_names == ("Heron-1",)
    states = {row.participant_id: (row.state, row.by) for row in await team.rows(t.attendance)}
    assert states == {"heron-1": ("attended", "Ada"), "heron-2": ("missed", "Ada")}


async def test_a_mark_can_be_put_right(team: Team) -> None:
    await team.person("Heron-1")

    await team.office.attend(ADA, "hull", 1, "missed", ["Heron-1"])
    await team.office.attend(ADA, "hull", 1, "left_early", ["Heron-1", "HERON-1"])

    assert [row.state for row in await team.rows(t.attendance)] == ["left_early"]


async def test_one_strange_name_marks_nobody(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Wren-1", area="newquay")

    with pytest.raises(Mistake, match=r"Not in Hull: Wren-1, Owl-9\. Nobody was marked\."):
        await team.office.attend(ADA, "hull", 1, "attended", ["Heron-1", "Wren-1", "Owl-9"])
    with pytest.raises(Mistake, match="“came” is no attendance"):
        await team.office.attend(ADA, "hull", 1, "came")

    assert await team.rows(t.attendance) == []
