"""Other programs: the tokens they come in with, who answers for each, and what they took along."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.facilitation.doors import check_areas, check_role
from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Role, Staff
from storage import tokens
from storage.rows import new_id
from storage.tokens import Kept, Token

MARK: Final = "rct_"
"""What every token begins with, so that one that lies somewhere is known for what it is."""
SECRET: Final = re.compile(rf"{MARK}[A-Za-z0-9_-]{{43}}")
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")
DAYS: Final = (1, 365)
SEEN: Final = timedelta(minutes=1)
"""A token that is used again and again is noted once a minute."""
AS: Final = (Role.FACILITATOR, Role.MODERATOR, Role.OBSERVER)
"""What a program may work as. Leading the team and cases of safeguarding are for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """A token with its secret, which is shown once and kept nowhere."""

    token: Token
    secret: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearer:
    """A program that came in, and as whom it works."""

    token: Token
    staff: Staff


class Tokens(Office):
    """Commands about other programs, for who leads the team; and how such a program comes in."""

    async def tokens(self, who: Staff) -> list[Token]:
        """Those that work in the areas of this person and nowhere else, the newest first; also what is over."""
        await self._allow(who, Deed.STAFF)
        async with self._reading() as conn:
            found = await tokens.everything(conn)
        return [one for one in found if _within(who, one.areas)]

    async def add_token(
        self, who: Staff, name: str, *, role: str, areas: Sequence[str] = (), days: int = 90, key: str = ""
    ) -> Handed:
        """Let a program in, as this, in these areas, for so long. `key`: the same twice is one token."""
        await self._areas(who, Deed.STAFF, areas)
        check_areas(who, areas)
        now = self._clock.now()
        token = Token(
            id=key[:20] if key.isalnum() else new_id(),
            name=_name(name),
            role=_role(role),
            areas=tuple(areas),
            made_by=who.name,
            maker_id=who.id,
            made_at=now,
            expires_at=now + timedelta(days=_days(days)),
        )
        secret = MARK + secrets.token_urlsafe(32)
        async with self._writing() as conn:
            if await tokens.find(conn, token.id):
                raise Mistake(
                    "This token was made already, and is shown only once. If it is lost, end it and make one."
                )
            if await tokens.named(conn, token.name, now):
                raise Mistake(f"There is a token “{token.name}” already. End it first, or choose another name.")
            await tokens.add(conn, token, secret)
            await self._note(conn, who, "token_made", token.id, role=token.role, days=days)
        return Handed(token=token, secret=secret)

    async def end_token(self, who: Staff, id: str) -> Token:
        """This program comes in no more, from this moment."""
        await self._allow(who, Deed.STAFF)
        async with self._writing() as conn:
            found = await tokens.find(conn, id)
            if found is None or not _within(who, found.areas):
                raise Mistake(f"There is no token “{id}”.")
            if not await tokens.end_one(conn, id, self._clock.now(), who.name):
                raise Mistake(f"The token “{found.name}” is over already.")
            await self._note(conn, who, "token_ended", id)
        return found

    # ── coming in ────────────────────────────────────────────────────────────────────────────────────────────────
    async def bearer(self, secret: str) -> Bearer | None:
        """Whoever has this token; None when it is none, or it is over. Role and areas are as they are now."""
        if not SECRET.fullmatch(secret):
            return None
        now = self._clock.now()
        async with self._reading() as conn:
            found = await tokens.by_secret(conn, secret, now)
        if found is None:
            return None
        if found.used_at is None or now - found.used_at >= SEEN:
            async with self._writing() as conn:
                await tokens.touch(conn, found.id, now)
        return Bearer(token=found, staff=_staff(found))

    async def claim_key(self, bearer: Bearer, key: str, digest: str) -> Kept:
        """What is kept under this key of this program: its own request, from now on, if nothing was."""
        async with self._writing() as conn:
            return await tokens.claim(conn, bearer.token.id, key, digest, self._clock.now())

    async def keep_reply(self, bearer: Bearer, key: str, reply: str) -> str:
        """What is replied to that request from now on."""
        async with self._writing() as conn:
            return await tokens.keep(conn, bearer.token.id, key, reply)

    async def took(self, who: Staff, what: str, rows: int) -> None:
        """This program took so much along."""
        async with self._writing() as conn:
            await self._note(conn, who, "api_read", what, rows=rows)


def _staff(token: Token) -> Staff:
    """As whom a program works. What it sends is shown to whoever gave it its token, as if they had sent it."""
    return Staff(
        name=f"api:{token.name}", areas=token.areas, id=token.maker_id, role=Role(token.role), behind=token.made_by
    )


def _within(who: Staff, areas: Sequence[str]) -> bool:
    return not who.areas or (bool(areas) and set(areas) <= set(who.areas))


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not NAME.fullmatch(name):
        raise Mistake("A token needs a name of 1 to 40 letters, figures, blanks and “.”, “_”, “-”: what uses it.")
    return name


def _role(given: str) -> str:
    if check_role(given) not in AS:
        raise Mistake(f"A program works as {', '.join(AS[:-1])} or {AS[-1]}. What a {given} does is for people.")
    return given


def _days(given: int) -> int:
    if not DAYS[0] <= given <= DAYS[1]:
        raise Mistake(f"A token is good for {DAYS[0]} to {DAYS[1]} days, not for {given}.")
    return given
