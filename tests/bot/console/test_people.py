"""People: the list, and the calls that it leads to."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from storage import tables as t
from tests.bot.console.counting import counted
from tests.bot.console.house import browser
from tests.bot.team import BEN, Team


async def test_the_list_says_how_everybody_stands(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "The bus", run={"entry": "diary_1"})
    await team.person("Heron-2", state="paused")
    await team.add(t.attendance, participant_id="heron-1", wave=1, state="missed", at=team.clock.at, by="Ada")

    shown = (await browser(team).get("/people")).text

    assert "1 of 1" in shown
    assert "on a break" in shown
    assert "Real-Heron-1" not in shown


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        ("quiet", {"Heron-3"}),
        ("unreached", {"Heron-4"}),
        ("missed", {"Heron-1"}),
        ("paused", {"Heron-2"}),
        ("", {"Heron-1", "Heron-2", "Heron-3", "Heron-4"}),
    ],
)
async def test_the_list_is_narrowed(team: Team, kind: str, there: set[str]) -> None:
    await team.person("Heron-3")
    team.clock.at += timedelta(days=12)
    await team.person("Heron-1")
    await team.person("Heron-2", state="paused")
    await team.person("Heron-4", reachable=False)
    await team.add(t.attendance, participant_id="heron-1", wave=1, state="missed", at=team.clock.at, by="Ada")

    shown = (await browser(team).get("/people", show=kind)).text

    assert {name for name in ("Heron-1", "Heron-2", "Heron-3", "Heron-4") if f"/people/{name}" in shown} == there


async def test_a_part_of_a_code_name_finds_somebody(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Gull-2")

    shown = (await browser(team).get("/people", q="gUlL")).text
    strange = (await browser(team).get("/people", q='%"><script>')).text

    assert "/people/Gull-2" in shown
    assert "/people/Heron-1" not in shown
    assert "<script>" not in strange


async def test_a_long_list_goes_on_where_the_page_ended(team: Team) -> None:
    for n in range(60):
        await team.person(f"Heron-{n:02}")
    ada = browser(team)

    first = (await ada.get("/people")).text
    link = first.partition('href="/people?show=&amp;q=&amp;after=')[2].partition('"')[0]
    second = (await ada.get("/people", after=unquote(link))).text

    assert first.count("/people/Heron-") == 50
    assert second.count("/people/Heron-") == 10
    assert "/people/Heron-50" in second


async def test_the_list_takes_the_same_number_of_statements_however_long_it_is(team: Team) -> None:
    await team.person("Heron-0")
    with counted() as few:
        await browser(team).get("/people")
    for n in range(1, 30):
        await team.person(f"Heron-{n}")

    with counted() as many:
        await browser(team).get("/people")

    assert len(many) == len(few) < 12


async def test_a_call_is_asked_for_once_and_stands_under_today(team: Team) -> None:
    await team.person("Heron-1")
    ada = browser(team)

    await ada.send("/people/phone", {"code_name": "Heron-1"}, page="/people")
    again = await ada.send("/people/phone", {"code_name": "Heron-1"}, page="/people")

    assert "already" in again.text
    assert [row.kind for row in await team.rows(t.tasks)] == ["callback"]
    assert "Heron-1 is to be called" in (await ada.get("/")).text


async def test_all_who_went_quiet_are_put_on_the_list_of_calls(team: Team) -> None:
    for n in range(3):
        await team.person(f"Heron-{n}")
    await team.person("Gull-1", area="newquay")
    team.clock.at += timedelta(days=12)
    ada = browser(team)

    first = await ada.send("/people/phone/all", {"show": "quiet", "in": ["hull"]}, page="/people")
    second = await ada.send("/people/phone/all", {"show": "quiet", "in": ["hull"]}, page="/people")

    assert "3 people stand" in first.text
    assert "0 people stand" in second.text
    assert {row.participant_id for row in await team.rows(t.tasks)} == {"heron-0", "heron-1", "heron-2"}


async def test_people_of_another_area_are_not_there(team: Team) -> None:
    await team.person("Gull-1", area="newquay")
    ben = browser(team, BEN)

    listed = (await ben.get("/people")).text
    called = await ben.send("/people/phone", {"code_name": "Gull-1"}, page="/people")

    assert "Gull-1" not in listed
    assert called.status_code == 404
    assert await team.rows(t.tasks) == []
