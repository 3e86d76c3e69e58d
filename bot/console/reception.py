"""What happens at the door, without the web around it: who asks, who is let in, and what is noted of it."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import codes
from bot.clock import Clock
from bot.console import keys
from bot.console.site import Site
from storage import console, facilitators, journal, passkeys
from storage.console import Ask, SignedIn
from storage.database import Database
from storage.facilitators import Facilitator

T = TypeVar("T")
FRESH: Final = timedelta(minutes=10)
"""So long after somebody proved who they are they are not asked again."""
TRIES: Final = 5
"""Wrong codes of an app before one has to begin anew."""


def derived(secret: str, purpose: str) -> bytes:
    """Something else that only whoever has the secret can know, such as what a form of theirs carries."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


class Reception:
    """Lets people in. A `nonce` is known to one browser alone; what it asked is found by that, never by the code."""

    def __init__(self, db: Database, clock: Clock, site: Site, demanded: Callable[[], bool]) -> None:
        self._db = db
        self._clock = clock
        self._site = site
        self._demanded = demanded  # whether the programme asks everybody for a second factor

    async def at_work(self, token: str, *, idle: bool = False) -> tuple[SignedIn, Facilitator] | None:
        """Whose session this is. `idle`: a page looks by itself, which does not count as work."""
        now = self._clock.now()
        async with self._db.read() as conn:
            found = await console.look_up(conn, token, now)
        if found and not idle and now - found[0].seen_at >= console.SEEN:
            await self._write(lambda conn: console.touch(conn, found[0].id, now))
        return found

    async def ask(self, nonce: str, browser: str, session: SignedIn | None = None) -> Ask | None:
        """A browser asks; None when there is no free code."""
        session_id = session.id if session else None
        return await self._write(
            lambda conn: console.ask(conn, nonce, browser, self._clock.now(), session_id=session_id)
        )

    async def asked(self, nonce: str) -> Ask | None:
        """What a browser has asked; None when it is over."""
        if not nonce:
            return None
        async with self._db.read() as conn:
            return await console.asked(conn, nonce, self._clock.now())

    async def who_said_yes(self, ask: Ask) -> Facilitator | None:
        """Who agreed to it in the chat, while they are on the team."""
        if ask.state != "yes" or ask.facilitator_id is None:
            return None
        async with self._db.read() as conn:
            return await facilitators.find(conn, ask.facilitator_id)

    async def second(self, member: Facilitator) -> str:
        """What else is needed of them beside the chat: "" nothing, "code", or "new": to set an app up first."""
        async with self._db.read() as conn:
            app = await passkeys.authenticator(conn, member.id)
        if app and app.confirmed_at:
            return "code"
        return "new" if self._demanded() else ""

    async def secret(self, member: Facilitator) -> str:
        """The secret of the app that they are setting up."""
        return await self._write(lambda conn: self._secret(conn, member))

    async def _secret(self, conn: AsyncConnection, member: Facilitator) -> str:
        known = await passkeys.authenticator(conn, member.id)
        if known:
            return known.secret
        secret = codes.new_secret()
        await passkeys.set_up(conn, member.id, secret, self._clock.now())
        return secret

    async def right_code(self, ask: Ask, member: Facilitator, code: str) -> bool:
        """Whether the app of this member shows this code now. It is good once."""
        return ask.tries < TRIES and await self._write(lambda conn: self._right_code(conn, ask, member, code))

    async def _right_code(self, conn: AsyncConnection, ask: Ask, member: Facilitator, code: str) -> bool:
        now = self._clock.now()
        app = await passkeys.authenticator(conn, member.id)
        step = codes.step_of(app.secret, code, now) if app else None
        if app and step is not None and await passkeys.take_code(conn, member.id, step, now):
            if not app.confirmed_at:
                await self._note(conn, member, "authenticator_added")
            return True
        await console.tried(conn, ask.id)
        return False

    def challenge(self, ask: Ask, nonce: str) -> bytes:
        """What a passkey is to sign: another one after each try, and none twice."""
        return derived(nonce, f"passkey {ask.id} {ask.tries}")

    async def by_passkey(self, ask: Ask, nonce: str, answer: str) -> Facilitator | None:
        """Whose passkey this is, if it was used rightly just now."""
        return await self._write(lambda conn: self._by_passkey(conn, ask, nonce, answer))

    async def _by_passkey(self, conn: AsyncConnection, ask: Ask, nonce: str, answer: str) -> Facilitator | None:
        await console.tried(conn, ask.id)
        key = await passkeys.find(conn, keys.named(answer))
        count = keys.signed(self._site, key, answer, self.challenge(ask, nonce)) if key else None
        if key is None or count is None:
            return None
        await passkeys.used(conn, key.id, count, self._clock.now())
        return await facilitators.find(conn, key.facilitator_id)

    async def enter(self, ask: Ask, member: Facilitator, way: str, old: str = "") -> str:
        """Let them in, once: the token of a new session; "" when it was used meanwhile. An older session ends."""
        return await self._write(lambda conn: self._enter(conn, ask, member, way, old))

    async def _enter(self, conn: AsyncConnection, ask: Ask, member: Facilitator, way: str, old: str) -> str:
        now = self._clock.now()
        if not await console.use(conn, ask.id, by=ask.state):
            return ""
        known = await console.look_up(conn, old, now) if old else None
        if known:
            await console.end(conn, known[1].id, known[0].id)
        await self._note(conn, member, "signed_in", way=way, browser=ask.browser)
        return await console.begin(conn, member.id, ask.browser, way, now)

    async def prove(self, ask: Ask, session: SignedIn, member: Facilitator) -> bool:
        """They have shown again who they are; False when this was used meanwhile."""
        return await self._write(lambda conn: self._prove(conn, ask, session, member))

    async def _prove(self, conn: AsyncConnection, ask: Ask, session: SignedIn, member: Facilitator) -> bool:
        if ask.session_id != session.id or not await console.use(conn, ask.id, by=ask.state):
            return False
        await console.prove(conn, session.id, self._clock.now())
        await self._note(conn, member, "proved")
        return True

    def fresh(self, session: SignedIn) -> bool:
        """Whether they proved it minutes ago."""
        return self._clock.now() - session.proved_at < FRESH

    async def _write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self._db.write() as conn:
            return await work(conn)

    async def _note(self, conn: AsyncConnection, member: Facilitator, action: str, **detail: str) -> None:
        await journal.note(conn, at=self._clock.now(), who=member.name, action=action, detail=detail)


def tried_once_more(ask: Ask) -> Ask:
    """The ask as it is after one more try."""
    return replace(ask, tries=ask.tries + 1)
