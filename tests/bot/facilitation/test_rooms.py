"""Leading the room: who may, when, and that nobody in it is lost."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff
from storage import tables as t
from tests.bot.team import ADA, BEN, Team
from tests.stage import shipped

W1 = datetime(2026, 11, 26, 18, 0)  # noqa: DTZ001 (local to the area)
DOORS = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
CLEO = Staff(name="Cleo", areas=("newquay",), id="cleo")


@pytest.fixture
async def room(team: Team) -> Team:
    """The shipped programme; workshop 1 in Hull is in an hour."""
    team.script = shipped()
    await team.office.set_workshop(ADA, "hull", 1, W1)
    await team.office.set_workshop(ADA, "hull", 2, W1 + timedelta(days=28))
    team.clock.at = DOORS
    return team


async def called(team: Team) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in await team.rows(t.deadlines):
        if row.kind == "release" and row.state == "planned":
            found.setdefault(row.key, []).append(row.participant_id)
    return found


async def test_everybody_who_takes_part_there_gets_a_turn_of_their_own(room: Team) -> None:
    for name, state in (("Heron-1", "active"), ("Heron-2", "active"), ("Heron-3", "stopped"), ("Heron-4", "paused")):
        await room.person(name, state=state)
    await room.person("Wren-1", area="newquay")

    view = await room.office.start_room(BEN, "hull", 1)

    assert (view.state, view.stage, view.questions[:3]) == ("open", 0, ("checkin", "recognise", "describe"))
    assert await called(room) == {"room:1:0": ["heron-1", "heron-2"]}
    assert room.woken


async def test_pressing_twice_is_once(room: Team) -> None:
    await room.office.start_room(BEN, "hull", 1)
    assert (await room.office.start_room(BEN, "hull", 1)).repeated

    first, second = await room.office.lead_on(BEN, "hull", 1, 0), await room.office.lead_on(BEN, "hull", 1, 0)

    assert (first.stage, first.repeated, second.stage, second.repeated) == (1, False, 1, True)
    ended = [await room.office.end_room(BEN, "hull", 1) for _ in range(2)]
    assert [view.repeated for view in ended] == [False, True]
    done = [row.action for row in await room.rows(t.journal) if row.action.startswith("room")]
    assert done == ["room_started", "room_led_on", "room_ended"]


async def test_only_the_team_of_the_area_leads_it(room: Team) -> None:
    with pytest.raises(NotAllowed, match="Cleo may not lead people in the room in Hull"):
        await room.office.start_room(CLEO, "hull", 1)


@pytest.mark.parametrize(
    ("after", "wave", "told"),
    [
        (timedelta(hours=-2), 1, r"Thursday 26 November, 18:00\. Its room can be opened from two hours before"),
        (timedelta(hours=5), 1, "until it is over"),
        (timedelta(), 3, "There is no wave 3"),
        (timedelta(days=28), 2, r"Missing: .*reconvene issue add hull"),
    ],
)
async def test_why_it_cannot_be_opened_is_said(room: Team, after: timedelta, wave: int, told: str) -> None:
    room.clock.at = DOORS + after

    with pytest.raises(Mistake, match=told):
        await room.office.start_room(ADA, "hull", wave)


async def test_a_room_that_is_not_open_cannot_be_led_on(room: Team) -> None:
    with pytest.raises(Mistake, match="room start hull 1"):
        await room.office.lead_on(ADA, "hull", 1)
    await room.office.start_room(ADA, "hull", 1)
    room.clock.at = DOORS + timedelta(hours=5, seconds=1)  # an hour after the workshop

    with pytest.raises(Mistake, match="is closed"):
        await room.office.lead_on(ADA, "hull", 1)
    with pytest.raises(Mistake, match="opens only once"):
        await room.office.start_room(ADA, "hull", 1)


async def test_behind_the_last_question_there_is_only_the_end(room: Team) -> None:
    await room.office.start_room(ADA, "hull", 1)
    for _ in range(4):
        view = await room.office.lead_on(ADA, "hull", 1)

    assert view.last
    with pytest.raises(Mistake, match="room end hull 1"):
        await room.office.lead_on(ADA, "hull", 1)


async def test_answers_are_told_when_their_question_is_behind_everybody(room: Team) -> None:
    await room.office.start_room(ADA, "hull", 1)
    for number, came in enumerate(("yes", "yes", "on_my_way")):
        pid = await room.person(f"Heron-{number}")
        await room.answer(pid, flow="in_room", step="checkin", kind="choice", value=f'"{came}"')
    assert (await room.office.room(ADA, "hull", 1)).counted == ()

    view = await room.office.lead_on(ADA, "hull", 1)

    assert [(one.step, one.people, one.values) for one in view.counted] == [("checkin", 3, {"on_my_way": 1, "yes": 2})]
    assert (view.people, view.answered) == (3, 0)


async def test_the_lexicon_counts_people_by_their_own_words(room: Team) -> None:
    for number, words in enumerate(("Not fair.", "not  fair", "Hard luck")):
        await room.answer(await room.person(f"Heron-{number}"), words, flow="in_room", step="describe")
    await room.answer(await room.person("Heron-9"), "mine alone", flow="in_room", step="describe", share="me")

    found = await room.office.lexicon(BEN, "hull")

    assert [(one.people, one.said_by) for one in found] == [(2, "participants"), (1, "participants")]
    assert found[0].text.casefold().startswith("not")
    assert await room.office.lexicon(ADA, "newquay") == []
    with pytest.raises(NotAllowed):
        await room.office.lexicon(CLEO, "hull")
