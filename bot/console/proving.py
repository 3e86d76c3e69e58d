"""Who is it that sits here? Asked again before a file goes out, a name is shown or somebody is erased."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.doorway import ASK, WRONG_CODE, WRONG_KEY, Doorway, Knock, whence
from bot.console.site import local_path
from storage.console import SignedIn
from storage.facilitators import Facilitator


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """A form of somebody who is signed in."""

    knock: Knock
    session: SignedIn
    member: Facilitator


class Proving(Doorway):
    """The same ways as when signing in, and the app alone; by the member whose session it is."""

    path = "/again"

    def routes(self) -> Sequence[BaseRoute]:
        """For who is signed in."""
        return (
            Route("/again", self.show, methods=["GET"]),
            Route("/again", self.go_on, methods=["POST"]),
            Route("/again/passkey", self.passkey, methods=["POST"]),
            Route("/again/code", self.code, methods=["POST"]),
        )

    async def show(self, request: Request) -> Response:
        """The page with the ways."""
        return await self._show(request, local_path(request.query_params.get("to", "")))

    async def _show(self, request: Request, to: str, said: str = "") -> Response:
        found = await self._session(request)
        if found is None:
            return RedirectResponse("/sign-in", status_code=303)
        session, member = found
        app = await self._reception.second(member) == "code"
        return await self._ask(request, to, said=said, session=session, app=app)

    async def go_on(self, request: Request) -> Response:
        """The page waits, and asks by itself whether they have said yes."""
        again = await self._again(request)
        if again is None:
            return self._over(request)
        if again.knock.ask.state in ("open", "claimed"):
            return self._not_yet(again.knock)
        same = await self._reception.who_said_yes(again.knock.ask)
        return await self._proved(again, same)

    async def passkey(self, request: Request) -> Response:
        """A passkey of the same member."""
        again = await self._again(request)
        if again is None:
            return self._over(request)
        if not self._tries.keys.free(whence(request)):
            return self._page(request, "sign_in_later.html", status=429)
        knock = again.knock
        same = await self._reception.by_passkey(knock.ask, knock.nonce, knock.given("credential"))
        if same is None:
            return await self._show(request, knock.to, WRONG_KEY)
        return await self._proved(again, same)

    async def code(self, request: Request) -> Response:
        """The code of their app."""
        again = await self._again(request)
        if again is None or not self._tries.codes.free(again.member.id):
            return self._over(request)
        known = await self._reception.second(again.member) == "code"
        if not known or not await self._reception.right_code(again.knock.ask, again.member, again.knock.given("code")):
            return await self._show(request, again.knock.to, WRONG_CODE)
        return await self._proved(again, again.member)

    async def _again(self, request: Request) -> Again | None:
        found = await self._session(request)
        knock = await self._knock(request) if found else None
        if found is None or knock is None or knock.ask.session_id != found[0].id:
            return None
        return Again(knock=knock, session=found[0], member=found[1])

    async def _proved(self, again: Again, same: Facilitator | None) -> Response:
        request = again.knock.request
        if same is None or same.id != again.member.id:
            return self._over(request, again.knock.to)
        if not await self._reception.prove(again.knock.ask, again.session, again.member):
            return self._over(request, again.knock.to)
        return self._without(self._go(request, again.knock.to or "/"), ASK)
