"""Writing down what somebody says on the phone or wrote on paper: the shipped programme, read out and answered."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from bot.rights import Staff
from storage import tables as t
from storage.database import Database
from storage.rows import new_id
from tests.bot.console.house import Browser, browser
from tests.bot.team import ADA, Stopped, Team
from tests.stage import go_anyway, shipped

BUTTON = re.compile(r'name="choice" value="([^"]+)">([^<]+)<')
FIELD = re.compile(r'<input type="hidden" name="(at|via|beneath)" value="([^"]*)">')
WELCOME = "/answer/welcome/heard"


@pytest.fixture
async def town(database: Database, now: datetime) -> Team:
    """The shipped programme, on each kind of database, before anybody has joined."""
    team = Team(db=database, clock=Stopped(at=now), script=shipped())
    await go_anyway(team.office)
    return team


def code_name(shown: httpx.Response) -> str:
    found = re.search(r"/people/([A-Z][a-z]+-\d+)", shown.text)
    assert found, shown.text[:2000]
    return found[1]


def hidden(shown: httpx.Response) -> dict[str, str]:
    return dict(FIELD.findall(shown.text))


async def presses(ada: Browser, who: str, shown: httpx.Response, label: str, there: str = WELCOME) -> httpx.Response:
    """The staff press the button with this label."""
    tokens = {words: token for token, words in BUTTON.findall(shown.text)}
    assert label in tokens, tokens
    return await ada.send(f"/people/{who}{there}", {**hidden(shown), "choice": tokens[label]})


async def joined(ada: Browser) -> tuple[str, httpx.Response]:
    """Somebody without a phone who has agreed to take part; and the question they are at."""
    shown = await ada.send("/people/new", {"in": "hull", "via": "phone", "id": new_id()}, page="/people/new")
    who = code_name(shown)
    for label in ("English", "Yes", "The workshop team"):
        shown = await presses(ada, who, shown, label)
    return who, await presses(ada, who, shown, "Yes")


async def test_somebody_without_a_phone_joins_once_they_have_heard_what_it_is_about(town: Team) -> None:
    ada = browser(town)
    who, shown = await joined(ada)

    (person,) = await town.rows(t.participants)
    (consent,) = await town.rows(t.consents)
    assert "Read out" in shown.text
    assert (person.code_name, person.area, person.state) == (who, "hull", "active")
    assert (consent.item, consent.answer, consent.via, consent.assisted_by) == ("part", "yes", "phone", "Ada")
    assert await town.rows(t.contacts) == []
    assert await town.rows(t.outbox) == []


async def test_a_form_sent_twice_makes_one_person(town: Team) -> None:
    ada = browser(town)
    fields = {"in": "hull", "via": "paper", "id": new_id()}

    await ada.send("/people/new", fields, page="/people/new")
    await ada.send("/people/new", fields, page="/people/new")

    assert len(await town.rows(t.participants)) == 1


async def test_nothing_is_kept_of_somebody_who_says_no(town: Team) -> None:
    ada = browser(town)
    shown = await ada.send("/people/new", {"in": "hull", "via": "phone", "id": new_id()}, page="/people/new")
    who = code_name(shown)
    for label in ("English", "Yes", "The workshop team"):
        shown = await presses(ada, who, shown, label)

    shown = await presses(ada, who, shown, "Not now")

    assert "Nothing of them is kept" in shown.text
    assert await town.rows(t.participants) == []


async def dictated(town: Team, ada: Browser, who: str) -> httpx.Response:
    """The thought of somebody, a minute later, at its question."""
    town.clock.at += timedelta(minutes=1)
    return await ada.send(f"/people/{who}/answer/thought", {"via": "paper"}, page=f"/people/{who}/answer")


async def test_an_answer_says_who_wrote_it_down_and_how_it_came_and_is_noted_once(town: Team) -> None:
    ada = browser(town)
    who, _ = await joined(ada)
    asked = await dictated(town, ada, who)
    answer = {**hidden(asked), "words": "The bus <b>never</b> came."}

    await ada.send(f"/people/{who}/answer/thought/heard", answer)
    await ada.send(f"/people/{who}/answer/thought/heard", answer)

    (part,) = await town.rows(t.answer_parts)
    answers = {(row.via, row.assisted_by) for row in await town.rows(t.answers) if row.flow == "thought"}
    assert part.text == "The bus <b>never</b> came."
    assert answers == {("paper", "Ada")}


async def test_an_empty_answer_is_none(town: Team) -> None:
    ada = browser(town)
    who, _ = await joined(ada)
    asked = await dictated(town, ada, who)

    shown = await ada.send(f"/people/{who}/answer/thought/heard", {**hidden(asked), "words": "  "})

    assert "Write what they said, or skip the question." in shown.text
    assert await town.rows(t.answer_parts) == []


async def test_nobody_is_written_down_in_another_area(town: Team) -> None:
    who, _ = await joined(browser(town))
    cat = browser(town, Staff(name="Cat", areas=("newquay",)))

    shown = [
        await cat.get(f"/people/{who}/answer"),
        await cat.send(f"/people/{who}/answer/thought", {"via": "phone"}),
        await cat.send(f"/people/{who}/answer/thought/heard", {"via": "phone", "words": "x"}),
        await cat.send("/people/new", {"in": "hull", "via": "phone", "id": new_id()}),
    ]

    assert [one.status_code for one in shown] == [404, 404, 404, 404]
    assert len(await town.rows(t.participants)) == 1


async def test_what_is_not_among_the_conversations_is_not_begun(town: Team) -> None:
    who, _ = await joined(browser(town))

    shown = await browser(town, ADA).send(f"/people/{who}/answer/interview", {"via": "phone"})

    assert "There is no conversation" in shown.text
