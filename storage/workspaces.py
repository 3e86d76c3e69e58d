"""The workspaces that the program is installed in. A removal keeps everything but the token."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_places import workspaces


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """One of them; without a token nothing can be sent there."""

    team: str
    name: str
    token: str = field(repr=False)
    installed_at: datetime
    removed_at: datetime | None = None


COLUMNS = ("team", "name", "token", "installed_at", "removed_at")
SAVE = {
    name: insert(workspaces).on_conflict_do_update(
        index_elements=["team"], set_={column: insert(workspaces).excluded[column] for column in COLUMNS[1:]}
    )
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


async def all_of(conn: AsyncConnection) -> list[Workspace]:
    """Every workspace there ever was, the oldest first."""
    rows = await conn.execute(sa.select(workspaces).order_by(workspaces.c.installed_at, workspaces.c.team))
    return [Workspace(**row._mapping) for row in rows]


async def save(conn: AsyncConnection, workspace: Workspace) -> None:
    """Installed, perhaps again."""
    await conn.execute(SAVE[conn.dialect.name], {column: getattr(workspace, column) for column in COLUMNS})


async def remove(conn: AsyncConnection, team: str, at: datetime) -> bool:
    """Taken out at that time; False when it is not known, or was installed again since."""
    still = (workspaces.c.team == team, workspaces.c.installed_at <= at)
    done = await conn.execute(sa.update(workspaces).where(*still).values(token="", removed_at=at))
    return done.rowcount > 0
