"""Key issues with their evidence and approvals, what can be decided, and what staff have confirmed at the gates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.agenda import KeyIssue, Scope
from storage import mine
from storage.among import among
from storage.rows import from_json, new_id, to_json
from storage.tables import answers, participants
from storage.tables_loop import decision_scopes, gate_records, issue_approvals, issue_evidence, key_issues

LISTS = ("frames", "chain", "assets", "decided_by", "joined_by")
_i = key_issues.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """An answer that may be quoted from, as it stands now."""

    run_id: str
    step: str
    participant_id: str
    area: str
    words: str
    share: str
    flow: str
    consent: str  # what the person said about the use of their words: yes, ask, no, ""


async def of_areas(conn: AsyncConnection, areas: Sequence[str]) -> list[KeyIssue]:
    """The key issues of these areas, by area and number."""
    rows = (await conn.execute(sa.select(key_issues).where(_i.area.in_(areas)).order_by(_i.area, _i.number))).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    people, approved = await _people(conn, ids), await _approved(conn, ids)
    behind = await sources(conn, [(row.quote_run, row.quote_step) for row in rows if row.quote])
    return [
        _issue(row, people.get(row.id, 0), approved.get((row.id, row.revision), ()), _stands(row, behind))
        for row in rows
    ]


async def quoted(conn: AsyncConnection, areas: Sequence[str]) -> dict[str, str]:
    """Issue → the person in whose words it speaks."""
    rows = await conn.execute(sa.select(_i.id, _i.quoted).where(_i.area.in_(areas), _i.quoted.is_not(None)))
    return {row.id: row.quoted for row in rows}


async def find(conn: AsyncConnection, area: str, number: int) -> KeyIssue | None:
    """One key issue, as staff name it."""
    return next((issue for issue in await of_areas(conn, [area]) if issue.number == number), None)


async def add(conn: AsyncConnection, area: str, title: str, now: datetime, **values: Any) -> int:
    """A new key issue at the end of its area's list; its number."""
    last = await conn.scalar(sa.select(sa.func.max(_i.number)).where(_i.area == area)) or 0
    row = {"id": new_id(), "area": area, "number": last + 1, "title": title, "changed_at": now, **_written(values)}
    await conn.execute(sa.insert(key_issues), row)
    return last + 1


async def change(conn: AsyncConnection, issue: KeyIssue, now: datetime, **values: Any) -> None:
    """The issue says something else now: earlier approvals were of the older revision."""
    await conn.execute(
        sa.update(key_issues)
        .where(_i.id == issue.id)
        .values(**_written(values), revision=_i.revision + 1, changed_at=now)
    )


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_json(value) if name in LISTS else value for name, value in values.items()}


async def drop(conn: AsyncConnection, issue: KeyIssue) -> None:
    """The issue is taken off the list, with all that hangs on it."""
    await conn.execute(sa.delete(key_issues).where(_i.id == issue.id))


async def approve(conn: AsyncConnection, issue: KeyIssue, by: str, now: datetime) -> None:
    """This person agrees to this revision."""
    row = {"issue_id": issue.id, "revision": issue.revision, "by": by, "at": now}
    await conn.execute(sa.insert(issue_approvals), row)


async def source(conn: AsyncConnection, run_id: str, step: str) -> Source | None:
    """The answer at a step of a run, if it stands."""
    return (await sources(conn, [(run_id, step)])).get((run_id, step))


async def sources(conn: AsyncConnection, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], Source]:
    """Those of these answers that stand, each (run, step)."""
    a, wanted = answers.c, set(places)
    found = await conn.execute(
        sa.select(a.run_id, a.step, a.participant_id, a.area, a.flow, a.share, participants.c.facts)
        .join_from(answers, participants)
        .where(among(a.run_id, "runs"), a.withdrawn_at.is_(None), a.value.is_not(None)),
        {"runs": {run_id for run_id, _ in wanted}},
    )
    rows = [row for row in found if (row.run_id, row.step) in wanted]
    words = await mine.words_at(conn, [(row.run_id, row.step) for row in rows])
    return {(row.run_id, row.step): _source(row, words.get((row.run_id, row.step), "")) for row in rows}


def _source(row: Any, words: str) -> Source:
    return Source(
        run_id=row.run_id,
        step=row.step,
        participant_id=row.participant_id,
        area=row.area,
        words=words,
        share=row.share,
        flow=row.flow,
        consent=str(from_json(row.facts, dict[str, Any]).get("consent.quote", "")),
    )


async def link(conn: AsyncConnection, issue_id: str, sources: Iterable[Source]) -> int:
    """These answers speak of this issue; how many were not linked before."""
    there = await linked(conn, issue_id)
    rows = [
        {"issue_id": issue_id, "run_id": one.run_id, "step": one.step, "participant_id": one.participant_id}
        for one in {(one.run_id, one.step): one for one in sources}.values()
        if (one.run_id, one.step) not in there
    ]
    if rows:
        await conn.execute(sa.insert(issue_evidence), rows)
    return len(rows)


async def linked(conn: AsyncConnection, issue_id: str) -> set[tuple[str, str]]:
    """The answers that speak of this issue, each (run, step)."""
    e = issue_evidence.c
    return {
        (row.run_id, row.step) for row in await conn.execute(sa.select(e.run_id, e.step).where(e.issue_id == issue_id))
    }


async def quoted_from(conn: AsyncConnection, issue_id: str) -> tuple[str, str]:
    """Where its quote was said: (run, step)."""
    row = (await conn.execute(sa.select(_i.quote_run, _i.quote_step).where(_i.id == issue_id))).one()
    return row.quote_run, row.quote_step


async def unlink(conn: AsyncConnection, issue_id: str, run_id: str, step: str) -> bool:
    """This answer does not speak of it after all; False when it was not linked."""
    e = issue_evidence.c
    gone = sa.delete(issue_evidence).where(e.issue_id == issue_id, e.run_id == run_id, e.step == step)
    return bool((await conn.execute(gone)).rowcount)


async def _people(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, int]:
    """People, not messages; what was taken back does not count."""
    evidence = issue_evidence.c
    stands = sa.and_(answers.c.run_id == evidence.run_id, answers.c.step == evidence.step)
    found = await conn.execute(
        sa.select(evidence.issue_id, sa.func.count(sa.distinct(evidence.participant_id)).label("n"))
        .join_from(issue_evidence, answers, stands)
        .where(evidence.issue_id.in_(ids), answers.c.withdrawn_at.is_(None))
        .group_by(evidence.issue_id)
    )
    return {row.issue_id: row.n for row in found}


async def _approved(conn: AsyncConnection, ids: Sequence[str]) -> dict[tuple[str, int], tuple[str, ...]]:
    approval = issue_approvals.c
    found = await conn.execute(sa.select(issue_approvals).where(approval.issue_id.in_(ids)).order_by(approval.at))
    by: dict[tuple[str, int], tuple[str, ...]] = {}
    for row in found:
        by[row.issue_id, row.revision] = (*by.get((row.issue_id, row.revision), ()), row.by)
    return by


def _stands(row: Any, behind: Mapping[tuple[str, str], Source]) -> bool:
    """The words are still in the answer, it is shared with the group, and the person lets us use them."""
    found = behind.get((row.quote_run, row.quote_step)) if row.quote else None
    if found is None or row.quote not in found.words or found.share != "group":
        return False
    return found.consent == "yes" or (found.consent == "ask" and bool(row.quote_asked))


def _issue(row: Any, people: int, approved_by: tuple[str, ...], stands: bool) -> KeyIssue:
    lists: dict[str, Any] = {name: tuple(from_json(getattr(row, name), list[str])) for name in LISTS}
    plain = ("id", "area", "number", "title", "quote", "no_assets", "alone_because", "minority", "known_before")
    return KeyIssue(
        **lists,
        **{name: getattr(row, name) for name in (*plain, "origin", "revision")},
        people=people,
        approved_by=approved_by,
        quote_stands=stands,
    )


# ── what can be decided ────────────────────────────────────────────────────────────────────────────────────────
SCOPE = ("inside", "outside", "budget", "decider", "decided_on", "by", "at")


async def scope(conn: AsyncConnection, area: str) -> Scope | None:
    """What can be decided in this area."""
    row = (await conn.execute(sa.select(decision_scopes).where(decision_scopes.c.area == area))).first()
    if row is None:
        return None
    day = date.fromisoformat(row.decided_on) if row.decided_on else None
    words = {name: getattr(row, name) for name in ("area", "inside", "outside", "budget", "decider")}
    return Scope(**words, decided_on=day)


async def save_scope(conn: AsyncConnection, scope: Scope, by: str, now: datetime) -> None:
    """From now on this can be decided."""
    row = {name: getattr(scope, name) for name in ("area", "inside", "outside", "budget", "decider")}
    row |= {"decided_on": scope.decided_on.isoformat() if scope.decided_on else "", "by": by, "at": now}
    await conn.execute(_save(conn, decision_scopes, ("area",), SCOPE), row)


# ── what staff have confirmed ──────────────────────────────────────────────────────────────────────────────────
async def confirm(conn: AsyncConnection, area: str, item: str, grounds: str, by: str, now: datetime) -> None:
    """Somebody of the team vouches for this."""
    row = {"area": area, "item": item, "grounds": grounds, "by": by, "at": now}
    await conn.execute(_save(conn, gate_records, ("area", "item"), ("grounds", "by", "at")), row)


async def confirmed(conn: AsyncConnection, area: str) -> dict[str, str]:
    """What was vouched for, and how it is known."""
    found = await conn.execute(
        sa.select(gate_records.c.item, gate_records.c.grounds).where(gate_records.c.area == area)
    )
    return {row.item: row.grounds for row in found}


def _save(conn: AsyncConnection, table: sa.Table, keys: Sequence[str], columns: Sequence[str]) -> sa.Executable:
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(table)
    taken = {column: insert.excluded[column] for column in columns}
    return insert.on_conflict_do_update(index_elements=list(keys), set_=taken)
