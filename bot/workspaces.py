"""The Slack side of the running program: one app, and a channel for every workspace that it is installed in."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from bot.channels.slack.app import SlackApp
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.installing import Door, Workspace
from bot.channels.slack.outcomes import REMOVED
from bot.channels.slack.transport import Declined, Trouble
from bot.clock import Clock
from bot.inviting import Inviting
from bot.roles import Role
from bot.serve import seated
from bot.settings import Settings
from bot.wiring import Parts
from storage import workspaces
from storage.database import Database
from storage.scenes import Place

log = logging.getLogger(__name__)

LOOK = 5.0  # seconds until it is looked again which workspaces there are
AGAIN = 60.0  # seconds until Slack is asked again who we are
Sleep = Callable[[float], Awaitable[None]]
GONE = "the app was taken out of the workspace"


class NotTaken(Exception):
    """Slack does not take the token that the settings give, in a sentence for whoever set it."""


class Workspaces:
    """Opens a workspace when it is known, keeps what is installed, pauses what is removed."""

    def __init__(self, db: Database, clock: Clock, settings: Settings, *, sleep: Sleep = asyncio.sleep) -> None:
        self._db = db
        self._clock = clock
        self._token = _secret(settings.slack_bot_token)
        self._api_base = settings.slack_api_base
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._opening = asyncio.Lock()  # told twice, a workspace is opened once
        self._parts: Parts | None = None
        self.app = SlackApp(
            clock.now,
            self,
            signing_secret=_secret(settings.slack_signing_secret),
            app_token=_secret(settings.slack_app_token),
            door=_door(settings),
            api_base=settings.slack_api_base,
            sleep=sleep,
        )

    async def run(self, parts: Parts) -> None:
        """Work in all workspaces until cancelled."""
        self._parts = parts
        if Role.RECEIVE in parts.roles:
            self._begin(self._listen())
        self._begin(self._open_all())
        if Role.WORK in parts.roles:
            self._begin(seated(self._db.seat("invite:slack"), self._invite))
        try:
            await self._failed
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def installed(self, workspace: Workspace) -> None:
        """An admin put the app into a workspace, perhaps again: what waited for it may go."""
        row = workspaces.Workspace(
            team=workspace.team, name=workspace.name, token=workspace.token, installed_at=workspace.installed_at
        )
        async with self._db.write() as conn:
            await workspaces.save(conn, row)
        await self._open(row)

    async def removed(self, team: str, at: datetime) -> None:
        """Nothing is lost, and nothing goes there until the app is back."""
        async with self._db.write() as conn:
            await workspaces.remove(conn, team, at)
        channel = self.app.workspaces.get(team)
        if self._token and channel and self._parts:
            self._parts.dispatcher.pause(channel, GONE)
        elif not self._token:
            await self._look()

    async def _listen(self) -> None:
        """By HTTP every process may be asked; over a line one of them listens, so that no press goes astray."""
        if self.app.line is None:
            await self.app.run()
        await seated(self._db.seat("receive:slack"), self.app.run)

    async def _invite(self) -> None:
        """Whoever is invited by an address that a workspace knows finds the invitation there."""
        assert self._parts is not None
        inviting = Inviting(self._db, self._parts.script, self._clock, self._parts.wake_dispatcher)
        while True:
            try:
                await inviting.step(self._find)
            except DBAPIError as error:
                log.warning("slack.database error=%s", type(error).__name__)
            await self._sleep(AGAIN)

    async def _find(self, reach: str) -> Place | None:
        """A workspace where somebody has this e-mail address; a handle cannot be looked up."""
        for team, channel in self.app.workspaces.items() if "@" in reach[1:] else ():
            try:
                if id := await channel.whose(reach):
                    return channel.name, team, id
            except Trouble as trouble:
                log.warning("slack.not_asked error=%s", type(trouble).__name__)
        return None

    async def _open_all(self) -> None:
        """One by its token; or all that are installed, and those that other processes are told of."""
        ours = await self._ours() if self._token else None
        while ours is None or not self.app.ready:
            try:
                await (self._open(ours) if ours else self._look())
                self.app.ready = True
            except DBAPIError as error:
                log.warning("slack.database error=%s", type(error).__name__)
            await self._sleep(LOOK)

    async def _look(self) -> None:
        """Another process may have been told of a workspace that came or went."""
        async with self._db.read() as conn:
            known = await workspaces.all_of(conn)
        for workspace in known:
            channel = self.app.workspaces.get(workspace.team)
            if channel is None or channel.client.token != workspace.token:
                await self._open(workspace)

    async def _ours(self) -> workspaces.Workspace:
        """The one workspace whose token the settings give. Slack alone knows which: it is asked until it answers."""
        asking = SlackChannel("", self._token, self._clock.now, api_base=self._api_base)
        try:
            while True:
                team = await self._named(asking)
                if team:
                    return workspaces.Workspace(team=team, name="", token=self._token, installed_at=self._clock.now())
                await self._sleep(AGAIN)
        finally:
            await asking.close()

    async def _named(self, asking: SlackChannel) -> str:
        try:
            return str((await asking.client.look("auth.test", {})).get("team_id", ""))
        except Declined as no:
            if no.error not in REMOVED:
                raise NotTaken(
                    f"Slack does not accept the token in RECONVENE_SLACK_BOT_TOKEN ({no.error}). Copy it again from "
                    "“OAuth & Permissions” of the app and start once more; what waits to be sent is kept."
                ) from None
            log.error("slack.removed")
        except Trouble as trouble:
            log.warning("slack.not_asked error=%s", type(trouble).__name__)
        return ""

    async def _open(self, workspace: workspaces.Workspace) -> None:
        """Begin to work in a workspace; in one that is open already, with its new token or with none."""
        assert self._parts is not None
        async with self._opening:
            channel = self.app.workspaces.get(workspace.team) or await self._fresh(self._parts, workspace)
        channel.client.token, channel.installed_at = workspace.token, workspace.installed_at
        if workspace.token:
            self._parts.dispatcher.mended(channel)
            channel.missed()
        else:
            self._parts.dispatcher.pause(channel, GONE)
        log.info("slack.opened team=%s installed=%s", workspace.team, bool(workspace.token))

    async def _fresh(self, parts: Parts, workspace: workspaces.Workspace) -> SlackChannel:
        channel = SlackChannel(
            workspace.team, workspace.token, self._clock.now, api_base=self._api_base, sleep=self._sleep
        )
        await parts.dispatcher.add(channel)
        parts.keeper.add(channel)
        parts.channels.append(channel)
        self.app.workspaces[workspace.team] = channel
        if Role.RECEIVE in parts.roles:
            self._begin(channel.receive(parts.turns.accept))
        return channel

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self._failed.done():
            self._failed.set_exception(error)


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def _door(settings: Settings) -> Door | None:
    if not (settings.slack_client_id and settings.slack_client_secret and settings.public_url):
        return None
    return Door(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        public_url=settings.public_url,
    )
