"""A message that has its hour: it goes to whoever it is for then, once, or it says why it did not."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.facilitation import Mistake, NotAllowed, sending
from bot.rights import Staff
from storage import facilitators, standstill
from storage import tables as t
from storage.broadcasts import Audience
from storage.rows import from_json
from storage.tables_elections import held_messages
from tests.bot.team import ADA, BEN, Team

HULL = Audience(areas=("hull",))
DEE = Staff(name="Dee", areas=("hull",), id="dee")
NED = Staff(name="Ned", areas=("newquay",), id="ned")
HOUR = timedelta(hours=1)


@pytest.fixture
async def three(team: Team) -> Team:
    """Ben has a chat, and three people take part in Hull."""
    await team.add(t.facilitators, id="ben", name="Ben", areas='["hull"]', created_at=team.clock.at)
    await team.add(t.contacts, channel="demo", bot="demo", chat="chat-ben", facilitator_id="ben", name="")
    for n in range(3):
        await team.person(f"Heron-{n}")
    return team


async def told(team: Team) -> list[str]:
    """What Ben was told, oldest first."""
    return [from_json(row.body, dict)["text"] for row in await team.rows(t.outbox) if row.chat == "chat-ben"]


async def went_to(team: Team) -> list[str | None]:
    """Whom messages went to."""
    return [row.participant_id for row in await team.rows(t.outbox) if row.participant_id]


async def test_it_goes_at_its_hour_to_whoever_it_is_for_then(three: Team) -> None:
    audience, at = Audience(areas=("hull",), not_answered="diary_1"), three.clock.at + HOUR
    done = await three.office.plan(ADA, "remind_24h", audience, at, key="k")
    assert done.held is not None
    await three.answer("heron-1", "Sun.")
    await three.person("Wren-9")

    await three.office.let_due_go()
    assert await went_to(three) == []
    expected = await three.office.expected(ADA, done.held.id)
    assert expected is not None
    assert (expected.recipients, expected.reasons) == (("Heron-0", "Heron-2", "Wren-9"), {"has answered": 1})

    three.clock.at = at
    await asyncio.gather(three.office.let_due_go(), three.office.let_due_go())
    await three.office.let_due_go()

    assert await went_to(three) == ["heron-0", "heron-2", "wren-9"]
    [broadcast] = await three.office.broadcasts(ADA)
    ledger = await three.office.ledger(ADA, broadcast.id)
    assert ledger.counts == {"queued": 3, "excluded": 1}
    assert [row.reason for row in ledger.rows if row.outcome == "excluded"] == ["has answered"]
    assert await three.office.planned(ADA) == []
    assert await three.office.expected(ADA, done.held.id) is None


async def test_it_can_be_called_off_until_then(three: Team) -> None:
    at = three.clock.at + HOUR
    by_name = await three.office.plan(BEN, "remind_24h", HULL, at, key="one")
    await three.office.plan(BEN, "remind_24h", HULL, at, key="two")
    assert by_name.held is not None

    await three.office.drop_held(DEE, by_name.held.id)
    await three.office.call_off(BEN, "remind_24h", HULL, key="two")
    three.clock.at = at
    await three.office.let_due_go()

    assert await went_to(three) == []
    assert await told(three) == ["Dee dropped remind_24h."]
    with pytest.raises(Mistake, match="Dee has decided against this message already"):
        await three.office.drop_held(BEN, by_name.held.id)


async def test_planned_twice_by_one_key_it_goes_once(three: Team) -> None:
    at = three.clock.at + HOUR
    first = await three.office.plan(BEN, "remind_24h", HULL, at, key="k")
    again = await three.office.plan(BEN, "remind_24h", HULL, at, key="k")
    assert first == again

    three.clock.at = at
    await three.office.let_due_go()
    later = await three.office.plan(BEN, "remind_24h", HULL, at + HOUR, key="k")

    assert later.posted is not None
    assert later.posted.repeated
    assert len(await went_to(three)) == 3


async def test_what_takes_two_goes_if_both_agreed_before_its_hour(three: Team) -> None:
    at = three.clock.at + HOUR
    waits = await three.office.plan(BEN, "nudge", HULL, at, key="k")
    assert waits.held is not None
    assert waits.held.state == "held"

    await three.office.approve_held(DEE, waits.held.id)
    assert await went_to(three) == []
    three.clock.at = at
    await three.office.let_due_go()

    assert len(await went_to(three)) == 3
    assert [row.made_by for row in await three.rows(t.broadcasts)] == ["Ben and Dee"]
    assert await told(three) == ["sending: 0+3+0+0=3"]


async def test_what_takes_two_does_not_go_when_nobody_else_looked_and_says_so(three: Team) -> None:
    at = three.clock.at + HOUR
    waits = await three.office.plan(BEN, "nudge", HULL, at, key="k")
    assert waits.held is not None

    three.clock.at = at
    with pytest.raises(Mistake, match="The hour of this message has passed"):
        await three.office.approve_held(DEE, waits.held.id)
    await three.office.let_due_go()

    assert await went_to(three) == []
    assert await told(three) == [
        "Missed nudge. It takes a second person, and nobody else had looked at it by its hour."
    ]
    [missed] = await three.office.planned(BEN)
    assert missed.state == "missed"
    with pytest.raises(Mistake, match="This message was not sent: It takes a second person"):
        await three.office.approve_held(DEE, waits.held.id)


async def test_one_that_would_go_to_many_only_by_now_takes_two_as_well(
    three: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MANY", 3)
    at = three.clock.at + HOUR
    await three.office.plan(BEN, "remind_24h", HULL, at, key="k")
    await three.person("Wren-9")

    three.clock.at = at
    await three.office.let_due_go()

    assert await went_to(three) == []
    assert "It takes a second person" in (await told(three))[0]


@pytest.mark.parametrize(("late", "goes"), [(timedelta(minutes=59), 3), (timedelta(minutes=61), 0)])
async def test_after_a_long_sleep_it_is_missed_rather_than_late(three: Team, late: timedelta, goes: int) -> None:
    at = three.clock.at + HOUR
    await three.office.plan(BEN, "remind_24h", HULL, at, key="k")

    three.clock.at = at + late
    await three.office.let_due_go()

    assert len(await went_to(three)) == goes
    assert ("Missed remind_24h. Nobody was there" in "".join(await told(three))) == (not goes)


async def test_it_never_goes_in_the_quiet_hours(three: Team) -> None:
    evening = three.clock.at.replace(hour=19, minute=50)
    with pytest.raises(Mistake, match=r"It will be 20:30 in Hull: quiet hours until .* Choose another hour"):
        await three.office.plan(BEN, "remind_24h", HULL, evening + timedelta(minutes=40), key="k")
    await three.office.plan(BEN, "remind_24h", HULL, evening, key="k")

    three.clock.at = evening + timedelta(minutes=20)
    await three.office.let_due_go()

    assert await went_to(three) == []
    assert "quiet hours until" in (await told(three))[0]


async def test_nobody_left_to_write_to_is_said_too(three: Team) -> None:
    audience = Audience(areas=("hull",), not_answered="diary_1")
    await three.office.plan(BEN, "remind_24h", audience, three.clock.at + HOUR, key="k")
    for n in range(3):
        await three.answer(f"heron-{n}", "Sun.")

    three.clock.at += HOUR
    await three.office.let_due_go()

    assert await told(three) == ["Missed remind_24h. Nobody would get this message: 3 has answered."]


async def test_who_planned_it_needs_the_right_to_send_it_still(three: Team) -> None:
    at = three.clock.at + HOUR
    await three.office.plan(DEE, "remind_24h", HULL, at, key="gone")
    with pytest.raises(NotAllowed):
        await three.office.plan(NED, "remind_24h", HULL, at, key="foreign")

    three.clock.at = at
    await three.office.let_due_go()

    assert await went_to(three) == []
    assert [row.reason for row in await three.rows(held_messages)] == ["Dee is not on the team any more."]
    assert await told(three) == ["Missed remind_24h. Dee is not on the team any more."]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("18:00", datetime(2026, 11, 5, 18, 0, tzinfo=UTC)),
        ("09:30", datetime(2026, 11, 6, 9, 30, tzinfo=UTC)),
        ("2027-06-01 18:00", datetime(2027, 6, 1, 17, 0, tzinfo=UTC)),
        ("2027-06-01T18:00Z", datetime(2027, 6, 1, 18, 0, tzinfo=UTC)),
        ("2027-06-01T18:00+02:00", datetime(2027, 6, 1, 16, 0, tzinfo=UTC)),
    ],
)
async def test_an_hour_is_meant_as_the_clocks_there_show_it(team: Team, said: str, at: datetime) -> None:
    assert await team.office.hour(ADA, said, ("hull",)) == at


@pytest.mark.parametrize("said", ["soon", "18:00Z", "2027-03-28 01:30", "25:00"])
async def test_an_hour_that_is_none_is_refused(team: Team, said: str) -> None:
    with pytest.raises(Mistake, match=r"Write it like 18:00|the clocks go forward then"):
        await team.office.hour(ADA, said, ("hull",))


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=400)])
async def test_the_hour_is_to_come_within_a_year(three: Team, ahead: timedelta) -> None:
    with pytest.raises(Mistake, match="to come, within a year"):
        await three.office.plan(ADA, "remind_24h", HULL, three.clock.at + ahead, key="k")


async def test_in_a_restored_database_nothing_begins_until_somebody_has_looked(three: Team) -> None:
    restored = three.clock.at
    for key in ("one", "two"):
        await three.office.plan(BEN, "remind_24h", HULL, restored + HOUR, key=key)
    async with three.db.write() as conn:
        await standstill.begin(conn, restored)
    three.clock.at = restored + HOUR

    await three.office.let_due_go()
    assert await went_to(three) == []
    async with three.db.write() as conn:
        piles = {one.what: one.how_many for one in await standstill.piles(conn, restored, three.clock.at)}
        dropped = await standstill.drop(conn, restored, three.clock.at)
        await standstill.end(conn)
    await three.office.let_due_go()

    assert piles == {"broadcast whose hour has come": 2}
    assert dropped == 2
    assert await went_to(three) == []
    assert {row.state for row in await three.rows(held_messages)} == {"missed"}


async def test_who_planned_it_and_has_another_role_now_does_not_send_it(three: Team) -> None:
    at = three.clock.at + HOUR
    await three.office.plan(BEN, "remind_24h", HULL, at, key="k")
    async with three.db.write() as conn:
        await facilitators.change(conn, "ben", "observer", ("hull",))

    three.clock.at = at
    await three.office.let_due_go()

    assert await went_to(three) == []
    assert await told(three) == ["Missed remind_24h. Ben may not send reminders in Hull."]
