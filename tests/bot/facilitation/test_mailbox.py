"""The mailbox as the team sees it: their areas and elsewhere, coded again, and counted without small numbers."""

from dataclasses import replace

import pytest

from bot.export import safe
from bot.facilitation import Mistake, NotAllowed
from bot.mailbox_file import COLUMNS, as_csv
from bot.script import Script
from storage import tables as t
from storage.mailbox import Entry, Issue
from tests.bot.team import ADA, BEN, Team, programme
from tests.builders import a_flow, one_of


@pytest.fixture
def box(team: Team) -> Team:
    """A programme with a mailbox, and nobody in it."""
    flows = {**programme().flows, "mailbox": a_flow(one_of("frame1", "home", "food"))}
    script = Script(replace(programme(), mailbox="mailbox", flows=flows))
    return Team(db=team.db, clock=team.clock, script=script)


def a_message(area: str = "hull", *frames: str, **rest: str) -> Entry:
    """One that came on paper."""
    issues = tuple(Issue(text=f"Something about {frame}", frame=frame) for frame in frames or ("home",))
    return Entry(**{"id": "", "month": "", "via": "paper", "locale": "en", "area": area, **rest}, issues=issues)


async def test_what_came_on_paper_says_how_it_came_and_who_wrote_it_down(box: Team) -> None:
    added = await box.office.mailbox_add(BEN, a_message("hull", "home", assisted_by="Ben"))

    (entry,) = await box.office.mailbox(BEN)
    assert entry == added.entry
    assert (entry.via, entry.assisted_by, entry.month) == ("paper", "Ben", f"{box.clock.at:%Y-%m}")
    assert not added.grave
    assert [(row.action, row.subject) for row in await box.rows(t.journal)] == [("mailbox_add", entry.id)]


async def test_words_of_danger_in_a_letter_are_pointed_out(box: Team) -> None:
    added = await box.office.mailbox_add(BEN, a_message(day="I want to kill myself"))

    assert added.grave


async def test_a_facilitator_sees_their_areas_and_elsewhere(box: Team) -> None:
    for area in ("hull", "newquay", ""):
        await box.office.mailbox_add(ADA, a_message(area))

    assert [entry.area for entry in await box.office.mailbox(BEN)] == ["", "hull"]
    assert [entry.area for entry in await box.office.mailbox(BEN, ["elsewhere"])] == [""]
    assert [entry.area for entry in await box.office.mailbox(ADA, ["newquay"])] == ["newquay"]
    with pytest.raises(NotAllowed, match="see to the mailbox in Newquay"):
        await box.office.mailbox(BEN, ["newquay"])
    with pytest.raises(NotAllowed):
        await box.office.mailbox_add(BEN, a_message("newquay"))


async def test_an_issue_is_put_under_another_cause(box: Team) -> None:
    added = await box.office.mailbox_add(ADA, a_message("hull", "home", "home"))

    await box.office.mailbox_recode(BEN, added.entry.id, 2, "food")

    (entry,) = await box.office.mailbox(BEN)
    assert [issue.frame for issue in entry.issues] == ["home", "food"]
    with pytest.raises(Mistake, match="there is no number 3"):
        await box.office.mailbox_recode(BEN, entry.id, 3, "food")
    with pytest.raises(Mistake, match="is no cause"):
        await box.office.mailbox_recode(BEN, entry.id, 1, "buses")


async def test_totals_tell_no_small_number_and_give_none_away(box: Team) -> None:
    plan: dict[str, list[tuple[str, ...]]] = {
        "hull": [("home",)] * 5 + [("home", "food")] * 4,
        "newquay": [("food",)] * 3,
        "": [("home", "home")] * 7,
    }
    for area, messages in plan.items():
        await box.office.mailbox_fill(ADA, [a_message(area, *frames) for frames in messages])

    found = await box.office.mailbox_totals(ADA)

    assert found.entries == {"hull": "9", "newquay": "fewer than 5", "elsewhere": "7"}
    assert found.causes["hull"] == {"food": "fewer than 5", "home": "9"}
    assert found.causes["elsewhere"] == {"food": "0", "home": "7"}
    assert found.together == "16 or more"
    assert found.by_cause == {"food": "too few to tell", "home": "16"}


async def test_an_export_is_noted_and_holds_no_formula(box: Team) -> None:
    await box.office.mailbox_add(ADA, a_message(helps="=1+1"))

    text = as_csv(await box.office.mailbox_export(ADA, ["hull"]))

    head, row = text.splitlines()
    assert head.split(",") == list(COLUMNS)
    assert safe("=1+1") in row
    assert [row.action for row in await box.rows(t.journal)] == ["mailbox_add", "mailbox_export"]


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (a_message(via="pigeon"), "Nothing comes by “pigeon”"),
        (a_message(you="visit"), "says nothing about a person"),
        (a_message("hull", "home", "home", "home", "home"), "asks for 3 issues"),
        (replace(a_message(), issues=()), "There is nothing in it"),
        (a_message(day="x" * 4001), "longer than 4000"),
        (a_message("hull", "buses"), "is no cause"),
        (a_message("leeds"), "There is no area “leeds”"),
    ],
)
async def test_what_does_not_fit_is_told_and_not_kept(box: Team, message: Entry, complaint: str) -> None:
    with pytest.raises(Mistake, match=complaint):
        await box.office.mailbox_add(ADA, message)

    assert await box.office.mailbox(ADA) == []


async def test_a_programme_without_a_mailbox_says_so(team: Team) -> None:
    with pytest.raises(Mistake, match="has no mailbox"):
        await team.office.mailbox_link(ADA)
