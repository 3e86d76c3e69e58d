"""The pages about what people said: what is shown to whom, and what can be done with it."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from bot.rights import Role, Staff
from storage.tables_reading import codes, quotes, readings
from tests.bot.console.counting import counted
from tests.bot.console.house import Browser, browser
from tests.bot.team import ADA, BEN, Team

HERE = "/reflections/diary_1-heron-1.day"
THERE = "/reflections/diary_1-owl-1.day"
PAYLOAD = '<img src=x onerror="alert(1)"> {{ 7*7 }} \u202egnp.exe'


async def reflection(team: Team, words: str = "The bus was late. My son waited.", **more: str) -> None:
    pid = await team.person("Heron-1", quote=more.get("quote", "yes"))
    await team.answer(pid, words, share=more.get("share", "group"))


async def elsewhere(team: Team) -> None:
    await team.answer(await team.person("Owl-1", area="newquay", quote="yes"), "The sea was cold.", share="group")


async def test_the_stream_shows_what_was_said_with_what_is_known_of_it(team: Team) -> None:
    await reflection(team)

    shown = (await browser(team).get("/reflections")).text

    for told in ("Heron-1", "Hull", "The bus was late. My son waited.", "not read yet", "may be quoted"):
        assert told in shown
    assert "Real-Heron-1" not in shown


async def test_what_is_kept_back_is_counted_and_not_shown(team: Team) -> None:
    await reflection(team, "nobody's business", share="me")

    shown = (await browser(team).get("/reflections")).text

    assert "nobody" not in shown.replace("Nobody has", "")
    assert "Not shown: 1 that people kept to themselves" in shown


async def test_words_that_are_looked_for_are_marked(team: Team) -> None:
    await reflection(team)

    shown = (await browser(team).get("/reflections", q="bus -train")).text

    assert 'The <mark class="found">bus</mark> was late.' in shown
    assert "Nothing was found" in (await browser(team).get("/reflections", q="ferry")).text


@pytest.mark.parametrize(("asked", "told"), [("-bus", "A minus leaves words out"), ('"', "There is no word")])
async def test_words_that_cannot_be_looked_for_are_answered_kindly(team: Team, asked: str, told: str) -> None:
    await reflection(team)

    shown = await browser(team).get("/reflections", q=asked)

    assert shown.status_code == 422
    assert told in shown.text
    assert 'role="alert"' in shown.text


async def test_the_stream_goes_on_where_the_page_ends(team: Team) -> None:
    for number in range(52):
        pid = await team.person(f"Heron-{number}")
        await team.answer(pid, f"word{number:02}", at=team.clock.at - timedelta(minutes=number))
    client = browser(team)

    first = (await client.get("/reflections", unread="yes")).text
    more = re.search(r'href="(/reflections\?[^"]+)" rel="next"', first)
    assert more
    second = (await client.get(more[1].replace("&amp;", "&"))).text

    assert ("word00" in first, "word51" in first) == (True, False)
    assert ("word00" in second, "word50" in second, "word51" in second) == (False, True, True)


@pytest.mark.parametrize(
    "query",
    [
        "wave=9",
        "flow=nothing",
        "wave=x",
        "before=%00",
        "label=%27",
        "area=newquay",
        "q=%00",
        "label=%00",
        "coder=%00%ff",
    ],
)
async def test_an_address_that_was_made_up_breaks_nothing(team: Team, query: str) -> None:
    await reflection(team)
    await elsewhere(team)

    shown = await browser(team, BEN).get(f"/reflections?{query}")

    assert shown.status_code in (200, 422)
    assert "sea was cold" not in shown.text


async def test_what_is_said_in_another_area_does_not_exist(team: Team) -> None:
    await reflection(team)
    await elsewhere(team)
    client = browser(team, BEN)

    assert "sea was cold" not in (await client.get("/reflections")).text
    assert (await client.get(THERE)).status_code == 404
    for form in ("codes", "uncode", "settle", "quotes", "read"):
        assert (await client.send(f"{THERE}/{form}", {"label": "frame:food"}, page=HERE)).status_code == 404
    assert await team.rows(codes) == await team.rows(readings) == []


async def test_what_people_write_is_inert(team: Team) -> None:
    await reflection(team, PAYLOAD)
    client = browser(team)

    for page in ("/reflections", "/reflections?q=img", HERE):
        shown = (await client.get(page)).text
        assert "<img src=x" not in shown
        assert "{{ 7*7 }}" in shown
        assert "⟨202E⟩" in shown


async def test_words_with_hidden_marks_are_quoted_as_they_were_written(team: Team) -> None:
    await reflection(team, PAYLOAD)

    await browser(team).send(f"{HERE}/quotes", {"words": "⟨202E⟩gnp.exe", "key": "k"}, page=HERE)

    assert [row.words for row in await team.rows(quotes)] == ["\u202egnp.exe"]


async def test_a_reflection_is_coded_by_a_press_and_the_code_taken_off_by_the_next(team: Team) -> None:
    await reflection(team)
    client = browser(team)

    shown = await client.send(f"{HERE}/codes", {"label": "frame:getting_about"}, page=HERE)
    assert shown.text.count("The code is noted.") == 1
    assert 'value="frame:getting_about" aria-pressed="true"' in shown.text
    shown = await client.send(f"{HERE}/codes", {"label": "frame:getting_about"}, page=HERE)

    assert "The code is taken off." in shown.text
    assert "Codes that were taken off" in shown.text
    assert len(await team.rows(codes)) == 1


async def test_a_code_is_typed_by_the_beginning_of_its_name(team: Team) -> None:
    await reflection(team)
    client = browser(team)

    await client.send(f"{HERE}/codes", {"named": "getting a", "words": "bus was late", "near": "4"}, page=HERE)
    unsure = await client.send(f"{HERE}/codes", {"named": "s"}, page=HERE)

    assert [(row.label, row.words) for row in await team.rows(codes)] == [("frame:getting_about", "bus was late")]
    assert "is no theme or frame" in unsure.text
    assert '<mark class="coded" title="Getting about (Ada)">bus was late</mark>' in (await client.get(HERE)).text


async def test_what_stands_beside_the_stream_is_a_part_of_the_page(team: Team) -> None:
    await reflection(team)
    client = browser(team)
    token = re.search(r'name="form" value="([^"]+)"', (await client.get(HERE)).text)
    assert token
    client.client.headers["HX-Request"] = "true"

    part = await client.get(HERE)
    fields = {"form": token[1], "label": "frame:food", "words": "not there"}
    wrong = await client.client.post(f"{HERE}/codes", data=fields)

    assert "<html" not in part.text + wrong.text
    assert 'id="codes-diary_1-heron-1-day" hx-swap-oob="true"' in part.text
    assert (wrong.status_code, "Copy them from it" in wrong.text) == (422, True)


async def test_a_quote_is_kept_word_for_word_and_once(team: Team) -> None:
    await reflection(team)
    client = browser(team)

    for _ in range(2):
        shown = await client.send(f"{HERE}/quotes", {"words": "My son waited.", "key": "k1"}, page=HERE)
    wrong = await client.send(f"{HERE}/quotes", {"words": "My cat waited.", "key": "k2"}, page=HERE)

    assert "The quote is kept." in shown.text
    assert "Copy them from it" in wrong.text
    assert [row.words for row in await team.rows(quotes)] == ["My son waited."]
    listed = (await client.get("/reflections/quotes")).text
    assert "My son waited." in listed
    assert "usable" in listed


async def test_a_quote_goes_into_a_key_issue_of_its_area(team: Team) -> None:
    await reflection(team)
    client = browser(team)
    await client.send(f"{HERE}/quotes", {"words": "My son waited.", "key": "k1"}, page=HERE)
    await team.office.add_issue(ADA, "hull", "Buses")
    [quote] = await team.rows(quotes)

    shown = await client.send(f"/reflections/quotes/{quote.id}/use", {"issue": "1"}, page="/reflections/quotes")

    assert "Key issue 1 speaks with this quote now." in shown.text
    assert "in key issue 1: Buses" in shown.text


async def test_what_may_not_be_quoted_offers_no_quote(team: Team) -> None:
    await reflection(team, share="team")

    shown = (await browser(team).get(HERE)).text

    assert "shared this with the team alone" in shown
    assert "Keep as a quote" not in shown


async def test_a_page_of_reflections_is_marked_as_read(team: Team) -> None:
    await reflection(team)
    await elsewhere(team)
    client = browser(team, BEN)

    ids = ["diary_1-heron-1.day", "diary_1-owl-1.day"]
    shown = await client.send("/reflections/read", {"id": ids}, page="/reflections")

    assert "1 reflection marked as read." in shown.text
    assert "Nothing was found" in (await client.get("/reflections", unread="yes")).text
    again = await client.send(f"{HERE}/read", {"again": "yes"}, page=HERE)
    assert "Mark as read" in again.text


async def test_the_team_keeps_its_themes(team: Team) -> None:
    client = browser(team)

    shown = await client.send(
        "/reflections/themes", {"name": "Night buses", "memo": "After ten."}, page="/reflections/themes"
    )
    twice = await client.send("/reflections/themes", {"name": "night buses"}, page="/reflections/themes")
    [theme] = [label for label in await team.office.labels(ADA) if label.kind == "own"]
    gone = await client.send(f"/reflections/themes/{theme.id}", {"what": "retire"}, page="/reflections/themes")

    assert "Night buses" in shown.text
    assert "After ten." in shown.text
    assert "already something called" in twice.text
    assert "Not offered any more" in gone.text


async def test_two_coders_are_compared_and_a_difference_settled(team: Team) -> None:
    await reflection(team)
    await team.office.code(ADA, "diary_1-heron-1.day", ["frame:getting_about"])
    await team.office.code(BEN, "diary_1-heron-1.day", ["frame:home"])
    team.clock.at += timedelta(minutes=1)
    client = browser(team)

    shown = (await client.get("/reflections/differences")).text
    assert "Ada says yes, Ben says no" in shown
    fields = {"label": "frame:getting_about", "holds": "yes"}
    shown = (await client.send(f"{HERE}/settle", fields, page="/reflections/differences")).text

    assert "Ada says yes" not in shown
    assert "Ben says yes, Ada says no" in shown
    assert "Settled for the team: “Getting about” holds (Ada" in (await client.get(HERE)).text


async def test_a_choice_is_saved_for_a_spreadsheet_without_formulas(team: Team) -> None:
    await reflection(team, '=HYPERLINK("http://x")\n+1')
    await team.office.code(ADA, "diary_1-heron-1.day", ["frame:home"])
    client = browser(team)

    saved = await client.send("/reflections/export", {"kind": "csv", "label": "frame:home"}, page="/reflections")

    assert saved.headers["content-disposition"] == 'attachment; filename="reflections-2026-11-05.csv"'
    [row] = csv.DictReader(io.StringIO(saved.text.removeprefix("\ufeff")))
    assert row["text"] == '\'=HYPERLINK("http://x")\n+1'
    assert (row["code_name"], row["codes"]) == ("Heron-1", "Homes (Ada)")
    assert "Real-" not in saved.text


async def test_a_choice_is_saved_for_a_program(team: Team) -> None:
    await reflection(team)
    await elsewhere(team)
    client = browser(team, BEN)

    saved = await client.send("/reflections/export", {"kind": "json", "q": "the"}, page="/reflections")
    wrong = await client.send("/reflections/export", {"kind": "exe"}, page="/reflections")

    assert [row["code_name"] for row in json.loads(saved.text)] == ["Heron-1"]
    assert "saved as CSV or as JSON" in wrong.text


async def test_empty_pages_say_what_fills_them(team: Team) -> None:
    client: Browser = browser(team)

    for page, told in (
        ("/reflections", "Nobody has said anything yet."),
        ("/reflections/quotes", "No quote is kept yet."),
        ("/reflections/themes", "no theme of your own"),
        ("/reflections/differences", "Nobody else has coded yet."),
    ):
        assert told in (await client.get(page)).text


async def test_somebody_without_areas_of_their_own_sees_all(team: Team) -> None:
    await elsewhere(team)

    assert "sea was cold" in (await browser(team, Staff(name="Cleo")).get("/reflections")).text


async def test_a_moderator_reads_without_code_names_and_changes_nothing(team: Team) -> None:
    await reflection(team)
    await team.office.mark_quote(ADA, "diary_1-heron-1.day", "My son waited.", "k1")
    client = browser(team, Staff(name="Mo", role=Role.MODERATOR))

    for page in ("/reflections", HERE, "/reflections/quotes", "/reflections/themes", "/reflections/differences"):
        shown = (await client.get(page)).text
        assert "Heron-1" not in shown
        assert not {"Save a file", "Code it as", "Drop this quote?", "Add a theme"} & set(
            re.findall(r"[A-Z][a-z ]+\??", shown)
        )
    assert "My son waited." in (await client.get("/reflections")).text
    coded = await client.send(f"{HERE}/codes", {"label": "frame:home"}, page=HERE)
    saved = await client.send("/reflections/export", {"kind": "csv"}, page="/reflections")
    assert (coded.status_code, saved.status_code) == (404, 404)


async def test_no_page_takes_more_statements_for_more_reflections(team: Team) -> None:
    await reflection(team)
    await team.office.code(ADA, "diary_1-heron-1.day", ["frame:home"])
    await team.office.mark_quote(ADA, "diary_1-heron-1.day", "My son waited.", "k1")
    client = browser(team)
    pages = ("/reflections", "/reflections?q=the", "/reflections?label=frame%3Ahome", "/reflections/quotes")
    before = [await statements(client, page) for page in pages]

    for number in range(2, 20):
        pid = await team.person(f"Heron-{number}", quote="yes")
        await team.answer(pid, "The bus was late again.", share="group")
        await team.office.code(ADA, f"diary_1-heron-{number}.day", ["frame:home"])
        await team.office.mark_quote(ADA, f"diary_1-heron-{number}.day", "late again", f"k{number}")
    await client.get("/reflections", q="the")  # what was said since is made searchable once

    assert [await statements(client, page) for page in pages] == before


async def statements(client: Browser, page: str) -> int:
    await client.get(page)
    with counted() as seen:
        assert (await client.get(page)).status_code == 200
    return len(seen)


async def test_signs_that_no_database_keeps_break_nothing(team: Team) -> None:
    await reflection(team)
    client = browser(team)

    assert (await client.get("/reflections/%00.%00")).status_code == 404
    await client.send("/reflections/read", {"id": "\0.\0"}, page="/reflections")
    await client.send(f"{HERE}/quotes", {"words": "My son waited.", "key": "k\0"}, page=HERE)

    assert [row.key for row in await team.rows(quotes)] == ["k\ufffd"]
