"""Commitments: owner, level and date from the start; a position, a line to read, and all of it remembered."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff
from tests.bot.facilitation.test_agenda import whole
from tests.bot.team import ADA, BEN, Team


async def asked(team: Team) -> None:
    """The head of housing was asked to answer for the first key issue, by tomorrow week."""
    await whole(team)
    await team.office.approve_issue(ADA, "hull", 1)
    await team.office.approve_issue(BEN, "hull", 1)
    due = (team.clock.at + timedelta(days=8)).date()
    await team.office.ask_owner(ADA, "hull", 1, owner="Head of housing", level="district", due_on=due)


@pytest.mark.parametrize(
    ("owner", "level", "number", "sentence"),
    [(" ", "district", 1, "by their role"), ("Jo", "town", 1, "no level"), ("Jo", "district", 2, "no approved")],
)
async def test_nobody_is_asked_without_role_level_and_issue(
    team: Team, owner: str, level: str, number: int, sentence: str
) -> None:
    await asked(team)

    with pytest.raises(Mistake, match=sentence):
        await team.office.ask_owner(ADA, "hull", number, owner=owner, level=level, due_on=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reply": "Yes."}, "a position first"),
        ({"position": "maybe", "reply": "Yes."}, "no position"),
        ({"position": "will_do"}, "a line to read"),
        ({"position": "will_not", "reply": "No."}, "Say why not"),
        ({"position": "pass_on", "reply": "Not us."}, "to whom"),
        ({"position": "will_do", "reply": "Yes.", "state": "asked"}, "no state"),
    ],
)
async def test_half_a_reply_is_no_reply(team: Team, said: dict[str, Any], sentence: str) -> None:
    await asked(team)

    with pytest.raises(Mistake, match=sentence):
        await team.office.hear_owner(ADA, 1, **said)


async def test_a_reply_changes_the_state_and_what_was_said_before_stays(team: Team) -> None:
    await asked(team)
    later = date(2027, 6, 1)

    first = await team.office.hear_owner(ADA, 1, position="look", reply="We will see.")
    second = await team.office.hear_owner(BEN, 1, state="doing", reply="We began.", due_on=later)

    assert (first.standing, second.standing, second.commitment.due_on) == ("looking", "doing", later)
    told = [(one.by, one.state, one.reply) for one in await team.office.history_of(ADA, 1)]
    assert told == [
        ("Ada", "asked", ""),
        ("Ada", "looking", "We will see."),
        ("Ben", "doing", "We began."),
    ]


async def test_silence_shows_on_its_fifteenth_day_without_anybody(team: Team) -> None:
    await asked(team)

    team.clock.at += timedelta(days=8 + 13)
    before = (await team.office.commitments(ADA))[0].standing
    team.clock.at += timedelta(days=1)
    (after,) = await team.office.commitments(ADA)

    assert (before, after.standing) == ("asked", "no_reply")


async def test_other_areas_commitments_are_out_of_reach(team: Team) -> None:
    await asked(team)

    with pytest.raises(NotAllowed):
        await team.office.hear_owner(Staff(name="Cleo", areas=("newquay",)), 1, position="will_do", reply="Yes.")
    with pytest.raises(Mistake, match="no commitment number 7"):
        await team.office.history_of(ADA, 7)
