"""How the team comes into the console: codes agreed to in the chat, sessions, passkeys, authenticators."""

from datetime import timedelta
from typing import Final

from bot import codes
from bot.facilitation.office import Mistake, Office
from bot.rights import Deed, Staff
from storage import console, journal, passkeys
from storage.console import Ask, SignedIn
from storage.passkeys import Authenticator, Passkey

WRONG: Final = 5
"""So many wrong codes a member may send in `WHILE`."""
WHILE: Final = timedelta(minutes=10)
UNKNOWN: Final = (
    "No page shows this code now. Codes are good for ten minutes and once; the sign-in page shows you a new one."
)


class Entrance(Office):
    """Commands of a member of the team about themselves."""

    async def claim(self, who: Staff, code: str) -> Ask:
        """A page shows this code, and this member sent it: whoever sits there is let in once they say yes.

        Why a code is not taken is not told: whoever guesses learns nothing.
        """
        await self._myself(who)
        now = self._clock.now()
        async with self._writing() as conn:
            wrong = await journal.count(conn, who.name, "code_unknown", now - WHILE)
            found = await console.of_code(conn, code, now) if wrong < WRONG else None
            mine = found is not None and await console.claim(conn, found.id, who.id)
            if not mine:
                await self._note(conn, who, "code_unknown")
        if found is None or not mine:
            raise Mistake(UNKNOWN)
        return found

    async def let_in(self, who: Staff, id: str, *, yes: bool) -> Ask:
        """Say whether it is this member who sits at the page that showed the code."""
        await self._myself(who)
        async with self._writing() as conn:
            found = await console.decide(conn, id, who.id, "yes" if yes else "no", self._clock.now())
            if found is not None:
                await self._note(conn, who, "code_agreed" if yes else "code_denied", browser=found.browser)
        if found is None:
            raise Mistake(UNKNOWN)
        return found

    async def sessions(self, who: Staff) -> list[SignedIn]:
        """Where this member is signed in."""
        await self._myself(who)
        async with self._reading() as conn:
            return await console.of_member(conn, who.id, self._clock.now())

    async def end_session(self, who: Staff, id: str = "") -> int:
        """Sign out of one browser, or of all. How many there were."""
        await self._myself(who)
        async with self._writing() as conn:
            ended = await console.end(conn, who.id, id)
            if ended:
                await self._note(conn, who, "signed_out", sessions=ended)
        return ended

    async def passkeys(self, who: Staff) -> list[Passkey]:
        """The passkeys of this member."""
        await self._myself(who)
        async with self._reading() as conn:
            return await passkeys.of_member(conn, who.id)

    async def add_passkey(self, who: Staff, key: Passkey) -> None:
        """From now on this member can sign in with this key, which was tried just now."""
        await self._myself(who)
        async with self._writing() as conn:
            if await passkeys.find(conn, key.id):
                raise Mistake("This passkey is here already.")
            await passkeys.add(conn, key)
            await self._note(conn, who, "passkey_added")

    async def drop_passkey(self, who: Staff, id: str) -> None:
        """This key opens nothing any more."""
        await self._myself(who)
        async with self._writing() as conn:
            if not await passkeys.drop(conn, who.id, id):
                raise Mistake("You have no such passkey; it may be gone already.")
            await self._note(conn, who, "passkey_dropped")

    async def authenticator(self, who: Staff) -> Authenticator | None:
        """This member's authenticator app, if it is set up."""
        await self._myself(who)
        async with self._reading() as conn:
            found = await passkeys.authenticator(conn, who.id)
        return found if found and found.confirmed_at else None

    async def new_authenticator(self, who: Staff) -> str:
        """Begin to set one up; the secret for the app. The same until a first code of it was given."""
        await self._myself(who)
        async with self._writing() as conn:
            known = await passkeys.authenticator(conn, who.id)
            if known and known.confirmed_at:
                raise Mistake("You have an authenticator already. Remove it first; then set the new one up.")
            if known:
                return known.secret
            secret = codes.new_secret()
            await passkeys.set_up(conn, who.id, secret, self._clock.now())
        return secret

    async def confirm_authenticator(self, who: Staff, code: str) -> None:
        """The app shows the right code: from now on it is asked for at each sign-in."""
        await self._myself(who)
        now = self._clock.now()
        async with self._writing() as conn:
            known = await passkeys.authenticator(conn, who.id)
            step = codes.step_of(known.secret, code, now) if known and not known.confirmed_at else None
            if step is None or not await passkeys.take_code(conn, who.id, step, now):
                raise Mistake("That is not the code that the app shows now. Please try the next one.")
            await self._note(conn, who, "authenticator_added")

    async def drop_authenticator(self, who: Staff) -> None:
        """No code is asked for any more."""
        await self._myself(who)
        if self._programme.second_factor:
            raise Mistake("This programme asks everybody for a second factor, so the authenticator stays.")
        async with self._writing() as conn:
            if await passkeys.forget(conn, who.id):
                await self._note(conn, who, "authenticator_dropped")

    async def _myself(self, who: Staff) -> None:
        await self._allow(who, Deed.NUMBERS)
        if not who.id:
            raise Mistake("This is for members of the team who work in a chat; you are not signed in as one.")
