"""The pages at which one signs in. Opening one uses nothing up, so a preview of a link does no harm: only forms do."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot import codes
from bot.console.doorway import ASK, SESSION, WRONG_CODE, WRONG_KEY, Doorway, Knock, form_of, whence
from bot.console.reception import tried_once_more
from bot.console.rooms import first_room
from bot.console.site import local_path
from bot.staffing import staff
from storage.console import Ask
from storage.facilitators import Facilitator
from storage.tables_console import WHOLE


class Signing(Doorway):
    """Signing in: by a code that is sent to the assistant and agreed to there, or by a passkey."""

    path = "/sign-in"

    def routes(self) -> Sequence[BaseRoute]:
        """For everybody."""
        return (
            Route("/sign-in", self.show, methods=["GET"]),
            Route("/sign-in", self.go_on, methods=["POST"]),
            Route("/sign-in/passkey", self.passkey, methods=["POST"]),
            Route("/sign-in/code", self.show_code, methods=["GET"]),
            Route("/sign-in/code", self.code, methods=["POST"]),
        )

    async def show(self, request: Request) -> Response:
        """The page with the code."""
        to = local_path(request.query_params.get("to", ""))
        if not self._site.address:
            return self._page(request, "sign_in_closed.html", status=503)
        if not self._site.secure and request.url.hostname != self._site.name:
            return RedirectResponse(f"{self._site.address}/sign-in", status_code=303)  # passkeys are made for a name
        if request.headers.get("sec-fetch-site") == "cross-site":
            return self._page(request, "sign_in_hop.html", to=to or "/")
        if await self._session(request):
            return RedirectResponse(to or "/", status_code=303)
        return await self._ask(request, to)

    async def go_on(self, request: Request) -> Response:
        """The page waits, and asks by itself whether somebody has said yes."""
        knock = await self._knock_here(request)
        if knock is None:
            return self._over(request)
        if knock.ask.state in ("open", "claimed"):
            return self._not_yet(knock)
        member = await self._reception.who_said_yes(knock.ask)
        if member is None:
            return self._over(request, knock.to)
        if await self._reception.second(member):
            return self._go(request, f"/sign-in/code?to={quote(knock.to)}")
        return await self._enter(knock, member, "chat")

    async def passkey(self, request: Request) -> Response:
        """A passkey was used. Whose it is, and why it fails, is not told."""
        knock = await self._knock_here(request)
        if knock is None:
            return self._over(request)
        if not self._tries.keys.free(whence(request)):
            return self._page(request, "sign_in_later.html", status=429)
        member = await self._reception.by_passkey(knock.ask, knock.nonce, knock.given("credential"))
        if member is None:
            return self._waiting(request, tried_once_more(knock.ask), knock.nonce, knock.to, said=WRONG_KEY)
        return await self._enter(knock, member, "passkey")

    async def show_code(self, request: Request) -> Response:
        """Where the code of the app is asked for, or the app is set up."""
        nonce = request.cookies.get(self._site.cookie(ASK), "")
        ask = await self._reception.asked(nonce)
        member = await self._agreed(ask)
        if member is None:
            return RedirectResponse("/sign-in", status_code=303)
        return await self._code_page(request, nonce, member, local_path(request.query_params.get("to", "")))

    async def code(self, request: Request) -> Response:
        """The code of the app, after the yes in the chat."""
        knock = await self._knock_here(request)
        member = await self._agreed(knock.ask) if knock else None
        if knock is None or member is None or not self._tries.codes.free(member.id):
            return self._over(request)
        if not await self._reception.right_code(knock.ask, member, knock.given("code")):
            return await self._code_page(request, knock.nonce, member, knock.to, said=WRONG_CODE)
        return await self._enter(knock, member, "chat")

    async def _code_page(
        self, request: Request, nonce: str, member: Facilitator, to: str, *, said: str = ""
    ) -> Response:
        new = await self._reception.second(member) == "new"
        secret = await self._reception.secret(member) if new else ""
        picture = codes.picture(secret, member.name) if secret else ""
        return self._page(
            request, "sign_in_code.html", secret=secret, picture=picture, form=form_of(nonce), to=to, news=said
        )

    async def _knock_here(self, request: Request) -> Knock | None:
        knock = await self._knock(request)
        return None if knock is None or knock.ask.session_id else knock

    async def _agreed(self, ask: Ask | None) -> Facilitator | None:
        return await self._reception.who_said_yes(ask) if ask and not ask.session_id else None

    async def _enter(self, knock: Knock, member: Facilitator, way: str) -> Response:
        old = knock.request.cookies.get(self._site.cookie(SESSION), "")
        token = await self._reception.enter(knock.ask, member, way, old)
        if not token:
            return self._over(knock.request, knock.to)
        response = self._go(knock.request, knock.to or first_room(staff(member)))
        self._with(response, SESSION, token, int(WHOLE.total_seconds()))
        return self._without(response, ASK)
