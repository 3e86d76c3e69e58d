"""What a supervisor, a proxy and a person on duty ask the running program: does it live, can it work, how much?

`/health`: the process lives and its loops come round. `/ready`: it can do its part now; else 503, and what is wrong in
words. `/metrics`: counts and durations. None of them tells an id, a name, a token or a word of anybody.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.metrics import Labels
from bot.roles import Role
from bot.wiring import Parts
from storage import gauges
from storage.gauges import State

log = logging.getLogger(__name__)

STUCK: Final = 60.0
"""Seconds after which a loop that comes round each second counts as stuck."""
PATIENCE: Final = 3.0
"""Seconds that the database may take to answer."""
APART: Final = timedelta(seconds=60)
"""Two clocks further apart than this: leases, pacing and prompts cannot be relied on."""
NEAR: Final = ("127.0.0.1", "::1", "")
"""Who asks from this machine."""
Troubles = Callable[[], Mapping[str, str]]


class Health:
    """Answers for one running program. `troubles`: by platform, what keeps updates from coming in."""

    def __init__(self, parts: Parts, troubles: Troubles, *, public: bool = False) -> None:
        self._parts = parts
        self._troubles = troubles
        self._public = public
        self._newest = gauges.newest_schema()

    def routes(self) -> list[Route]:
        """The pages."""
        return [
            Route("/health", self.health, methods=["GET"]),
            Route("/ready", self.ready, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def health(self, request: Request) -> Response:
        """Whether the process should be left alone; with 503, a supervisor starts it anew."""
        idle = self._parts.metrics.idle()
        wrong = [f"{loop} has not come round for {int(ago)} seconds" for loop, ago in idle.items() if ago > STUCK]
        return _answer({"alive": not wrong, "wrong": wrong}, wrong)

    async def ready(self, request: Request) -> Response:
        """Whether this process can do its part."""
        state = await self._look()
        wrong = [*self._wrong(state), *self._deaf()]
        told: dict[str, object] = {"ready": not wrong, "wrong": wrong, "roles": sorted(self._parts.roles)}
        told["seats"] = {name: "held" if held else "standby" for name, held in self._seats().items()}
        if isinstance(state, State):
            told |= {"schema": state.schema, "stands_still": state.still_since is not None}
        return _answer(told, wrong)

    async def metrics(self, request: Request) -> Response:
        """For Prometheus. Only this machine may ask, unless the settings say otherwise."""
        asked_from = request.client.host if request.client else ""
        if not self._public and (asked_from not in NEAR or "x-forwarded-for" in request.headers):
            return PlainTextResponse("Ask from this machine, or set RECONVENE_METRICS_PUBLIC=yes.\n", status_code=403)
        state = await self._look()
        values = [*self._own(), *_of_state(state, self._parts.clock.now())]
        return PlainTextResponse(self._parts.metrics.text(values), media_type="text/plain; version=0.0.4")

    async def _look(self) -> State | str:
        """How the database stands, or why it cannot be told."""
        try:
            async with asyncio.timeout(PATIENCE), self._parts.db.read() as conn:
                return await gauges.look(conn, self._parts.clock.now())
        except SQLAlchemyError as error:
            return f"the database does not answer ({type(error).__name__})"
        except TimeoutError:
            return f"the database does not answer within {PATIENCE:.0f} seconds"

    def _wrong(self, state: State | str) -> list[str]:
        if not isinstance(state, State):
            return [state]
        wrong = [f"nothing goes out through {channel}: {why}" for channel, why in state.paused]
        if state.schema != self._newest:
            wrong.append(f"the database has schema {state.schema or 'none'}, this program knows {self._newest}")
        if state.still_since is not None and Role.SEND in self._parts.roles:
            wrong.append("the database comes from a backup and stands still; look at what waits: reconvene release")
        if state.clock and abs(state.clock - self._parts.clock.now()) > APART:
            wrong.append("the clocks of the database and of this machine are more than a minute apart")
        return wrong

    def _deaf(self) -> list[str]:
        if Role.RECEIVE not in self._parts.roles:
            return []
        return [f"{name}: {why}" for name, why in self._troubles().items() if why]

    def _seats(self) -> dict[str, bool]:
        return {"send": self._parts.dispatcher.seat_held} if Role.SEND in self._parts.roles else {}

    def _own(self) -> list[tuple[str, Labels, float]]:
        idle = self._parts.metrics.idle().items()
        seats = self._seats().items()
        return [
            *(("loop_idle_seconds", (("loop", loop),), round(ago, 3)) for loop, ago in idle),
            *(("seat_held", (("seat", name),), float(held)) for name, held in seats),
        ]


def _of_state(state: State | str, now: datetime) -> Sequence[tuple[str, Labels, float]]:
    if not isinstance(state, State):
        return [("database_up", (), 0)]
    values: list[tuple[str, Labels, float]] = [
        ("database_up", (), 1),
        ("outbox_sending", (), state.sending),
        ("bots_paused", (), len(state.paused)),
        ("stands_still", (), float(state.still_since is not None)),
    ]
    for queue in state.queues:
        many = {"inbox": "inbox_waiting", "outbox": "outbox_due", "deadlines": "deadlines_overdue"}[queue.name]
        age = max(0.0, (now - queue.oldest).total_seconds()) if queue.oldest else 0.0
        values += [(many, (), queue.waiting), (f"{queue.name}_oldest_seconds", (), age)]
    if state.clock:
        values.append(("clock_apart_seconds", (("of", "database"),), (state.clock - now).total_seconds()))
    return values


def _answer(told: Mapping[str, object], wrong: Sequence[str]) -> Response:
    return JSONResponse(told, status_code=503 if wrong else 200, headers={"Cache-Control": "no-store"})
