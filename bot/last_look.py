"""Before a message leaves that had to wait for its moment: is it still wanted? One question serves all of a moment."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from storage import last_look
from storage.database import Database
from storage.outbox import OutboxItem

log = logging.getLogger(__name__)
Asked = dict[int, tuple[OutboxItem, asyncio.Future[bool]]]


class LastLook:
    """Asks the database, with one question at a time for all that want to leave by then."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._asked: Asked = {}
        self._asking: asyncio.Task[None] | None = None

    async def wanted(self, item: OutboxItem) -> bool:
        """Whether it may leave. What cannot be looked up may not."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked[item.id] = item, answer
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def _ask(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            wanted = await self._look(asked)
            for id, (_, answer) in asked.items():
                answer.set_result(id in wanted)
        self._asking = None

    async def _look(self, asked: Asked) -> set[int]:
        claimed = {id: item.attempt for id, (item, _) in asked.items()}
        try:
            async with self._db.read() as conn:
                return await last_look.still_wanted(conn, claimed, self._clock.now())
        except SQLAlchemyError as error:
            log.error("dispatch.database error=%s", type(error).__name__)
            return set()
