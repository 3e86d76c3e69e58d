"""Publishing: what is live is said once, in the database, and every process keeps up with it.

A publication is the whole programme. Flow versions are named by the hash of their content and kept for good, so that
whoever is in the middle of one goes on in its words; nobody is moved unless the new version says how (`moves:`).
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import planning
from bot.mistake import Mistake
from bot.planning import Replanned
from bot.script import Script
from flows import moving
from flows.calendar import next_allowed
from flows.definition import Flow, Programme
from flows.loading import Unreadable, read_flow, read_programme
from storage import journal, publications, versions
from storage.publications import Moved, Publication, Standing
from storage.rows import from_json, to_json

log = logging.getLogger(__name__)


class FlowSource(msgspec.Struct, frozen=True):
    """What a flow version is made of, as it is kept in storage."""

    yaml: str
    prompts: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """People who wait at the same step of the same flow in the same area. `to`: where they go on, "" if they stay."""

    flow: str
    area: str
    step: str
    people: int
    to: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Impact:
    """What a publication changes, or would change."""

    programme: str
    version: str
    before: str = ""  # the version that was live; "" when none was
    same: bool = False
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    unplanned: Mapping[str, int] = field(default_factory=dict)  # removed flow → prompts that were planned for it
    calendar: Replanned = field(default_factory=Replanned)

    def of(self, flow: str) -> tuple[Group, ...]:
        """Who is in the middle of this flow."""
        return tuple(group for group in self.groups if group.flow == flow)


# ── publish ────────────────────────────────────────────────────────────────────────────────────────────────────
async def publish(conn: AsyncConnection, programme: Programme, who: str, now: datetime) -> Impact:
    """Make this programme the live one, within the transaction of `conn`. Without a change, nothing is done.

    Raises `Mistake` when somebody would be left without their area, or in words that cannot be read again.
    """
    await publications.alone(conn)
    live = await publications.live(conn)
    if live and (live.programme, live.version) == (programme.id, programme.version):
        return Impact(programme=programme.id, version=programme.version, before=live.version, same=True)
    await _no_area_is_lost(conn, programme)
    await keep(conn, programme, now)
    standing = await publications.standing(conn)
    older = await _pinned(conn, programme.flows.values())
    moved = await _move(conn, standing, older, programme, now)
    impact = await _impact(conn, programme, live, standing, moved, now)
    await publications.add(
        conn,
        programme=programme.id,
        version=programme.version,
        flows={flow.id: flow.version for flow in programme.flows.values()},
        files=programme.files,
        by=who,
        now=now,
    )
    impact = replace(impact, calendar=await planning.replan(conn, programme, None, now))
    await journal.note(conn, at=now, who=who, action="published", subject=programme.version, detail=_counts(impact))
    return impact


async def rehearse(conn: AsyncConnection, programme: Programme, now: datetime) -> Impact:
    """What publishing would change. Nothing of it stays."""
    attempt = await conn.begin_nested()
    try:
        return await publish(conn, programme, "", now)
    finally:
        await attempt.rollback()


async def keep(conn: AsyncConnection, programme: Programme, now: datetime) -> None:
    """Keep the flow versions of this programme for good."""
    flows = programme.flows.values()
    await versions.keep(conn, {f.version: (f.id, to_json(FlowSource(f.source, dict(f.prompts)))) for f in flows}, now)


def _counts(impact: Impact) -> dict[str, str | int | bool | None]:
    moved = sum(group.people for group in impact.groups if group.to)
    flows = {"new": len(impact.new), "changed": len(impact.changed), "removed": len(impact.removed)}
    return {"before": impact.before, **flows, "moved": moved}


async def _no_area_is_lost(conn: AsyncConnection, programme: Programme) -> None:
    lost = sorted(await publications.areas_in_use(conn) - programme.areas.keys())
    if lost:
        raise Mistake(
            f"People live in {', '.join(lost)}, and {programme.id} has no such area, so nothing was published. "
            "Keep the area, or publish into a database of its own."
        )


async def _pinned(conn: AsyncConnection, known: Iterable[Flow]) -> dict[str, Flow]:
    """The flows that somebody is in the middle of, by version; what is `known` is not read again."""
    flows = {flow.version: flow for flow in known}
    pinned = await versions.pinned(conn)
    found = {version: flows.get(version) or _read(version, source) for version, source in pinned.items()}
    lost = sorted((await versions.in_use(conn)) - found.keys())
    if lost:
        raise Mistake(f"People are in the middle of {', '.join(lost)}, which was not kept. Nothing was published.")
    return found


def _read(version: str, source: str) -> Flow:
    kept = from_json(source, FlowSource)
    try:
        return read_flow(kept.yaml, kept.prompts, version, f"version {version}")
    except Unreadable as error:
        raise Mistake(
            f"People are in the middle of a conversation that cannot be read again, so nothing is published: {error}"
        ) from error


# ── who is moved ───────────────────────────────────────────────────────────────────────────────────────────────
async def _move(
    conn: AsyncConnection, standing: Sequence[Standing], older: Mapping[str, Flow], programme: Programme, now: datetime
) -> frozenset[str]:
    """The runs that go on in the new version. Whoever writes at this very moment is looked at once more."""
    wanted = _moves(standing, older, programme, now)
    done = await publications.move(conn, wanted)
    missed = {one.run.id for one in wanted} - {one.run.id for one in done}
    if missed:
        again = await publications.standing(conn, ids=missed)
        done += await publications.move(conn, _moves(again, older, programme, now))
    return frozenset(one.run.id for one in done)


def _moves(standing: Sequence[Standing], older: Mapping[str, Flow], programme: Programme, now: datetime) -> list[Moved]:
    found: list[Moved] = []
    for one in standing:
        after = programme.flows.get(one.run.flow)
        run = moving.move(one.run, older[one.run.version], after) if after and one.run.version in older else None
        if run:
            allowed = next_allowed(now, programme.areas[one.area].zone, programme)
            found.append(Moved(was=one, run=run, ask_at=allowed))
    return found


# ── what is told ───────────────────────────────────────────────────────────────────────────────────────────────
async def _impact(
    conn: AsyncConnection,
    programme: Programme,
    live: Publication | None,
    standing: Sequence[Standing],
    moved: frozenset[str],
    now: datetime,
) -> Impact:
    was = live.flows if live else {}
    now_live = {flow.id: flow.version for flow in programme.flows.values()}
    removed = tuple(flow for flow in was if flow not in now_live)
    return Impact(
        programme=programme.id,
        version=programme.version,
        before=live.version if live else "",
        new=tuple(flow for flow in now_live if flow not in was) if live else (),
        changed=tuple(flow for flow in now_live if flow in was and was[flow] != now_live[flow]),
        removed=removed,
        groups=_groups(programme, standing, moved),
        unplanned=await _unplanned(conn, live, removed, now) if live and removed else {},
    )


def _groups(programme: Programme, standing: Sequence[Standing], moved: frozenset[str]) -> tuple[Group, ...]:
    """Everybody who is in the middle of a flow that has another version now, or none."""
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for one in standing:
        flow = programme.flows.get(one.run.flow)
        if flow is None or flow.version != one.run.version:
            to = next((m.to for m in flow.moves if m.step == one.run.step), "") if flow and one.run.id in moved else ""
            counted[one.run.flow, one.area, one.run.step, to] += 1
    return tuple(
        Group(flow=flow, area=area, step=step, to=to, people=people)
        for (flow, area, step, to), people in sorted(counted.items())
    )


async def _unplanned(conn: AsyncConnection, live: Publication, removed: Sequence[str], now: datetime) -> dict[str, int]:
    """The prompts to come that begin a flow which is there no more."""
    try:
        entries = read_programme(await publications.files(conn, live.id)).entries
    except Unreadable:
        return {}
    keys = {flow: [planning.PREFIX + e.id for e in entries if e.flow == flow] for flow in removed}
    found = {flow: await publications.planned_entries(conn, own, now) for flow, own in keys.items()}
    return {flow: people for flow, people in found.items() if people}


# ── keep up ────────────────────────────────────────────────────────────────────────────────────────────────────
async def begin(conn: AsyncConnection, script: Script, now: datetime) -> None:
    """A process starts with this script: a changed folder is published, but an older one never undoes what is live."""
    programme = script.programme
    if not await publications.was_live(conn, programme.id, programme.version):
        await publish(conn, programme, "serve", now)
    live = await publications.live(conn)
    if live and live.version != programme.version:
        log.warning("publishing.folder_is_older folder=%s live=%s", programme.version, live.version)
        await keep_up(conn, script)
        return
    for flow in (await _pinned(conn, programme.flows.values())).values():
        script.go_on_with(flow)
    script.publication = live.id if live else 0


async def keep_up(conn: AsyncConnection, script: Script) -> None:
    """Take up what another process has published. Asked with every batch of turns, before anything is decided."""
    newest = await publications.newest_id(conn)
    if newest == script.publication:
        return
    script.publication = newest
    try:
        programme = read_programme(await publications.files(conn, newest))
        script.take_up(programme, (await _pinned(conn, programme.flows.values())).values())
    except (Unreadable, Mistake):
        log.exception("publishing.not_taken_up")  # a newer program wrote it: we go on with what we have
        return
    log.info("publishing.taken_up version=%s", programme.version)
