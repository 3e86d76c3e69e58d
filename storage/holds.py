"""What holds a whole bot back: the platform asked us to wait, or somebody has to mend something. Survives a restart."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import standstill
from storage.tables import channel_state


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """The whole bot waits until then; `paused` says what has to be mended."""

    not_before: datetime | None = None
    paused: str = ""


HELD = sa.select(channel_state.c.not_before, channel_state.c.paused).where(
    channel_state.c.channel == sa.bindparam("channel"),
    channel_state.c.bot == sa.bindparam("bot"),
    channel_state.c.chat == "",
)


async def hold(conn: AsyncConnection, hold: Hold, *, channel: str, bot: str) -> None:
    """The whole bot waits; a restart does not forget it."""
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    values = {"not_before": hold.not_before, "paused": hold.paused}
    statement = insert(channel_state).values(channel=channel, bot=bot, chat="", **values)
    await conn.execute(statement.on_conflict_do_update(index_elements=["channel", "bot", "chat"], set_=values))


async def held(conn: AsyncConnection, *, channel: str, bot: str) -> Hold:
    """What holds the whole bot back."""
    found = (await conn.execute(HELD, {"channel": channel, "bot": bot})).first()
    return Hold(not_before=found.not_before, paused=found.paused) if found else Hold()


async def held_up(conn: AsyncConnection) -> list[str]:
    """The bots that may not write until somebody mends it: no promise is broken, what is queued for them waits."""
    at = channel_state.c
    found = await conn.execute(sa.select(at.channel, at.bot, at.paused).where(at.paused != "").order_by(at.bot))
    return [_sentence(one.channel, one.bot, one.paused) for one in found]


def _sentence(channel: str, bot: str, why: str) -> str:
    if channel == standstill.EVERYWHERE:
        return f"Nothing goes out: {why}. Look at what waits, and let it go on: reconvene release"
    return f"Nothing goes out through {channel} {bot}: {why}. What is queued waits."
