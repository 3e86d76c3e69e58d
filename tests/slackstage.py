"""The whole program in Slack, with a local Slack in front of it and time in our hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx

from bot import serve, starting
from bot.channels.slack.installing import EVENTS
from bot.channels.slack.outbound import fit
from bot.pacing import UNLIMITED
from bot.settings import Settings, load
from bot.wiring import Parts, build
from bot.workspaces import Workspaces
from storage import deadlines, inbox, outbox
from storage.database import Database
from tests.fakes import FakeClock
from tests.slackapi import SlackApi
from tests.slackpeople import Official
from tests.stage import OLIVE, shipped

PATIENCE = 20.0
US = "https://dialogue.example.org"


class SlackStage:
    """Puts people in front of the running program."""

    def __init__(self, parts: Parts, api: SlackApi, clock: FakeClock, browser: httpx.AsyncClient) -> None:
        self.parts = parts
        self.api = api
        self.clock = clock
        self.browser = browser  # an admin's, and Slack's own

    async def joins(self, id: str) -> Official:
        """Somebody who comes with a code and has been asked the first question."""
        person = self.api.person(id)
        invite = await self.parts.facilitation.invite(OLIVE, "hull", anyway="a test")
        person.says(invite.code)
        await self.settle()
        return person

    async def through(self, person: Official, *labels: str) -> None:
        """They press these buttons, one after the other."""
        for label in labels:
            person.taps(label)
            await self.settle()

    async def says(self, person: Official, text: str) -> None:
        """They type, and are answered."""
        person.says(text)
        await self.settle()

    async def skips(self, person: Official, to: str) -> None:
        """They skip what comes until they are told, or offered, this."""
        for _ in range(30):
            newest = person.deliveries()[-1]
            if to in newest.text or to in [label for label, _, _ in newest.buttons]:
                return
            await self.says(person, "SKIP")
        raise AssertionError(f"never came to {to}: {person.texts()[-3:]}")

    async def passes(self, seconds: float) -> None:
        """Time goes by, and what falls due on the way happens."""
        self.clock.forward(seconds=seconds)
        await self.settle()

    async def settle(self) -> None:
        """Until the program has taken in everything, and nothing that may go now is left to go."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self.parts.turns.wake()
                self.parts.dispatcher._wake.set()
                await asyncio.sleep(0.005)
                if self.api.telling:
                    continue
                async with self.parts.db.read() as conn:
                    new = await inbox.pending(conn, 1)
                    due = await deadlines.due(conn, self.clock.now(), 1)
                    going = await outbox.waiting(conn, self.clock.now())
                if not (new or due or going):
                    return


def settings(api: SlackApi, **more: str) -> Settings:
    """One workspace by its token, over HTTP, unless told otherwise."""
    one = {"bot_token": api.token, "signing_secret": api.secret, "api_base": api.url, **more}
    given = {name if name.isupper() else f"RECONVENE_SLACK_{name.upper()}": text for name, text in one.items() if text}
    return load({**given, "RECONVENE_PUBLIC_URL": US})


async def brief(seconds: float) -> None:
    """Waiting that takes hardly any time."""
    await asyncio.sleep(0.01)


@asynccontextmanager
async def in_slack(database: Database, api: SlackApi, chosen: Settings | None = None) -> AsyncIterator[SlackStage]:
    """The shipped programme in Slack from its start to its end."""
    clock = FakeClock(datetime.now(UTC).replace(hour=12))
    parts = build(database, shipped(), clock, [], limits={"slack": UNLIMITED}, fits={"slack": fit})
    slack = Workspaces(database, clock, chosen or settings(api), sleep=brief)
    transport = httpx.ASGITransport(starting.pages(None, slack.app))
    await serve.open_up(parts)
    async with httpx.AsyncClient(transport=transport, base_url=US) as browser, serve.running(parts):

        async def door(body: bytes, headers: dict[str, str]) -> int:
            signed = api.signed(body, int(clock.now().timestamp()))
            return (await browser.post(EVENTS, content=body, headers={**headers, **signed})).status_code

        api.door = door
        working = asyncio.create_task(slack.run(parts))
        try:
            while not slack.app.ready:  # noqa: ASYNC110 (it rings no bell)
                await asyncio.sleep(0.005)
            yield SlackStage(parts, api, clock, browser)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
