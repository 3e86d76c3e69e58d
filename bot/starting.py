"""From settings to a running program: what `reconvene serve` does, and what it says when it cannot.

What only Slack needs is loaded only where there is a Slack.
"""

import asyncio
import contextlib
import socket
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bot import serve
from bot.apart import Checking, judge
from bot.channels.base import Channel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import Webhook
from bot.clock import Clock, SystemClock
from bot.desk_console import CONSOLE
from bot.health import APART, Health
from bot.pacing import LIMITS, TELEGRAM_FREE
from bot.pacing import telegram as telegram_limits
from bot.posting import Fit
from bot.recordings.cleaning import MB
from bot.recordings.cleaning import Limits as FileLimits
from bot.roles import EVERYTHING, Role
from bot.script import Script
from bot.settings import Settings
from bot.wiring import Parts, build
from flows.loading import load_programme
from storage import gauges
from storage.database import Database
from storage.files import Files

if TYPE_CHECKING:
    from bot.channels.slack.app import SlackApp
    from bot.workspaces import Workspaces

WEBHOOK = "/telegram"
NEAR = ("localhost", "127.0.0.1", "::1")
"""Names of this machine, for whoever looks from it."""


class CannotStart(Exception):
    """Why the program does not start, in words for the person who started it."""


def read_script(folder: Path, checking: Checking | None = None) -> Script:
    """The programme in this folder; `CannotStart` with every mistake that is in it, those against the method too.

    `checking`: this folder is being looked at already.
    """
    programme = load_programme(folder).draft
    verdict = checking() if checking else judge(folder)
    if programme and programme.version != verdict.version:
        return read_script(folder)  # somebody saved a file between the two
    if verdict.mistakes or programme is None:
        found = "\n".join(verdict.mistakes)
        raise CannotStart(f"The programme in {folder} has mistakes, so nothing was started:\n{found}")
    return Script(programme)


def listen(host: str, port: int) -> socket.socket:
    """An open socket, or one clear sentence."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({error.strerror}). "
            "Is Reconvene running already? Choose another port."
        ) from error
    return listening


class WebServer(uvicorn.Server):
    """A web server that leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are seen to in `bot.serve`."""
        yield


def pages(
    webhook: Webhook | None,
    slack: "SlackApp | None" = None,
    health: Health | None = None,
    console: ASGIApp | None = None,
) -> Starlette:
    """The pages of a program: where platforms tell it things, where it tells how it is, and the team's console."""
    mine = [Route(WEBHOOK, webhook.__call__, methods=["POST"])] if webhook else []  # an object would pass for an app
    told = [*mine, *(slack.routes() if slack else []), *(health.routes() if health else [])]
    return Starlette(routes=[*told, *([Mount("/", console)] if console else [])])


def console(parts: Parts, settings: Settings) -> ASGIApp:
    """The facilitators' pages, behind their front door. The chat tells where they are."""
    from bot.console import app
    from bot.console.keeper import FrontDoor
    from bot.console.site import Site

    site = Site.of(settings.public_url, settings.host, settings.port, parts.links)
    parts.links[CONSOLE] = site.address
    front = FrontDoor(parts.facilitation, parts.db, parts.clock, site)
    return app.build(
        parts.facilitation,
        parts.clock,
        front,
        secure=site.secure,
        hosts=frozenset({site.name, *NEAR}) if site.address else frozenset(),
        site=site,
        folder=settings.programme,
        beside=front.routes(),
    )


async def web(app: ASGIApp, listening: socket.socket) -> None:
    """Serve pages until cancelled; requests in hand are finished."""
    server = WebServer(uvicorn.Config(app, log_config=None, log_level="warning", access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


def telegram(settings: Settings, clock: Clock) -> TelegramChannel | None:
    """The Telegram channel that the settings ask for, if they do."""
    if settings.telegram_token is None:
        return None
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    return TelegramChannel(
        settings.telegram_token.get_secret_value(),
        clock.now,
        api_base=settings.telegram_api_base,
        webhook_url=f"{settings.public_url}{WEBHOOK}" if settings.public_url else "",
        webhook_secret=secret,
        paid=settings.telegram_rate > TELEGRAM_FREE,
    )


async def run(settings: Settings, roles: frozenset[Role] = EVERYTHING, *, checking: Checking | None = None) -> None:
    """Run the programme in Telegram, in Slack or in both until told to stop, or the part of it that `roles` name."""
    if settings.telegram_token is None and not settings.slack:
        raise CannotStart(
            "RECONVENE_TELEGRAM_TOKEN is not set, and nothing for Slack either, so there is nobody to talk as. Get a "
            "token from @BotFather, or see docs/slack.md; to look around without one, run: reconvene demo"
        )
    clock = SystemClock()
    script = read_script(settings.programme, checking)
    chat = telegram(settings, clock)
    db = Database.open(settings.database_url.get_secret_value())
    try:
        if roles != EVERYTHING and db.dialect == "sqlite":
            raise CannotStart(
                "A SQLite file serves one process, which does all the work: leave --role out. To share the work among "
                "several processes, put the programme on PostgreSQL with RECONVENE_DATABASE_URL."
            )
        await _same_time(db, clock)
        listening = listen(settings.host, settings.port)
        slack, fits = _slack(db, clock, settings) if settings.slack else (None, None)
        channels: list[Channel] = [chat] if chat else []
        files = Files.of(settings.database_url.get_secret_value(), settings.media)
        limits = FileLimits(photo=settings.photo_mb * MB, voice=settings.voice_mb * MB)
        parts = build(
            db,
            script,
            clock,
            channels,
            {**LIMITS, TelegramChannel.name: telegram_limits(settings.telegram_rate)},
            roles=roles,
            files=files,
            file_limits=limits,
            fits=fits,
            stones=settings.stones(),
        )
        await _serve(parts, chat, slack, listening, settings)
    finally:
        await db.close()


def _slack(db: Database, clock: Clock, settings: Settings) -> "tuple[Workspaces, dict[str, Fit]]":
    """The Slack that the settings ask for, and how it cuts messages."""
    from bot.channels.slack.channel import SlackChannel
    from bot.channels.slack.outbound import fit
    from bot.workspaces import Workspaces

    return Workspaces(db, clock, settings), {SlackChannel.name: fit}


async def _same_time(db: Database, clock: Clock) -> None:
    """Several processes that share a database share its time."""
    if db.dialect == "sqlite":
        return
    async with db.read() as conn:
        theirs = await gauges.clock(conn)
    if theirs and abs(theirs - clock.now()) > APART:
        raise CannotStart(
            f"The clock of this machine is {round(abs(theirs - clock.now()).total_seconds())} seconds away from that "
            "of the database. Set both by a time server (NTP), then start again; nothing was changed."
        )


async def _serve(
    parts: Parts,
    chat: TelegramChannel | None,
    slack: "Workspaces | None",
    listening: socket.socket,
    settings: Settings,
) -> None:
    beside: list[Coroutine[None, None, None]] = []
    if chat:
        name = await chat.username()
        parts.links[chat.name] = f"https://t.me/{name}" if name else ""
        beside.append(_token_is_good(parts, chat))
    if slack:
        beside.append(_in_slack(slack, parts))
    ears = {name: ear for name, ear in (("telegram", chat), ("slack", slack.app if slack else None)) if ear}
    health = Health(parts, lambda: {name: ear.trouble for name, ear in ears.items()}, public=settings.metrics_public)
    hears = Role.RECEIVE in parts.roles
    told = (chat.webhook if chat and hears else None, slack.app if slack and hears else None)
    shown = console(parts, settings) if Role.CONSOLE in parts.roles else None
    beside.append(web(pages(*told, health, shown), listening))
    await serve.serve(parts, *beside)


async def _in_slack(slack: "Workspaces", parts: Parts) -> None:
    """Work in Slack; end with one sentence if the token is wrong."""
    from bot.workspaces import NotTaken

    try:
        await slack.run(parts)
    except NotTaken as error:
        raise CannotStart(str(error)) from None


async def _token_is_good(parts: Parts, channel: TelegramChannel) -> None:
    """End with one sentence if the token is wrong; if only Telegram is away, the program waits for it."""
    if await channel.refused():
        raise CannotStart(
            "Telegram does not accept the token in RECONVENE_TELEGRAM_TOKEN. Copy it again from @BotFather and start "
            "once more; what waits to be sent is kept."
        )
    if parts.links[channel.name]:
        parts.dispatcher.mended(channel)
    await asyncio.Event().wait()
