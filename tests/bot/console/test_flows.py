"""Flows: read, looked at as a picture, tried on a phone, compared with the folder, published."""

import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest

from bot.console.app import build
from bot.console.guard import OpenHouse
from bot.rights import Role, Staff
from bot.script import Script
from bot.settings import SHIPPED
from bot.starting import read_script
from flows.definition import Operator, Option
from storage import tables as t
from tests.bot.console.house import ADDRESS, Browser, browser
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import ADA, BEN, Team
from tests.builders import a_step, branch, text, when

__all__ = ["database_url"]

WORDS = """
{% block day %}How was your day in {{ area }}?{% if name %} Tell me, {{ name }}.{% endif %}{% endblock %}
{% block good %}<script>alert(1)</script> **Good?**{% endblock %}
{% block good__yes %}Yes, it was{% endblock %}
{% block good__no %}No{% endblock %}
{% block bad %}What was bad?{% endblock %}
{% block bye %}Bye.{% endblock %}
"""


@pytest.fixture
def told(team: Team) -> Team:
    """The small programme, whose diary has a branch and words."""
    steps = (
        text("day"),
        a_step("good", "choice", Option(key="yes", goto="bye"), Option(key="no")),
        text("bad", when=when("good", Operator.IS, "no"), branches=(branch("day", Operator.SKIPPED, goto="end"),)),
        a_step("bye", "info"),
    )
    programme = team.script.programme
    diary = replace(programme.flows["diary_1"], steps=steps, prompts={"en": WORDS})
    team.script = Script(replace(programme, flows={"diary_1": diary}))
    return team


def at(team: Team, folder: Path, who: Staff = ADA) -> Browser:
    """A console that knows the programme's folder."""
    app = build(team.office, team.clock, OpenHouse(who), secure=False, folder=folder)
    transport = httpx.ASGITransport(app=app)
    return Browser(client=httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"Origin": ADDRESS}))


def field(page: httpx.Response, name: str) -> str:
    """What a hidden field of the page carries."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text[-2000:]
    return unescape(found[1])


async def test_the_list_says_how_many_have_begun_and_hides_small_numbers(told: Team) -> None:
    for number in range(12):
        await told.answer(await told.person(f"Heron-{number}"))
    await told.answer(await told.person("Owl-1", area="newquay"))

    everywhere = await browser(told).get("/flows")
    hull = await browser(told).get("/flows", area="hull")
    newquay = await browser(told).get("/flows", area="newquay")

    assert "12 or more" in everywhere.text
    assert '<td class="n">12</td>' in hull.text
    assert "fewer than 10" in newquay.text


async def test_somebody_sees_the_numbers_of_their_own_areas_only(told: Team) -> None:
    for number in range(12):
        await told.answer(await told.person(f"Owl-{number}", area="newquay"))

    shown = await browser(told, BEN).get("/flows", area="newquay")

    assert '<td class="n">12</td>' not in shown.text


async def test_a_script_shows_words_values_conditions_and_ways_on(told: Team) -> None:
    page = (await browser(told).get("/flows/diary_1")).text

    assert '<span class="chip value" title="Filled in for each person">area</span>' in page
    assert "if name ▸" in page
    assert "Only if good is no. Else it is passed over." in page
    assert "Yes, it was" in page
    assert "If day was skipped" in page


async def test_what_an_author_wrote_is_never_markup_of_the_page(told: Team) -> None:
    page = (await browser(told).get("/flows/diary_1")).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<strong>Good?</strong>" in page


async def test_the_picture_has_a_link_for_each_step_and_says_the_same_as_a_list(told: Team) -> None:
    page = (await browser(told).get("/flows/diary_1/picture")).text

    assert page.count('<a href="/flows/diary_1#step-') >= 4 + 4
    assert "Yes, it was: Bye" in page
    assert "If day was skipped: the end" in page.replace("if day", "If day")


async def test_the_flow_can_be_tried_without_scripts_and_nothing_is_kept(told: Team) -> None:
    visitor = browser(told)
    page = await visitor.get("/flows/diary_1")
    carried = {name: field(page, name) for name in ("of", "locale", "entry", "at", "lines")}

    page = await visitor.send("/flows/diary_1/try", {**carried, "say": "Sunny <b>"}, page="/flows/diary_1")
    page = await visitor.send(
        "/flows/diary_1/try", {**carried, "lines": field(page, "lines"), "tap": "2.yes"}, page="/flows/diary_1"
    )

    assert "Sunny &lt;b&gt;" in page.text
    assert "The conversation is over." in page.text
    assert await told.rows(t.runs) == [] == await told.rows(t.answers)


async def test_a_page_that_is_open_gets_the_phone_alone(told: Team) -> None:
    visitor = browser(told)
    visitor.client.headers["HX-Request"] = "true"

    page = await visitor.send("/flows/diary_1/try", {"lines": "[]", "say": "Sunny"}, page="/flows/diary_1")

    assert page.status_code == 200
    assert "<html" not in page.text
    assert 'hx-swap-oob="innerHTML">Thanks, that helps.' in page.text


@pytest.mark.parametrize("lines", ["[", '[["say"]]', "7", '[["tap","x.y"],["fly",""]]'])
async def test_a_phone_that_is_told_nonsense_breaks_nothing(told: Team, lines: str) -> None:
    page = await browser(told).send("/flows/diary_1/try", {"lines": lines, "say": "x", "at": "yesterday"})

    assert page.status_code == 200


async def test_a_flow_that_is_not_there_is_missing(told: Team) -> None:
    for path in ("/flows/nothing", "/flows/nothing/picture", "/flows/nothing/versions"):
        assert (await browser(told).get(path)).status_code == 404, path
    assert (await browser(told).get("/flows/diary_1", of="folder")).status_code == 404


async def test_who_is_on_an_older_version_is_counted(told: Team) -> None:
    await told.add(t.flow_versions, version="v1", flow="diary_1", source="{}", published_at=told.clock.at)
    await told.add(t.flow_versions, version="v0", flow="diary_1", source="{}", published_at=told.clock.at)
    for number in range(11):
        await told.answer(await told.person(f"Heron-{number}"), run={"state": "waiting", "version": "v0"})

    versions = (await browser(told).get("/flows/diary_1/versions")).text
    listed = (await browser(told).get("/flows")).text

    assert re.search(r"v0</code></th><td>[^<]*</td><td class=\"n\">11<", versions)
    assert re.search(r"v1</code>.*live", versions)
    assert ">11 in an older version<" in listed


# ── the folder ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
async def town(team: Team, tmp_path: Path) -> tuple[Team, Path]:
    """A programme read from a folder, live as it lies there."""
    folder = tmp_path / "small"
    shutil.copytree(SHIPPED / "library-hours", folder)
    team.script = read_script(folder)
    await team.office.publish(ADA, team.script.programme, team.script.programme.version)
    return team, folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Put other words into a file."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


async def test_without_a_folder_the_page_says_so(told: Team) -> None:
    assert "without a folder" in (await browser(told).get("/flows")).text
    assert "Nothing can be published from here" in (await browser(told).get("/flows/publish")).text


async def test_a_folder_that_is_gone_is_told(town: tuple[Team, Path]) -> None:
    team, folder = town
    shutil.rmtree(folder)

    assert "cannot be read: there is no programme.yaml in it" in (await at(team, folder).get("/flows")).text


async def test_a_changed_folder_is_compared_read_tried_and_published(town: tuple[Team, Path]) -> None:
    team, folder = town
    change(folder, "prompts/en/your_library.j2", "and it was shut?", "and it was closed?")
    visitor = at(team, folder)

    different = await visitor.get("/flows/publish")
    compared = await visitor.get("/flows/publish", whom="yes")
    read = await visitor.get("/flows/your_library", of="folder")
    done = await visitor.send("/flows/publish", {"version": field(compared, "version")}, page="/flows/publish")

    assert "<strong>Your library</strong>" in different.text
    assert 'name="version"' not in different.text, "nobody publishes without having looked whom it would touch"
    assert "Calendars" in compared.text
    assert "and it was closed?" in read.text
    assert "and it was closed?" not in (await visitor.get("/flows/your_library")).text
    assert "It is published." in done.text
    assert "The folder and what is live are the same." in done.text
    assert [row.action for row in await team.rows(t.journal)] == ["published", "published"]


async def test_what_was_not_looked_at_is_not_published(town: tuple[Team, Path]) -> None:
    team, folder = town
    change(folder, "prompts/en/your_library.j2", "and it was shut?", "and it was closed?")
    visitor = at(team, folder)
    compared = await visitor.get("/flows/publish", whom="yes")
    change(folder, "prompts/en/your_library.j2", "and it was closed?", "and nobody was there?")

    done = await visitor.send("/flows/publish", {"version": field(compared, "version")}, page="/flows/publish")

    assert "The folder has changed since you looked at it" in done.text
    assert len(await team.rows(t.publications)) == 1


async def test_mistakes_in_the_folder_stand_at_their_step_and_keep_it_from_going_live(town: tuple[Team, Path]) -> None:
    team, folder = town
    change(folder, "prompts/en/your_library.j2", "and it was shut?", "and {{ nobody }} was there?")
    visitor = at(team, folder)

    read = (await visitor.get("/flows/your_library")).text
    compared = (await visitor.get("/flows/publish")).text
    done = await visitor.send("/flows/publish", {"version": "x"}, page="/flows/publish")

    step = read[read.index('id="step-closed"') :].partition("</li>")[0]
    assert "Mistake W404." in step
    assert "The folder has mistakes" in compared
    assert "Nothing was published." in done.text


async def test_a_lead_of_one_area_publishes_nothing_for_all(town: tuple[Team, Path]) -> None:
    team, folder = town
    change(folder, "prompts/en/your_library.j2", "and it was shut?", "and it was closed?")
    visitor = at(team, folder, Staff(name="Eve", role=Role.LEAD, areas=(next(iter(team.office.programme.areas)),)))

    listed = await visitor.get("/flows")
    refused = await visitor.get("/flows/publish", whom="yes")

    assert "/flows/publish" not in listed.text
    assert refused.status_code == 403
    assert len(await team.rows(t.publications)) == 1


async def test_only_who_may_publish_finds_the_page(town: tuple[Team, Path]) -> None:
    team, folder = town
    visitor = at(team, folder, BEN)

    refused = await visitor.send("/flows/publish", {"version": "x"}, page="/flows")

    assert (await visitor.get("/flows/publish")).status_code == 404
    assert refused.status_code == 404
    assert "/flows/publish" not in (await visitor.get("/flows")).text
