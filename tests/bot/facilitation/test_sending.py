"""Messages to an audience: looked at first, sent once to each, called off, accounted for."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake, NotAllowed
from bot.messages import Outgoing
from storage import broadcasts as store
from storage import tables as t
from storage.broadcasts import Audience
from storage.rows import from_json
from tests.bot.team import ADA, BEN, Team


async def everybody(team: Team) -> None:
    """One person for each reason to be left out, two who get the message."""
    await team.person("Heron-1")
    await team.person("Heron-2")
    await team.person("Left-1", state="stopped")
    await team.person("Paused-1", state="paused")
    await team.person("Joining-1", state="joining")
    await team.person("Gone-1", reachable=False)
    await team.person("Quiet-1", remind="no")
    await team.person("Wren-1", area="newquay")
    answered = await team.person("Done-1")
    await team.answer(answered, "My day")


async def test_a_preview_counts_and_names_every_reason(team: Team) -> None:
    await everybody(team)

    looked = await team.office.preview(ADA, "remind_24h", Audience(areas=("hull",), not_answered="diary_1"))

    assert looked.recipients == ("Heron-1", "Heron-2")
    assert {person.code_name: person.reason for person in looked.excluded} == {
        "Done-1": "has answered",
        "Gone-1": "cannot be reached",
        "Joining-1": "has not finished joining",
        "Left-1": "has left",
        "Paused-1": "takes a break",
        "Quiet-1": "did not agree to reminders",
    }
    assert sum(looked.reasons.values()) == 6
    assert looked.warning == ""
    assert await team.rows(t.outbox) == []


async def test_a_sample_shows_the_words_but_nobodys_name(team: Team) -> None:
    await team.person("Heron-1")

    looked = await team.office.preview(ADA, "remind_24h", Audience())

    assert looked.sample == "Hi Sam. See you at the workshop."
    assert looked.buttons == ("I cannot come",)


async def test_each_person_gets_one_message_with_their_own_button(team: Team) -> None:
    await everybody(team)

    posted = await team.office.send(ADA, "remind_24h", Audience(areas=("hull",)), key="k")

    rows = {row.participant_id: row for row in await team.rows(t.outbox)}
    deliveries = {row.participant_id: row for row in await team.rows(t.deliveries)}
    assert (posted.count, posted.excluded, posted.repeated) == (3, 5, False)
    assert set(rows) == {"heron-1", "heron-2", "done-1"}
    message = from_json(rows["heron-1"].body, Outgoing)
    assert message.text.startswith("Hi Real-Heron-1.")
    assert message.choices[0].token == f"b.{deliveries['heron-1'].id}.cant_come"
    assert deliveries["heron-1"].outbox_id == rows["heron-1"].id
    assert deliveries["left-1"].excluded == "has left"
    assert (rows["heron-1"].priority, rows["heron-1"].policy, rows["heron-1"].op) == (2, "hold", 0)
    assert rows["heron-1"].expires_at == team.clock.at + timedelta(days=1)
    assert team.woken == 1


@pytest.mark.parametrize("together", [2, 3])
async def test_nobody_is_left_out_of_a_message_to_many_that_is_made_a_few_at_a_time(
    team: Team, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr("storage.broadcasts.MOST", together)
    monkeypatch.setattr("storage.rows.MOST", together)
    people = [await team.person(f"Heron-{number}") for number in range(1, 7)]
    await team.person("Left-1", state="stopped")

    posted = await team.office.send(ADA, "remind_24h", Audience(areas=("hull",)), key="k")

    rows = {row.participant_id: row.id for row in await team.rows(t.outbox)}
    tied = {row.participant_id: row.outbox_id for row in await team.rows(t.deliveries) if not row.excluded}
    assert (posted.count, posted.excluded) == (6, 1)
    assert sorted(rows) == people
    assert tied == rows


async def test_a_message_expires_when_the_workshop_begins(team: Team) -> None:
    await team.person("Heron-1")
    starts = team.clock.at + timedelta(hours=2)
    await team.add(t.workshops, area="hull", wave=1, starts_at=starts, ends_at=starts + timedelta(hours=3))

    await team.office.send(ADA, "remind_24h", Audience(), key="k")

    assert [row.expires_at for row in await team.rows(t.outbox)] == [starts]


async def test_pressing_twice_sends_once(team: Team) -> None:
    await team.person("Heron-1")
    first = await team.office.send(ADA, "remind_24h", Audience(), key="k")
    await team.person("Heron-2")

    second = await team.office.send(ADA, "remind_24h", Audience(), key="k")

    assert second.repeated
    assert second.broadcast == first.broadcast
    assert len(await team.rows(t.outbox)) == 1


async def test_pressing_twice_at_once_sends_once(team: Team) -> None:
    await team.person("Heron-1")

    ends = await asyncio.gather(
        *(team.office.send(ADA, "remind_24h", Audience(), key="k") for _ in range(4)), return_exceptions=True
    )

    assert sum(not isinstance(end, BaseException) and not end.repeated for end in ends) == 1
    assert all(isinstance(end, Mistake) for end in ends if isinstance(end, BaseException))
    assert len(await team.rows(t.outbox)) == 1


@pytest.mark.parametrize("key", ["", "k" * 81])
async def test_a_key_that_cannot_be_kept_is_refused(team: Team, key: str) -> None:
    await team.person("Heron-1")

    with pytest.raises(Mistake, match="1 to 80 characters"):
        await team.office.send(ADA, "remind_24h", Audience(), key=key)


async def test_who_got_it_is_left_out_the_next_time(team: Team) -> None:
    await team.person("Heron-1")
    await team.office.send(ADA, "remind_24h", Audience(), key="first")
    await team.person("Heron-2")

    looked = await team.office.preview(ADA, "remind_24h", Audience())
    again = await team.office.preview(ADA, "remind_24h", Audience(again=True))

    assert looked.recipients == ("Heron-2",)
    assert [person.reason for person in looked.excluded] == ["already got it"]
    assert again.recipients == ("Heron-1", "Heron-2")


async def test_who_did_not_get_it_is_not_left_out(team: Team) -> None:
    await team.person("Heron-1")
    await team.office.send(ADA, "remind_24h", Audience(), key="first")
    async with team.db.write() as conn:
        await conn.execute(sa.update(t.outbox).values(state="expired"))

    looked = await team.office.preview(ADA, "remind_24h", Audience())

    assert looked.recipients == ("Heron-1",)


async def test_a_broadcast_to_nobody_is_refused_in_one_sentence(team: Team) -> None:
    await team.person("Left-1", state="stopped")

    looked = await team.office.preview(ADA, "remind_24h", Audience())
    with pytest.raises(Mistake, match=r"Nobody would get this message: 1 has left\."):
        await team.office.send(ADA, "remind_24h", Audience(), key="k")

    assert looked.warning == "Nobody would get this message: 1 has left."
    assert await team.rows(t.broadcasts) == []


async def test_an_audience_of_nobody_at_all_says_so(team: Team) -> None:
    looked = await team.office.preview(ADA, "remind_24h", Audience())

    assert looked.warning == "Nobody would get this message: no participant fits this audience."


@pytest.mark.parametrize(
    ("attendance", "expected"),
    [("attended", ("Heron-1",)), ("missed", ("Heron-2",)), ("unmarked", ("Heron-3",)), ("left_early", ())],
)
async def test_an_audience_by_attendance(team: Team, attendance: str, expected: tuple[str, ...]) -> None:
    for code_name in ("Heron-1", "Heron-2", "Heron-3"):
        await team.person(code_name)
    await team.office.attend(ADA, "hull", 1, "attended", ["Heron-1"])
    await team.office.attend(ADA, "hull", 1, "missed", ["Heron-2"])

    looked = await team.office.preview(ADA, "remind_24h", Audience(attendance=attendance))

    assert looked.recipients == expected


async def test_an_audience_by_state_leaves_the_others_unnamed(team: Team) -> None:
    await everybody(team)

    looked = await team.office.preview(ADA, "remind_24h", Audience(areas=("newquay",), states=("active",)))

    assert looked.recipients == ("Wren-1",)
    assert looked.excluded == ()


@pytest.mark.parametrize(
    ("template", "audience", "sentence"),
    [
        ("remind_9h", Audience(), "no message “remind_9h”"),
        ("remind_24h", Audience(areas=("hul",)), "no area “hul”"),
        ("remind_24h", Audience(attendance="there"), "“there” is no attendance"),
        ("remind_24h", Audience(states=("asleep",)), "“asleep” is no state"),
        ("remind_24h", Audience(not_answered="diary_9"), "no conversation “diary_9”"),
        ("remind_24h", Audience(wave=3), "no wave 3"),
    ],
)
async def test_a_wrong_word_is_answered_with_the_right_ones(
    team: Team, template: str, audience: Audience, sentence: str
) -> None:
    with pytest.raises(Mistake, match=sentence):
        await team.office.preview(ADA, template, audience)


async def test_a_message_that_needs_a_value_asks_for_it(team: Team) -> None:
    await team.person("Heron-1")

    with pytest.raises(Mistake, match="headline"):
        await team.office.send(ADA, "thanks", Audience(), key="k")
    await team.office.send(ADA, "thanks", Audience(), key="k", fill={"headline": "buses matter"})

    message = from_json((await team.rows(t.outbox))[0].body, Outgoing)
    assert message.text == "Thank you. You helped us see buses matter."


async def test_nothing_goes_out_in_the_quiet_hours_unless_urgent(team: Team) -> None:
    await team.person("Heron-1")
    team.clock.at = team.clock.at.replace(hour=22)

    looked = await team.office.preview(ADA, "change", Audience(areas=("hull",)))
    with pytest.raises(Mistake, match="It is 22:00 in Hull: quiet hours until Friday 09:00"):
        await team.office.send(ADA, "change", Audience(), key="k")
    await team.office.send(ADA, "change", Audience(), key="k", urgent=True)

    assert "quiet hours" in looked.warning
    assert len(await team.rows(t.outbox)) == 1


async def test_the_ledger_has_a_row_for_everybody_and_adds_up(team: Team) -> None:
    await everybody(team)
    posted = await team.office.send(ADA, "remind_24h", Audience(), key="k")
    ends = {"heron-1": "sent", "heron-2": "refused", "done-1": "uncertain", "wren-1": "expired"}
    async with team.db.write() as conn:
        for pid, state in ends.items():
            mine = t.outbox.c.participant_id == pid
            await conn.execute(sa.update(t.outbox).where(mine).values(state=state, reason=f"why {state}"))

    ledger = await team.office.ledger(ADA, posted.broadcast.id)

    by_name = {row.code_name: (row.outcome, row.reason) for row in ledger.rows}
    assert by_name["Heron-2"] == ("refused", "why refused")
    assert by_name["Quiet-1"] == ("excluded", "did not agree to reminders")
    async with team.db.read() as conn:
        counted = await store.outcomes(conn, posted.broadcast.id)
    assert ledger.counts == counted == {"excluded": 5, "sent": 1, "refused": 1, "uncertain": 1, "expired": 1}
    assert sum(ledger.counts.values()) == len(ledger.rows) == 9


async def test_somebody_erased_still_counts_without_a_name(team: Team) -> None:
    await team.person("Heron-1")
    posted = await team.office.send(ADA, "remind_24h", Audience(), key="k")
    async with team.db.write() as conn:
        await conn.execute(sa.update(t.deliveries).values(participant_id=None))
        await conn.execute(sa.delete(t.participants))

    ledger = await team.office.ledger(ADA, posted.broadcast.id)

    assert [(row.code_name, row.outcome) for row in ledger.rows] == [("", "queued")]


async def test_cancelling_stops_what_has_not_gone_out(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Heron-2")
    posted = await team.office.send(ADA, "remind_24h", Audience(), key="k")
    async with team.db.write() as conn:
        gone = t.outbox.c.participant_id == "heron-1"
        await conn.execute(sa.update(t.outbox).where(gone).values(state="sending"))

    stopped = await team.office.cancel(ADA, id=posted.broadcast.id)

    ledger = await team.office.ledger(ADA, posted.broadcast.id)
    assert stopped == 1
    assert Counter(row.outcome for row in ledger.rows) == {"sending": 1, "cancelled": 1}
    assert ledger.broadcast.state == "cancelled"
    assert await team.office.cancel(ADA, id=posted.broadcast.id) == 0


async def test_what_was_called_off_before_is_not_sent_after(team: Team) -> None:
    await team.person("Heron-1")

    await team.office.call_off(ADA, "remind_24h", Audience(), key="k")
    posted = await team.office.send(ADA, "remind_24h", Audience(), key="k")

    assert posted.repeated
    assert posted.broadcast.state == "cancelled"
    assert await team.rows(t.outbox) == []


async def test_a_facilitator_reaches_only_their_own_areas(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Wren-1", area="newquay")

    looked = await team.office.preview(BEN, "remind_24h", Audience())
    with pytest.raises(NotAllowed, match="Ben may not send reminders in Newquay"):
        await team.office.send(BEN, "remind_24h", Audience(areas=("newquay",)), key="k")

    refused = [row for row in await team.rows(t.journal) if row.action == "refused"]
    assert looked.recipients == ("Heron-1",)
    assert [(row.who, row.subject) for row in refused] == [("Ben", "newquay")]


async def test_a_ledger_of_other_areas_stays_closed(team: Team) -> None:
    await team.person("Wren-1", area="newquay")
    posted = await team.office.send(ADA, "remind_24h", Audience(), key="k")

    with pytest.raises(NotAllowed):
        await team.office.ledger(BEN, posted.broadcast.id)
    assert await team.office.broadcasts(BEN) == []
    assert [b.id for b in await team.office.broadcasts(ADA)] == [posted.broadcast.id]


async def test_trying_it_out_reaches_only_the_facilitator(team: Team) -> None:
    await team.person("Heron-1")
    await team.add(t.facilitators, id="ben", name="Ben", created_at=team.clock.at)
    await team.add(t.contacts, channel="demo", bot="demo", chat="77", facilitator_id="ben")

    await team.office.test_send(BEN, "remind_24h")

    assert [(row.chat, row.participant_id, row.burn) for row in await team.rows(t.outbox)] == [("77", None, True)]
    with pytest.raises(Mistake, match="no chat to try it out in"):
        await team.office.test_send(ADA, "remind_24h")


async def test_the_calendars_messages_stand_on_the_same_ledger(team: Team) -> None:
    pid = await team.person("Heron-1")
    key = "calendar:remind:hull"
    message = {"op": 0, "channel": "demo", "bot": "demo", "chat": pid, "body": "{}", "not_before": team.clock.at}
    await team.add(t.outbox, cause="deadline:1", participant_id=pid, created_at=team.clock.at, **message)
    async with team.db.write() as conn:
        of: Any = {"key": key, "template": "remind_24h", "participant_id": pid, "now": team.clock.at}
        delivery = await store.deliver_from_calendar(conn, **of)
        assert await store.deliver_from_calendar(conn, **of) == delivery
        await store.tie(conn, delivery, "deadline:1")
        assert await store.template_of(conn, delivery, pid) == "remind_24h"
        assert await store.template_of(conn, delivery, "somebody else") == ""
        broadcast = await store.find(conn, key=key)

    assert broadcast is not None
    ledger = await team.office.ledger(ADA, broadcast.id)
    looked = await team.office.preview(ADA, "remind_24h", Audience())
    assert [(row.code_name, row.outcome) for row in ledger.rows] == [("Heron-1", "queued")]
    assert [person.reason for person in looked.excluded] == ["already got it"]
