"""One person: what the team sees of them, and does for them."""

from datetime import timedelta

import pytest

from storage import tables as t
from tests.bot.console.counting import counted
from tests.bot.console.house import browser
from tests.bot.team import ADA, BEN, Team

EVIL = '<img src=x onerror="alert(1)">'


async def plan(team: Team, pid: str, key: str, days: float, state: str = "planned", **more: object) -> None:
    at = team.clock.at + timedelta(days=days)
    await team.add(t.deadlines, participant_id=pid, key=key, kind="entry", due_at=at, state=state, **more)


async def test_a_person_is_shown_with_past_and_future_on_one_line_of_time(team: Team) -> None:
    pid = await team.person("Heron-1")
    await plan(team, pid, "entry:diary_1", -2, "done")
    await plan(team, pid, "entry:change", -1, "missed", reason="the person takes a break")
    await plan(team, pid, "entry:remind_24h", 3)

    shown = " ".join((await browser(team).get("/people/Heron-1")).text.split())

    assert shown.index("To come") < shown.index("Remind 24 hours") < shown.index("Lately") < shown.index("Diary 1")
    assert "the person takes a break" in shown
    assert "<svg" in shown
    assert "Real-Heron-1" not in shown


async def test_only_what_is_shared_is_read_and_nothing_in_it_runs(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, EVIL)
    await team.answer(pid, "kept to myself", flow="diary_2", share="me")
    await team.answer(pid, "for the record", flow="diary_3", vis="X")

    shown = (await browser(team).get("/people/Heron-1")).text

    assert EVIL not in shown
    assert "&lt;img src=x" in shown
    assert "kept to myself" not in shown
    assert "for the record" not in shown


async def test_an_alarm_about_somebodys_safety_is_on_nobodys_line_of_time(team: Team) -> None:
    pid = await team.person("Heron-1")
    at = team.clock.at + timedelta(hours=1)
    await team.add(t.deadlines, participant_id=pid, key="alarm:7", kind="alarm", due_at=at, state="planned")

    found = await team.office.portrait(ADA, "Heron-1")

    assert found.moments == ()


async def test_too_many_messages_are_seen_at_a_glance(team: Team) -> None:
    pid = await team.person("Heron-1")
    for n in range(5):
        await plan(team, pid, f"entry:extra_{n}", n)
    calm = await team.person("Heron-2")
    await plan(team, calm, "entry:diary_1", 1)

    much, little = [(await team.office.portrait(ADA, name)).contact for name in ("Heron-1", "Heron-2")]

    assert (much.most, much.weekly, much.too_much) == (5, 4, True)
    assert (little.most, little.too_much) == (1, False)
    assert "more than is good" in (await browser(team).get("/people/Heron-1")).text


async def test_consents_are_told_as_they_stand(team: Team) -> None:
    pid = await team.person("Heron-1")
    row = {"participant_id": pid, "item": "quote", "text_hash": "h", "channel": "demo", "locale": "en"}
    await team.add(t.consents, **row, answer="yes", notice_version="1", at=team.clock.at - timedelta(days=3))
    await team.add(t.consents, **row, answer="no", notice_version="2", at=team.clock.at)

    (consent,) = (await team.office.portrait(ADA, "Heron-1")).consents

    assert (consent.answer, consent.notice_version) == ("no", "2")
    assert "Being quoted" in (await browser(team).get("/people/Heron-1")).text


async def test_whoever_looks_at_a_person_is_in_the_journal(team: Team) -> None:
    await team.person("Heron-1")

    await browser(team).get("/people/heron-1")

    assert [(row.who, row.action, row.subject) for row in await team.rows(t.journal)] == [("Ada", "saw", "Heron-1")]


@pytest.mark.parametrize("path", ["", "/phone", "/pause", "/resume", "/attend", "/code"])
async def test_a_person_of_another_area_is_not_there(team: Team, path: str) -> None:
    await team.person("Gull-1", area="newquay")
    ben = browser(team, BEN)

    asked = ben.send(f"/people/Gull-1{path}", {"until": "week"}) if path else ben.get("/people/Gull-1")
    shown = await asked

    assert shown.status_code == 404
    assert "Newquay" not in shown.text
    assert [row.state for row in await team.rows(t.participants)] == ["active"]


async def test_somebody_takes_a_break_of_a_week_that_ends_by_itself(team: Team) -> None:
    pid = await team.person("Heron-1")

    shown = await browser(team).send("/people/Heron-1/pause", {"until": "week"})

    (person,) = await team.rows(t.participants)
    (end,) = await team.rows(t.deadlines)
    assert "takes a break until Thu 12 Nov, 12:00" in shown.text
    assert (person.state, person.paused_until) == ("paused", team.clock.at + timedelta(days=7))
    assert (end.participant_id, end.kind, end.due_at, end.state) == (pid, "unpause", person.paused_until, "planned")


async def test_a_break_until_the_workshop_needs_a_workshop(team: Team) -> None:
    await team.person("Heron-1")

    shown = await browser(team).send("/people/Heron-1/pause", {"until": "workshop"})

    assert "Hull has no workshop to come." in shown.text
    assert [row.state for row in await team.rows(t.participants)] == ["active"]


async def test_a_break_is_ended_and_its_end_is_called_off(team: Team) -> None:
    await team.person("Heron-1")
    ada = browser(team)
    await ada.send("/people/Heron-1/pause", {"until": "week"})

    shown = await ada.send("/people/Heron-1/resume", {})

    assert "takes part again" in shown.text
    assert [(row.state, row.paused_until) for row in await team.rows(t.participants)] == [("active", None)]
    assert [row.state for row in await team.rows(t.deadlines)] == ["cancelled"]


async def test_attendance_is_marked_for_one_person(team: Team) -> None:
    await team.person("Heron-1")
    ada = browser(team)

    await ada.send("/people/Heron-1/attend", {"wave": "1", "state": "left_early"})
    nothing = await ada.send("/people/Heron-1/attend", {"wave": "1", "state": ""})

    assert [(row.wave, row.state, row.by) for row in await team.rows(t.attendance)] == [(1, "left_early", "Ada")]
    assert "Choose whether they came" in nothing.text


async def test_a_code_for_a_new_phone_is_shown_once_and_in_no_cookie(team: Team) -> None:
    await team.person("Heron-1")

    shown = await browser(team).send("/people/Heron-1/code", {})

    (invite,) = await team.rows(t.invites)
    assert invite.code in shown.text
    assert invite.code not in str(shown.headers)


async def test_a_person_takes_the_same_number_of_statements_whatever_they_did(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, "words", flow="diary_0")
    await team.office.portrait(ADA, "Heron-1")  # that somebody looks is noted once
    with counted() as few:
        await team.office.portrait(ADA, "Heron-1")
    for n in range(1, 20):
        await team.answer(pid, "words", flow=f"diary_{n}")
        await plan(team, pid, f"entry:extra_{n}", n)

    with counted() as many:
        await team.office.portrait(ADA, "Heron-1")

    assert len(many) == len(few)
