"""Pictures: each question with its drawing and its table, and no number of few people in any of them."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.rights import Staff
from bot.script import Script
from flows.definition import Entry, Option
from storage import tables as t
from storage import tables_loop as loop
from tests.bot.console.counting import counted
from tests.bot.console.house import browser
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import BEN, Team
from tests.builders import a_step, text

__all__ = ["database_url"]

AIMS = ("start", "jobs", "places", "money")


@pytest.fixture
def asking(team: Team) -> Team:
    """A programme that asks for an order, asks something twice, and asks what is kept apart."""
    programme = team.script.programme
    sex = a_step("sex", "choice", "female", "male", stores="equality.sex")
    where = a_step("where", "multi", "council", "mayor", tags=frozenset({"level"}))
    steps = (text("day"), where, a_step("top", "rank", *(Option(key=aim) for aim in AIMS), fields={"most": "3"}), sex)
    diary = replace(programme.flows["diary_1"], steps=(*steps, a_step("say_pre", "scale")))
    last = replace(diary, id="last", version="v9", steps=(a_step("say_post", "scale"),))
    flows = {"diary_1": diary, "last": last}
    entries = (*programme.entries, Entry(id="later", at="W1+3d@18:00", flow="diary_1"))
    team.script = Script(replace(programme, flows=flows, entries=entries, inclusion={"sex": {"female": 51}}))
    return team


async def asked(team: Team, area: str, people: int, answering: int, *, entry: str = "diary_1") -> None:
    """So many people were asked by an entry of the calendar, and so many of them answered."""
    known = {row.id for row in await team.rows(t.participants)}
    for number in range(people):
        pid, run = f"{area}-{number}", f"{entry}-{area}-{number}"[-20:]
        if pid not in known:
            await team.person(pid, area=area)
        began = {"opened_at": team.clock.at, "touched_at": team.clock.at, "body": "{}", "state": "finished"}
        own = {"participant_id": pid, "flow": "diary_1", "version": "v1"}
        await team.add(t.runs, id=run, cause=run, entry=entry, **own, **began)
        if number < answering:
            told = {"kind": "text", "vis": "F", "value": '"text"', "area": area, "locale": "en", "at": team.clock.at}
            await team.add(t.answers, run_id=run, step="day", **own, **told)


def panel(page: str, name: str) -> str:
    """What one drawing says of itself."""
    found = re.search(rf"<title[^>]*>{re.escape(name)}</title><desc[^>]*>([^<]*)</desc>", page)
    assert found, name
    return found[1]


async def test_before_anybody_has_answered_each_part_says_what_fills_it(asking: Team) -> None:
    page = (await browser(asking).get("/pictures")).text

    assert page.count("There is nothing to draw yet.") == 6
    assert "as soon as people have joined" in page


async def test_the_share_of_those_who_wrote_back_is_told_as_near_as_it_may_be(asking: Team) -> None:
    await asked(asking, "hull", 20, 10)
    await asked(asking, "hull", 20, 18, entry="later")

    page = (await browser(asking).get("/pictures", area="hull")).text

    assert panel(page, "Hull: Who still writes back?") == "Diary 1: 10 of 20; Later: 16 or more of 20"
    assert "<td" in page
    assert "80 to 100 %" in page


async def test_all_areas_together_do_not_give_a_small_one_away(asking: Team) -> None:
    await asked(asking, "hull", 20, 10)
    await asked(asking, "newquay", 12, 2)

    page = (await browser(asking).get("/pictures")).text

    assert panel(page, "Newquay: Who still writes back?") == "Diary 1: fewer than 5 of 12"
    assert panel(page, "All areas: Who still writes back?") == "Diary 1: 10 or more of 32"


async def test_what_matters_most_counts_everybody_who_named_it(asking: Team) -> None:
    for number in range(12):
        pid = await asking.person(f"Heron-{number}")
        value = '["start","jobs","places"]' if number < 6 else '["jobs","places","money"]'
        await asking.answer(pid, step="top", kind="rank", vis="R", value=value)

    page = (await browser(asking).get("/pictures", area="hull")).text

    assert panel(page, "Hull: What matters most to people?") == "start: 6; jobs: 12; places: 12; money: 6"


async def test_who_can_change_what_is_drawn_for_each_time_it_is_asked(asking: Team) -> None:
    for number in range(12):
        pid = await asking.person(f"Heron-{number}")
        value = '["council","mayor"]' if number < 6 else '["mayor"]'
        await asking.answer(pid, step="where", kind="multi", value=value)

    page = (await browser(asking).get("/pictures", area="hull")).text

    assert panel(page, "Diary 1: Who can change what?") == "council: 6; mayor: 12"


async def test_the_page_takes_the_same_number_of_statements_however_many_people_there_are(asking: Team) -> None:
    with counted() as few:
        await browser(asking).get("/pictures")
    await asked(asking, "hull", 12, 6)

    with counted() as many:
        await browser(asking).get("/pictures")

    assert len(many) == len(few) < 20


async def test_before_and_after_is_drawn_of_those_who_answered_both_times(asking: Team) -> None:
    for number in range(10):
        pid = await asking.person(f"Heron-{number}")
        await asking.answer(pid, step="say_pre", kind="scale", value="2")
        await asking.answer(pid, flow="last", step="say_post", kind="scale", value="4")

    page = (await browser(asking).get("/pictures", area="hull")).text

    assert panel(page, "How much say do people feel they have?") == "Hull: 2.0 before, 4.0 after"
    assert "Of 10 people who answered both times." in page


async def test_who_takes_part_stands_beside_what_was_aimed_at(asking: Team) -> None:
    for number in range(20):
        pid = await asking.person(f"Heron-{number}")
        await asking.add(t.equality, participant_id=pid, item="sex", answer="female" if number < 12 else "male")

    page = (await browser(asking).get("/pictures", area="hull")).text

    assert "female: 12; male: 8" in page
    assert 'class="mark"' in page
    assert "The upright line is what was aimed at" in page


async def test_a_table_is_taken_along_as_a_spreadsheet_without_formulas(asking: Team) -> None:
    await asking.add(
        loop.statements, id="s1", area="hull", text="=1+1", state="approved", made_at=asking.clock.at, judged_by="Ada"
    )
    for number in range(12):
        pid = await asking.person(f"Heron-{number}")
        await asking.add(loop.votes, statement_id="s1", participant_id=pid, vote="agree", at=asking.clock.at)

    found = await browser(asking).get("/pictures/statements.csv", area="hull")

    rows = list(csv.reader(io.StringIO(found.text.lstrip("\ufeff"))))
    assert found.headers["content-disposition"] == 'attachment; filename="statements.csv"'
    assert rows[1][:3] == ["hull", "'=1+1", "12"]
    assert [row.action for row in await asking.rows(t.journal)] == ["report"]


async def test_there_is_no_table_of_another_name(asking: Team) -> None:
    shown = await browser(asking).get("/pictures/people_by_name.csv")

    assert "There is no picture “people_by_name”." in shown.text
    assert await asking.rows(t.journal) == []


async def test_somebody_sees_the_pictures_of_their_own_areas_only(asking: Team) -> None:
    await asked(asking, "newquay", 20, 10)

    page = (await browser(asking, BEN).get("/pictures", area="newquay")).text
    file = (await browser(asking, BEN).get("/pictures/replies.csv", area="newquay")).text

    assert "Newquay" not in page
    assert "newquay" not in file.lower()


async def test_what_somebody_wrote_is_text_in_a_picture(asking: Team) -> None:
    evil = "<img src=x onerror=alert(1)>"
    for name in ("s1", "s2"):
        await asking.add(
            loop.statements, id=name, area="hull", text=evil, state="approved", made_at=asking.clock.at, judged_by="Ada"
        )
        for number in range(12):
            pid = f"{name}-{number}"
            await asking.person(pid)
            await asking.add(loop.votes, statement_id=name, participant_id=pid, vote="agree", at=asking.clock.at)

    page = (await browser(asking).get("/pictures", area="hull")).text

    assert evil not in page
    assert "&lt;img src=x" in page


async def test_a_count_is_told_again_for_five_minutes_to_those_of_the_same_areas_only(asking: Team) -> None:
    await asked(asking, "hull", 20, 10)
    visitor = browser(asking, Staff(name="Eve", areas=("hull", "newquay")))
    before = (await visitor.get("/pictures", area="hull")).text
    await asked(asking, "hull", 20, 12, entry="later")

    soon = (await visitor.get("/pictures", area="hull")).text
    elsewhere = (await visitor.get("/pictures", area="newquay")).text
    asking.clock.at += timedelta(minutes=5)
    later = (await visitor.get("/pictures", area="hull")).text

    name = "Hull: Who still writes back?"
    assert panel(soon, name) == panel(before, name) == "Diary 1: 10 of 20"
    assert "Hull:" not in elsewhere
    assert panel(later, name) == "Diary 1: 10 of 20; Later: 12 of 20"
