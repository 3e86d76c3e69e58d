"""Sessions: how long they last, who ends them, and that rights are those of now."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.rights import Kind, Staff
from storage import tables as t
from storage.console import hashed
from storage.tables_console import sessions
from tests.bot.console.front import Front, team
from tests.bot.team import ADA, Team

__all__ = ["team"]


@pytest.fixture
async def front(team: Team) -> Front:
    """Ben leads everywhere; Cy works in Hull."""
    front = Front(team=team)
    await front.member("ben")
    await front.member("cy", areas=("hull",))
    return front


async def test_nobody_comes_in_without_a_session(front: Front) -> None:
    window = front.window()

    assert (await window.client.get("/team/new?x=1")).headers["location"] == "/sign-in?to=/team/new%3Fx%3D1"
    assert (await window.client.post("/team/new", headers={"Origin": "https://console.example.org"})).status_code == 401


async def test_a_session_ends_after_half_an_hour_without_work(front: Front) -> None:
    window = await front.signed_in()
    front.team.clock.at += timedelta(minutes=29)
    at_work = (await window.client.get("/me")).status_code
    front.team.clock.at += timedelta(minutes=29)
    still = (await window.client.get("/me")).status_code
    front.team.clock.at += timedelta(minutes=30)

    assert (at_work, still, (await window.client.get("/me")).status_code) == (200, 200, 303)


@pytest.mark.parametrize(
    ("name", "value", "answers"),
    [("HX-Request", "true", (200, "hx-redirect")), ("Accept", "text/event-stream", (303, "location"))],
)
async def test_a_page_that_looks_by_itself_is_no_work(
    front: Front, name: str, value: str, answers: tuple[int, str]
) -> None:
    window = await front.signed_in()
    for _ in range(3):
        front.team.clock.at += timedelta(minutes=10)
        answer = await window.client.get("/me", headers={name: value})

    status, header = answers
    assert (answer.status_code, answer.headers[header]) == (status, "/sign-in?to=/me")


async def test_a_session_ends_after_half_a_day_however_busy(front: Front) -> None:
    window = await front.signed_in()
    for _ in range(36):
        front.team.clock.at += timedelta(minutes=20)
        last = await window.client.get("/me")

    assert last.status_code == 303


async def test_signing_out_ends_the_session_itself(front: Front) -> None:
    window = await front.signed_in()
    token = window.cookie("reconvene")
    await window.open("/me")

    await window.send("/sign-out")
    window.client.cookies.set("__Host-reconvene", token or "")

    assert (await window.client.get("/me")).status_code == 303
    assert await front.team.rows(sessions) == []


async def test_another_browser_can_be_signed_out(front: Front) -> None:
    window, lost = await front.signed_in(), await front.signed_in()
    shown = await window.open("/me")
    theirs = hashed(lost.cookie("reconvene") or "")
    [other] = [row.id for row in await front.team.rows(sessions) if row.token_hash == theirs]

    await window.send("/me/sessions", session=other)

    assert shown.text.count("<strong>Firefox on Windows</strong>") == 2
    assert (await window.client.get("/me")).status_code == 200
    assert (await lost.client.get("/me")).status_code == 303


async def test_nobody_signs_somebody_else_out(front: Front) -> None:
    window, other = await front.signed_in("ben"), await front.signed_in("cy")
    [cy] = [row.id for row in await front.team.rows(sessions) if row.facilitator_id == "cy"]
    await window.open("/me")

    await window.send("/me/sessions", session=cy)

    assert (await other.client.get("/me")).status_code == 200


async def test_all_sessions_can_be_ended_at_once(front: Front) -> None:
    window, lost = await front.signed_in(), await front.signed_in()
    await window.open("/me")

    await window.send("/me/sessions")

    assert (await lost.client.get("/me")).status_code == 303
    assert await front.team.rows(sessions) == []


async def test_another_role_ends_the_session_and_counts_at_once(front: Front) -> None:
    window = await front.signed_in()
    assert (await window.client.get("/audit")).status_code == 200
    async with front.team.db.write() as conn:
        await conn.execute(sa.update(t.facilitators).where(t.facilitators.c.id == "ben").values(role="observer"))
    taken = (await window.client.get("/audit")).status_code

    await front.team.office.change_member(ADA, "ben", "moderator", ())

    assert taken == 404
    assert (await window.client.get("/me")).status_code == 303


async def test_who_is_removed_is_out_at_once(front: Front) -> None:
    window = await front.signed_in()

    await front.team.office.remove_member(Staff(name="Ada", kind=Kind.OPERATOR), "ben")

    assert (await window.client.get("/me")).status_code == 303


async def test_a_form_of_another_session_is_not_taken(front: Front) -> None:
    window, other = await front.signed_in(), await front.signed_in()
    window.shown = await other.open("/me")

    await window.send("/sign-out")

    assert len(await front.team.rows(sessions)) == 2


@pytest.mark.parametrize("origin", ["https://elsewhere.example.org", ""])
async def test_a_form_from_elsewhere_changes_nothing(front: Front, origin: str) -> None:
    window = await front.signed_in()
    await window.open("/me")

    await window.send("/sign-out", origin=origin)

    assert len(await front.team.rows(sessions)) == 1
