"""The pages of the team and of oneself."""

import re

import pytest

from bot.rights import Role, Staff
from storage import tables as t
from storage.rows import to_json
from storage.tables_console import sessions
from tests.bot.console.front import team
from tests.bot.console.house import browser
from tests.bot.console.on_sqlite import database_url
from tests.bot.team import ADA, Team

__all__ = ["database_url", "team"]

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


async def member(team: Team, id: str, *, areas: tuple[str, ...] = (), role: str = "") -> None:
    """Somebody on the team."""
    about = {"id": id, "name": id.title(), "areas": to_json(areas), "role": role}
    await team.add(t.facilitators, **about, created_at=team.clock.at)


async def test_a_lead_adds_somebody_and_hands_the_code_over(team: Team) -> None:
    page = browser(team)

    shown = await page.send("/team/new", {"name": "Olu", "role": "observer", "areas": "hull"})
    listed = await page.get("/team")

    [olu] = await team.rows(t.facilitators)
    [invite] = await team.rows(t.invites)
    assert (olu.role, olu.areas) == ("observer", '["hull"]')
    assert invite.code in shown.text
    assert "has not come yet" in listed.text
    assert invite.code not in listed.text


async def test_two_presses_add_one_member(team: Team) -> None:
    page = browser(team)
    key = re.search('name="key" value="([^"]+)"', (await page.get("/team/new")).text)
    assert key

    await page.send("/team/new", {"name": "Olu", "role": "lead", "key": key[1]})
    again = await page.send("/team/new", {"name": "Olu", "role": "lead", "key": key[1]})

    assert "Olu is on the team already" in again.text
    assert len(await team.rows(t.facilitators)) == 1


@pytest.mark.parametrize("fields", [{"name": " ", "role": "lead"}, {"name": "Olu", "role": "king"}])
async def test_what_cannot_be_is_said_in_a_sentence(team: Team, fields: dict[str, str]) -> None:
    shown = await browser(team).send("/team/new", fields, page="/team/new")

    assert 'role="alert"' in shown.text
    assert await team.rows(t.facilitators) == []


async def test_another_role_is_given_on_their_page(team: Team) -> None:
    await member(team, "cy", areas=("hull",))

    shown = await browser(team).send("/team/cy", {"role": "moderator", "areas": ["hull", "newquay"]})

    [cy] = await team.rows(t.facilitators)
    assert (cy.role, cy.areas) == ("moderator", '["hull","newquay"]')
    assert "Cy has the new role" in shown.text


async def test_who_is_removed_is_gone_and_stays_in_the_audit(team: Team) -> None:
    await member(team, "cy")
    page = browser(team)

    await page.send("/team/cy/remove", {})

    assert await team.rows(t.facilitators) == []
    assert "Member removed" in (await page.get("/audit")).text
    assert (await page.get("/team/cy")).status_code == 404


async def test_nobody_changes_their_own_place(team: Team) -> None:
    await member(team, "lee", role="lead")
    lee = Staff(name="Lee", id="lee", role=Role.LEAD)

    shown = await browser(team, lee).send("/team/lee", {"role": "observer"}, page="/me")

    assert "Nobody changes their own place" in shown.text
    assert "This is you." in (await browser(team, lee).get("/team/lee")).text


async def test_a_lead_of_some_areas_sees_only_who_works_there(team: Team) -> None:
    await member(team, "cy", areas=("newquay",))
    await member(team, "eve")
    await member(team, "hal", areas=("hull",))
    lee = browser(team, Staff(name="Lee", id="lee", role=Role.LEAD, areas=("hull",)))

    listed = (await lee.get("/team")).text

    assert "Hal" in listed
    assert not {"Cy", "Eve"} & set(re.findall(r"\w+", listed))
    assert [(await lee.get(f"/team/{id}")).status_code for id in ("cy", "eve", "hal")] == [404, 404, 200]
    for path in ("/team/cy", "/team/cy/code", "/team/cy/remove"):
        assert (await lee.send(path, {"role": "observer", "areas": "hull"}, page="/me")).status_code == 404
    assert {row.areas for row in await team.rows(t.facilitators)} == {'["newquay"]', "[]", '["hull"]'}


async def test_a_name_is_shown_as_it_was_written_and_does_nothing(team: Team) -> None:
    await team.office.facilitator_code(ADA, EVIL, ())
    page = browser(team)

    shown = [(await page.get(path)).text for path in ("/team", "/audit", "/audit?who=" + EVIL)]

    assert not any("<script>alert" in text or "<img src=x" in text for text in shown)


async def test_in_the_demo_one_is_at_the_machine_itself(team: Team) -> None:
    page = browser(team)

    shown = await page.get("/me")
    out = await page.client.post("/sign-out", data={"form": "x"})

    assert "You are at the machine itself." in shown.text
    assert out.status_code == 303
    assert await team.rows(sessions) == []


async def test_an_observer_looks_at_the_programme_and_is_led_nowhere_else(team: Team) -> None:
    eve = browser(team, Staff(name="Eve", id="eve", role=Role.OBSERVER))

    shown = await eve.get("/")

    links = set(re.findall('href="(/programme[^?#"]*)', shown.text))
    assert shown.url.path == "/programme"
    assert links == {"/programme"}
