"""The audit: what the team did, by whom, when; and whether it is whole."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import bot
from bot.console.pages.audit import KINDS as AUDIT_PAGE
from bot.facilitation.auditing import KINDS
from bot.rights import Role, Staff
from storage import journal
from storage import tables as t
from tests.bot.console.front import team
from tests.bot.console.house import browser
from tests.bot.team import ADA, Team

__all__ = ["team"]

CELLS = ("=cmd()", "+1", "-1", "@x", "\tx", "\rx", "＝x", " =x")


async def note(team: Team, *actions: str, who: str = "Ada", subject: str = "", **detail: str) -> None:
    async with team.db.write() as conn:
        for action in actions:
            await journal.note(conn, at=team.clock.at, who=who, action=action, subject=subject, detail=detail)


async def test_lines_are_shown_newest_first_page_by_page(team: Team) -> None:
    await note(team, *(f"act_{number}" for number in range(60)))
    page = browser(team)

    first = (await page.get("/audit")).text
    older = (await page.get("/audit", before="11")).text

    assert first.index("Act 59") < first.index("Act 10")
    assert "Act 9<" not in first
    assert "/audit?before=11" in first
    assert "Act 9<" in older
    assert "Older lines" not in older


async def test_lines_are_found_by_who_what_about_and_when(team: Team) -> None:
    await note(team, "export", who="Ben", subject="hull")
    await note(team, "saw", who="Ben", subject="Heron-1")
    await note(team, "saw", who="Cy", subject="Heron-2")
    team.clock.at += timedelta(days=2)
    await note(team, "saw", who="Cy", subject="Heron-3")
    page = browser(team)

    async def found(**asked: str) -> list[str]:
        text = (await page.get("/audit", **asked)).text
        return [name for name in ("hull<", "Heron-1<", "Heron-2<", "Heron-3<") if name in text]

    assert await found(who="Ben") == ["hull<", "Heron-1<"]
    assert await found(kind="looks") == ["Heron-1<", "Heron-2<", "Heron-3<"]
    assert await found(kind="files") == ["hull<"]
    assert await found(about="Heron-2") == ["Heron-2<"]
    assert await found(since="2026-11-06") == ["Heron-3<"]
    assert await found(until="2026-11-05", who="Cy") == ["Heron-2<"]


@pytest.mark.parametrize(
    "asked", [{"since": "tomorrow"}, {"until": "9999-12-31"}, {"before": "x"}, {"before": "9" * 30}, {"kind": "?"}]
)
async def test_what_is_no_day_or_number_is_left_out(team: Team, asked: dict[str, str]) -> None:
    await note(team, "export", subject="hull")

    shown = await browser(team).get("/audit", **asked)

    assert (shown.status_code, "hull" in shown.text) == (200, True)


async def test_the_file_holds_no_formula_and_leaves_a_line(team: Team) -> None:
    for cell in CELLS:
        await note(team, "saw", who=cell, subject=cell)
    page = browser(team)

    answer = await page.get("/audit/file")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))[1:]
    assert [row[2] for row in rows] == [f"'{cell}" for cell in reversed(CELLS)]
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert "Audit export" in (await page.get("/audit")).text


async def test_a_change_by_another_way_is_found(team: Team) -> None:
    await note(team, "export", "send")
    page = browser(team)
    whole = await page.send("/audit/verify", {"head": ""})
    async with team.db.write() as conn:
        await conn.execute(sa.update(t.journal).where(t.journal.c.id == 1).values(who="Eve"))

    broken = await page.send("/audit/verify", {"head": ""})
    foreign = await page.send("/audit/verify", {"head": "0" * 63 + "1"})

    assert "<h1>The audit is whole</h1>" in whole.text
    assert "Line 1 is not as it was written." in broken.text
    assert "The seal that you noted is not there" in foreign.text


async def test_looking_at_the_same_person_again_at_once_is_one_look(team: Team) -> None:
    await team.office.saw(ADA, "time line", "Heron-1")
    await team.office.saw(ADA, "time line", "Heron-1")
    await team.office.saw(ADA, "answers", "Heron-1")
    team.clock.at += timedelta(minutes=11)
    await team.office.saw(ADA, "time line", "Heron-1")

    found = await team.office.audit(ADA)

    assert [one.detail["what"] for one in found] == ["time line", "answers", "time line"]


async def test_a_lead_of_some_areas_has_no_use_for_what_is_about_all(team: Team) -> None:
    lead = browser(team, Staff(name="Lee", id="lee", role=Role.LEAD, areas=("hull",)))

    assert [(await lead.get(path)).status_code for path in ("/audit", "/audit/file")] == [404, 404]
    assert 'href="/audit"' not in (await lead.get("/team")).text


def test_every_kind_is_made_of_what_is_really_noted() -> None:
    source = "".join(path.read_text() for path in Path(bot.__file__).parent.rglob("*.py") if path.name != "auditing.py")
    named = {action for actions in KINDS.values() for action in actions} - {"saw", "audit_export"}

    assert [action for action in sorted(named) if f'"{action}"' not in source] == []
    assert AUDIT_PAGE.keys() - {""} == KINDS.keys()
