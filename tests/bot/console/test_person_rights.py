"""Somebody's data: the month, a copy, what is put right, and erasing it."""

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake
from bot.rights import Staff
from storage import mine
from storage import tables as t
from storage import tables_rights as tr
from storage.requests import month_after
from storage.rows import to_json
from tests.bot.console.house import browser
from tests.bot.team import ADA, BEN, Team

RIGHTS = "/people/Heron-1/rights"
EVIL = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    ("asked", "owed"),
    [
        (date(2026, 11, 5), date(2026, 12, 5)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_a_request_is_owed_after_one_calendar_month(asked: date, owed: date) -> None:
    assert month_after(asked) == owed


async def test_a_request_is_noted_and_stands_under_today_until_it_is_done(team: Team) -> None:
    await team.person("Heron-1")
    ada = browser(team)

    noted = await ada.send(f"{RIGHTS}/ask", {"kind": "erase", "asked_on": "2026-11-03", "note": EVIL})
    waiting = (await ada.get("/")).text
    await ada.send(f"{RIGHTS}/close", {"number": "1", "how": "done"})
    after = (await ada.get("/")).text

    assert "owed by 3 December 2026" in noted.text
    assert EVIL not in noted.text
    assert "Heron-1 asked to be erased" in waiting
    assert "due 3 December" in waiting
    assert "asked to be erased" not in after


async def test_the_nearer_the_month_the_more_urgent(team: Team) -> None:
    await team.person("Heron-1")
    await team.office.ask_right(ADA, "Heron-1", "copy", asked_on=team.clock.at.date())

    levels = []
    for days in (0, 24, 28, 40):
        team.clock.at += timedelta(days=days)
        found = [one for one in (await team.office.today(ADA)).waiting if one.kind == "rights"]
        levels.append(found[0].urgency)
        team.clock.at -= timedelta(days=days)

    assert levels == [2, 1, 0, 0]


async def test_a_refusal_needs_its_reason(team: Team) -> None:
    await team.person("Heron-1")
    ada = browser(team)
    await ada.send(f"{RIGHTS}/ask", {"kind": "copy", "asked_on": "2026-11-05"})

    bare = await ada.send(f"{RIGHTS}/close", {"number": "1", "how": "refuse", "reason": " "})
    told = await ada.send(f"{RIGHTS}/close", {"number": "1", "how": "refuse", "reason": "It is somebody else's"})

    assert "Say why it is refused" in bare.text
    assert "Refused." in told.text
    assert [(row.state, row.reason) for row in await team.rows(tr.rights_requests)] == [
        ("refused", "It is somebody else's")
    ]


async def test_the_same_is_not_asked_for_twice_at_a_time_nor_in_days_to_come(team: Team) -> None:
    await team.person("Heron-1")
    today = team.clock.at.date()
    await team.office.ask_right(ADA, "Heron-1", "copy", asked_on=today)

    with pytest.raises(Mistake, match="on the list already"):
        await team.office.ask_right(ADA, "Heron-1", "copy", asked_on=today)
    with pytest.raises(Mistake, match="on which day"):
        await team.office.ask_right(ADA, "Heron-1", "erase", asked_on=today + timedelta(days=1))


async def test_a_copy_goes_to_their_own_chat_once(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "kept to myself", share="me")
    ada = browser(team)

    first = await ada.send(f"{RIGHTS}/send", {"key": "k1"})
    second = await ada.send(f"{RIGHTS}/send", {"key": "k1"})

    sent = await team.rows(t.outbox)
    assert "goes to the chat of Heron-1" in first.text
    assert "Nothing was sent twice" in second.text
    assert {(row.chat, row.participant_id, row.always) for row in sent} == {("heron-1", "heron-1", True)}
    assert "kept to myself" in "".join(row.body for row in sent)
    assert "kept to myself" not in first.text
    assert [(row.kind, row.state) for row in await team.rows(tr.rights_requests)] == [("copy", "done")]


async def test_a_copy_is_saved_as_a_file_for_somebody_who_has_no_chat(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "The bus never came.")

    saved = await browser(team).send(f"{RIGHTS}/save", {})

    with zipfile.ZipFile(io.BytesIO(saved.content)) as file:
        assert set(file.namelist()) == {"my-answers.txt", "my-answers.json"}
        assert "The bus never came." in file.read("my-answers.txt").decode()
    assert saved.headers["content-disposition"] == 'attachment; filename="Heron-1.zip"'
    assert ("rights_copy", "Heron-1") in [(row.action, row.subject) for row in await team.rows(t.journal)]


async def test_an_answer_is_put_right_and_its_history_is_theirs_alone(team: Team) -> None:
    pid = await team.person("Heron-1")
    body = to_json({"id": "diary_1-heron-1", "answers": {"day": {"gist": "The buss"}}})
    await team.answer(pid, "The buss", run={"body": body})
    answer = "diary_1-heron-1.day"

    shown = await browser(team).send(f"{RIGHTS}/answer", {"answer": answer, "words": "The bus"})

    async with team.db.read() as conn:
        own = await mine.everything(conn, pid)
    (found,) = (await team.office.reflections(ADA)).rows
    assert [part.text for part in found.parts] == ["The bus"]
    assert found.revision == 2
    assert [(part.text, part.replaced) for part in own.answers[0].parts] == [("The buss", True), ("The bus", False)]
    assert own.corrected == ((answer, "", team.clock.at),)
    assert "The buss" not in shown.text
    assert '"gist":"The bus"' in (await team.rows(t.runs))[0].body


@pytest.mark.parametrize("hidden", [{"share": "me"}, {"vis": "P"}, {"vis": "X"}])
async def test_what_the_team_may_not_read_it_cannot_put_right(team: Team, hidden: dict[str, Any]) -> None:
    await team.answer(await team.person("Heron-1"), "canary", **hidden)

    shown = await browser(team).send(f"{RIGHTS}/answer", {"answer": "diary_1-heron-1.day", "words": "mine"})

    assert "canary" not in shown.text
    assert "no such answer" in shown.text
    assert [row.text for row in await team.rows(t.answer_parts)] == ["canary"]


async def test_the_answer_of_somebody_else_cannot_be_put_right_here(team: Team) -> None:
    await team.person("Heron-1")
    await team.answer(await team.person("Heron-2"), "hers")

    shown = await browser(team).send(f"{RIGHTS}/answer", {"answer": "diary_1-heron-2.day", "words": "mine"})

    assert "no such answer" in shown.text
    assert [row.text for row in await team.rows(t.answer_parts)] == ["hers"]


async def test_what_they_are_called_is_put_right_unseen(team: Team) -> None:
    await team.person("Heron-1")

    shown = await browser(team).send(f"{RIGHTS}/fact", {"name": "profile.name", "value": "Ann"})

    assert "Real-Heron-1" not in shown.text
    assert [row.name for row in await team.rows(t.contacts)] == ["Ann"]
    assert "Ann" not in repr(await team.rows(t.journal))


async def test_nobody_is_erased_without_their_code_name(team: Team) -> None:
    await team.person("Heron-1")

    shown = await browser(team).send(f"{RIGHTS}/erase", {"typed": "Heron-2"})

    assert "Nothing was erased." in shown.text
    assert len(await team.rows(t.participants)) == 1


async def test_somebody_is_erased_and_the_receipt_is_shown_once(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "canary")
    ada = browser(team)
    await ada.send(f"{RIGHTS}/ask", {"kind": "erase", "asked_on": "2026-11-05", "note": "Heron-1 rang"})
    buried: list[str] = []

    async def bury() -> None:
        buried.append("now")

    office = team.office
    office._bury = bury
    receipt = await office.erase_person(ADA, "Heron-1", "heron-1")

    async with team.db.read() as conn:
        tables = [(await conn.execute(sa.select(table))).all() for table in t.metadata.sorted_tables]
    (stone,) = await team.rows(t.tombstones)
    (request,) = await team.rows(tr.rights_requests)
    assert stone.receipt == receipt
    assert "canary" not in repr(tables)
    assert "Heron-1" not in repr(tables)
    assert (request.state, request.note, request.stone) == ("done", "", f"erased {receipt}")
    assert buried == ["now"]


async def test_the_page_of_the_receipt_keeps_it_in_no_cookie(team: Team) -> None:
    await team.person("Heron-1")

    shown = await browser(team).send(f"{RIGHTS}/erase", {"typed": "Heron-1"})

    (stone,) = await team.rows(t.tombstones)
    assert stone.receipt in shown.text
    assert stone.receipt not in str(shown.headers)


@pytest.mark.parametrize("path", ["", "/ask", "/close", "/send", "/save", "/fact", "/answer", "/erase"])
async def test_the_data_of_somebody_in_another_area_is_not_there(team: Team, path: str) -> None:
    await team.person("Gull-1", area="newquay")
    ben = browser(team, BEN)
    at = f"/people/Gull-1/rights{path}"

    shown = await (ben.send(at, {"typed": "Gull-1", "number": "1"}) if path else ben.get(at))

    assert shown.status_code == 404
    assert len(await team.rows(t.participants)) == 1


async def test_a_request_of_another_area_cannot_be_closed_by_its_number(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Gull-1", area="newquay")
    await team.office.ask_right(ADA, "Gull-1", "copy", asked_on=team.clock.at.date())

    shown = await browser(team, Staff(name="Ben", areas=("hull",))).send(f"{RIGHTS}/close", {"number": "1"})

    assert shown.status_code == 404
    assert [row.state for row in await team.rows(tr.rights_requests)] == ["open"]
