"""The dated meetings: one for each area and wave."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import workshops


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """When and where the people of an area meet."""

    area: str
    wave: int
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    map: str = ""


COLUMNS = ("area", "wave", "starts_at", "ends_at", "place", "map")
TAKEN = COLUMNS[2:]
_sqlite, _postgresql = sqlite.insert(workshops), postgresql.insert(workshops)
SAVE = {
    "sqlite": _sqlite.on_conflict_do_update(
        index_elements=["area", "wave"], set_={column: _sqlite.excluded[column] for column in TAKEN}
    ),
    "postgresql": _postgresql.on_conflict_do_update(
        index_elements=["area", "wave"], set_={column: _postgresql.excluded[column] for column in TAKEN}
    ),
}


async def all_of(conn: AsyncConnection) -> dict[tuple[str, int], Workshop]:
    """All dates there are, by area and wave. A handful of rows."""
    return {(row.area, row.wave): Workshop(**row._mapping) for row in await conn.execute(sa.select(workshops))}


async def save(conn: AsyncConnection, workshop: Workshop) -> None:
    """Set or move a meeting."""
    row = {column: getattr(workshop, column) for column in COLUMNS}
    await conn.execute(SAVE[conn.dialect.name], row)
