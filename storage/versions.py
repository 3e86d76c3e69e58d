"""Flow versions, kept for good: a run goes on in the words it began with."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import flow_versions, runs

KEEP = {
    "sqlite": sqlite.insert(flow_versions).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(flow_versions).on_conflict_do_nothing(),
}


async def keep(conn: AsyncConnection, sources: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """Keep these versions: version → (flow, source). One that is kept already never changes."""
    rows = [
        {"version": version, "flow": flow, "source": source, "published_at": now}
        for version, (flow, source) in sources.items()
    ]
    if rows:
        await conn.execute(KEEP[conn.dialect.name], rows)


async def in_use(conn: AsyncConnection) -> set[str]:
    """All versions that an open run is pinned to."""
    return set((await conn.scalars(sa.select(runs.c.version).where(runs.c.state == "waiting").distinct())).all())


async def pinned(conn: AsyncConnection) -> dict[str, str]:
    """The sources of all versions that an open run is pinned to."""
    open_versions = sa.select(runs.c.version).where(runs.c.state == "waiting").distinct()
    found = await conn.execute(
        sa.select(flow_versions.c.version, flow_versions.c.source).where(flow_versions.c.version.in_(open_versions))
    )
    return {row.version: row.source for row in found}
