"""The report says what is in the database, and of small groups no more than that they are small."""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.facilitation import NotAllowed
from bot.reports.sheet import Cell, Sheet, as_csv, as_json, as_markdown
from flows.disclosure import Figure
from storage import agenda, commitments
from storage import tables as t
from storage.database import Database
from storage.reflections import Filter
from storage.rows import to_json
from storage.tables_loop import key_issues, statements, votes
from tests.bot.team import ADA, BEN, Stopped, Team
from tests.stage import shipped

PEOPLE = {"hull": 18, "st_helens": 17, "walsall": 17, "hackney": 18, "newquay": 17}
"""The five areas and the 87 people of the report of 2014; the programme asks for 86 besides the visitor."""
TOP = ("good_places", "fair_jobs", "skills")


@pytest.fixture
def team(database: Database, now: datetime) -> Team:
    """The programme that is shipped, with nobody in it yet."""
    return Team(db=database, clock=Stopped(at=now), script=shipped())


async def seed(team: Team, people: dict[str, int], said: Sequence[tuple[str, str, str, Any]] = ()) -> None:
    """So many people in each area, who have all said this: flow, step, kind, value (or a function of the number)."""
    ids = [(f"{area}-{n}", area, n) for area, many in people.items() for n in range(many)]
    at = team.clock.at
    person = {"state": "active", "locale": "en", "facts": "{}", "joined_at": at, "last_heard_at": at}
    run = {"state": "finished", "opened_at": at, "touched_at": at, "body": "{}", "version": "v"}
    flows = dict.fromkeys(flow for flow, _, _, _ in said)
    rows = [
        {"run_id": f"{flow[:6]}-{pid}"[:20], "step": step, "participant_id": pid, "flow": flow, "version": "v",
         "kind": kind, "vis": "R", "area": area, "locale": "en", "at": at,
         "value": to_json(value(n) if callable(value) else value)}
        for flow, step, kind, value in said for pid, area, n in ids
        if not callable(value) or value(n) is not None
    ]  # fmt: skip
    async with team.db.write() as conn:
        new = [{"id": pid, "area": area, "code_name": pid, **person} for pid, area, _ in ids]
        await conn.execute(sa.insert(t.participants), new)
        if rows:
            runs = [
                {"id": f"{flow[:6]}-{pid}"[:20], "participant_id": pid, "flow": flow, "cause": flow, **run}
                for flow in flows
                for pid, _, _ in ids
            ]
            await conn.execute(sa.insert(t.runs), runs)
            await conn.execute(sa.insert(t.answers), rows)


async def came(team: Team, wave: int, people: Sequence[str]) -> None:
    rows = [
        {"participant_id": one, "wave": wave, "state": "attended", "at": team.clock.at, "by": "a"} for one in people
    ]
    async with team.db.write() as conn:
        await conn.execute(sa.insert(t.attendance), rows)


async def sheets(team: Team, *areas: str) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in await team.office.report(ADA, areas)}


def lines(sheet: Sheet, *head: Cell) -> list[list[Any]]:
    """The rows that begin so, the rest of each; numbers of people as they are told."""
    rest = [row[len(head) :] for row in sheet.rows if row[: len(head)] == head]
    return [[cell.plain if isinstance(cell, Figure) else cell for cell in row] for row in rest]


async def test_the_counts_of_the_five_areas_are_those_of_the_database(team: Team) -> None:
    """Scenario 20: the report's counts match the database."""
    await seed(
        team,
        PEOPLE,
        [
            ("before_w1", "good_day", "text", lambda n: "text" if n < 12 else None),
            ("rank", "top3", "rank", lambda n: TOP if n % 2 else TOP[::-1]),
            ("evaluation", "e1", "scale", lambda n: 1 + n % 5),
        ],
    )
    await came(team, 1, [f"{area}-{n}" for area in PEOPLE for n in range(10)])

    found = await sheets(team)

    assert lines(found["people"], "all") == [[86, 87, 0, 50, 0, None]]
    assert [row[2] for row in lines(found["people"])][:-1] == list(PEOPLE.values())
    async with team.db.read() as conn:
        rows = (await conn.execute(sa.select(t.answers))).all()
    people = Counter(row.flow for row in {(row.flow, row.participant_id): row for row in rows}.values())
    assert {row[0]: row[-1] for row in lines(found["answered"])} == people
    firsts = Counter(json.loads(row.value)[0] for row in rows if row.step == "top3")
    told = {row[0]: row[-1] for row in lines(found["rankings"], "rank", "top3")}
    assert (told["Good places to live"], told["Skills and a say at any age"]) == (
        firsts["good_places"],
        firsts["skills"],
    )
    together = [n for name, n in told.items() if " + " in name]
    assert together == [87], "all chose the same three, in whatever order"
    scores = [json.loads(row.value) for row in rows if row.step == "e1"]
    (mean,) = [row for row in lines(found["evaluation"]) if row[2] == "all"]
    assert mean[3:] == [87, pytest.approx(sum(scores) / 87)]


async def test_three_replies_are_told_as_few_wherever_they_stand(team: Team) -> None:
    """Scenario 10: an area with three replies: notebook page, CSV and report all say so, and no total reveals it."""
    await seed(team, {"hull": 12, "walsall": 12}, [("diary_1", "day", "text", lambda n: "text" if n < 8 else None)])
    async with team.db.write() as conn:
        mine = t.answers.c.participant_id
        quiet = [f"hull-{n}" for n in range(3, 12)]
        await conn.execute(sa.delete(t.answers).where(mine.in_(quiet)))

    found = await team.office.report(ADA)
    (hull, *_) = await team.office.progress(ADA, ["hull", "walsall"])

    assert (str(hull.heard), str(hull.answered["diary_1"])) == ("fewer than 5", "fewer than 5")
    (line,) = lines(next(sheet for sheet in found if sheet.name == "answered"), "diary_1")
    assert line == ["fewer than 5", 0, 8, 0, 0, "8 or more"]
    cells = list(csv.reader(io.StringIO(as_csv(found))))
    assert ["answered", "1", "hull", "fewer than 5"] in cells
    assert ["answered", "1", "all", "8 or more"] in cells
    assert "| diary_1 | fewer than 5 | 0 | 8 | 0 | 0 | 8 or more |" in as_markdown("Life", found)
    assert json.loads(as_json(found))["answered"][0]["hull"] == "fewer than 5"


async def test_one_half_of_a_pair_is_partial_and_is_not_averaged(team: Team) -> None:
    """Scenario 14: who missed workshop 1 has no "before": the pair is partial."""
    await seed(
        team,
        {"hull": 16},
        [
            ("before_w1", "say_pre", "scale", lambda n: 2 if n < 11 else None),
            ("before_w1", "shapes_pre", "multi", lambda n: ("habits",) if n < 11 else None),
            ("before_w1", "assets_pre", "number", lambda n: 1 if n < 11 else None),
            ("evaluation", "assets_post", "number", 6),
            ("evaluation", "say_post", "scale", 4),
            ("evaluation", "shapes_post", "multi", ("habits", "home", "streets_green")),
        ],
    )

    found = await sheets(team, "hull")

    assert lines(found["changes"], "say", "hull") == [[11, 5, 2.0, 4.0]]
    assert lines(found["changes"], "assets", "hull") == [[11, 5, 1.0, 6.0]]
    assert lines(found["causes"], "before_w1", "habits") == [[11]]
    assert lines(found["causes"], "evaluation", "home") == [[16]]
    assert lines(found["changes"], "shapes: how wide the view", "hull") == [[11, 5, 1.0, 3.0]]
    assert lines(found["changes"], "shapes: place or people", "hull") == [[11, 5, 0.0, 1.0]]


async def test_few_pairs_have_no_average(team: Team) -> None:
    said: list[tuple[str, str, str, Any]] = [
        ("before_w1", "say_pre", "scale", lambda n: 2 if n < 4 else None),
        ("evaluation", "say_post", "scale", 4),
    ]
    await seed(team, {"hull": 16}, said)

    assert lines((await sheets(team, "hull"))["changes"], "say", "hull") == [["fewer than 5", 12, None, None]]


async def test_what_is_kept_to_oneself_or_taken_back_is_not_counted(team: Team) -> None:
    await seed(team, {"hull": 12}, [("rank", "together", "choice", "own")])
    async with team.db.write() as conn:
        mine = t.answers.c.participant_id
        await conn.execute(sa.update(t.answers).where(mine == "hull-0").values(share="me"))
        await conn.execute(sa.update(t.answers).where(mine == "hull-1").values(withdrawn_at=team.clock.at))

    found = await sheets(team, "hull")

    assert [row[-1] for row in lines(found["choices"], "rank", "together")] == [10, 10]


async def test_agreement_is_reported_with_the_split_and_small_votes_are_not(team: Team) -> None:
    await seed(team, {"hull": 16})
    texts = {"s1": ("More benches.", 14, 0), "s2": ("No cars.", 8, 8), "s3": ("Rare.", 12, 2)}
    made = {"area": "hull", "state": "approved", "made_at": team.clock.at}
    async with team.db.write() as conn:
        await conn.execute(
            sa.insert(statements), [{"id": id, "text": text, **made} for id, (text, _, _) in texts.items()]
        )
        cast = [
            {
                "statement_id": id,
                "participant_id": f"hull-{n}",
                "vote": "agree" if n < agree else "disagree",
                "at": team.clock.at,
            }
            for id, (_, agree, against) in texts.items()
            for n in range(agree + against)
        ]
        await conn.execute(sa.insert(votes), cast)

    found = lines((await sheets(team, "hull"))["statements"], "hull")

    assert found == [
        ["More benches.", 14, 0, 0, 14, "most agree"],
        ["No cars.", 8, 8, 0, 16, "split"],
        ["Rare.", 12, "fewer than 5", 0, "12 or more", ""],
    ]


async def test_key_issues_and_commitments_stand_in_the_report_as_they_stand_today(team: Team) -> None:
    await seed(team, {"hull": 12})
    async with team.db.write() as conn:
        await agenda.add(conn, "hull", "Cold homes", team.clock.at, decided_by=("district",))
        issue = (await conn.execute(sa.select(key_issues.c.id))).scalar_one()
        for who in ("Ada", "Ben"):
            (one,) = await agenda.of_areas(conn, ["hull"])
            await agenda.approve(conn, one, who, team.clock.at)
        when = {"due_on": date(2020, 1, 1), "today": date(2020, 1, 1)}
        await commitments.ask(
            conn, issue, owner="Head of housing", level="district", by="Ada", now=team.clock.at, **when
        )

    found = await sheets(team, "hull")

    assert lines(found["issues"], "hull", 1)[0][0] == "Cold homes"
    assert lines(found["commitments"], "hull", 1)[0][4] == "no_reply"
    assert found["commitments"].note == "1 no_reply"


async def test_a_facilitator_of_hull_who_asks_for_walsall_is_refused_and_it_is_noted(team: Team) -> None:
    """Scenario 11: refused and audited, whatever is asked for. (What Slack gets is in the tests of Slack.)"""
    office = team.office
    for asked in (
        office.report(BEN, ["walsall"]),
        office.progress(BEN, ["walsall"]),
        office.people(BEN, ["walsall"]),
        office.reflections(BEN, Filter(areas=("walsall",))),
        office.export(BEN, Filter(areas=("walsall",))),
        office.statements(BEN, ["walsall"]),
        office.issues(BEN, ["walsall"]),
        office.commitments(BEN, ["walsall"]),
    ):
        with pytest.raises(NotAllowed, match=r"Ben may not .* in Walsall"):
            await asked

    noted = await team.rows(t.journal)

    assert {(row.who, row.action, row.subject) for row in noted} == {("Ben", "refused", "walsall")}
    assert len(noted) == 8


async def test_a_report_is_of_ones_own_areas_and_noted(team: Team) -> None:
    await team.office.report(BEN)
    with pytest.raises(NotAllowed):
        await team.office.report(BEN, ["walsall"])

    noted = await team.rows(t.journal)

    assert [(row.action, row.who) for row in noted] == [("report", "Ben"), ("refused", "Ben")]
