"""What the pages before the door share: the browser's own question, forms that only it can send, and cookies."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.clock import Clock
from bot.console import keys
from bot.console.devices import browser_of
from bot.console.guard import same_site
from bot.console.page import partial, read_form
from bot.console.reception import Reception, derived
from bot.console.site import Site, local_path
from bot.console.telling import plural
from bot.console.templating import templates
from bot.console.throttle import Throttle
from bot.facilitation import Facilitation, Mistake
from storage.console import GOOD, Ask, SignedIn
from storage.facilitators import Facilitator

SESSION: Final = "reconvene"
ASK: Final = "reconvene-ask"
"""Cookies."""
OVER: Final = "This took too long, or it was used already. Here is a new code."
NOT_YET: Final = "You have not pressed Yes in the chat yet."
WRONG_KEY: Final = "That did not work. This passkey may not be known here; you can use the chat instead."
WRONG_CODE: Final = "That is not the code that the app shows now. Please wait for the next one."


@dataclass(frozen=True, kw_only=True, slots=True)
class Knock:
    """A form that came from a page of ours, and what its browser had asked."""

    request: Request
    nonce: str
    ask: Ask
    fields: Mapping[str, list[str]]

    def given(self, name: str) -> str:
        """A field."""
        return (self.fields.get(name) or [""])[0].strip()

    @property
    def to(self) -> str:
        """Where to go then."""
        return local_path(self.given("to"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Tries:
    """How often one may try, for all pages before the door."""

    asking: Throttle
    keys: Throttle
    codes: Throttle

    @classmethod
    def by(cls, clock: Clock) -> "Tries":
        """Nobody has tried yet."""
        return cls(
            asking=Throttle(clock.now), keys=Throttle(clock.now, total=10_000), codes=Throttle(clock.now, each=10)
        )


class Doorway:
    """The pages under one path, for signing in or for proving it again."""

    path: str

    def __init__(self, office: Facilitation, reception: Reception, site: Site, tries: Tries) -> None:
        self._office = office
        self._reception = reception
        self._site = site
        self._tries = tries
        self._templates = templates()

    async def _session(self, request: Request) -> tuple[SignedIn, Facilitator] | None:
        token = request.cookies.get(self._site.cookie(SESSION), "")
        return await self._reception.at_work(token) if token else None

    async def _ask(
        self, request: Request, to: str, *, said: str = "", session: SignedIn | None = None, app: bool = False
    ) -> Response:
        """The page with the code. The same browser sees the same code until that is over."""
        nonce = request.cookies.get(self._site.cookie(ASK), "")
        ask = await self._reception.asked(nonce)
        if ask is not None and ask.state != "no" and ask.session_id == (session.id if session else None):
            return self._waiting(request, ask, nonce, to, said=said, app=app)
        nonce = secrets.token_urlsafe(32)
        free = self._tries.asking.free(whence(request))
        browser = browser_of(request.headers.get("user-agent", ""))
        ask = await self._reception.ask(nonce, browser, session) if free else None
        if ask is None:
            return self._page(request, "sign_in_later.html", status=429)
        response = self._waiting(request, ask, nonce, to, said=said, app=app)
        return self._with(response, ASK, nonce, int(GOOD.total_seconds()))

    def _waiting(
        self, request: Request, ask: Ask, nonce: str, to: str, *, said: str = "", app: bool = False
    ) -> Response:
        challenge = self._reception.challenge(ask, nonce)
        options = keys.to_sign(self._site, challenge) if self._site.has_passkeys else ""
        news = said or {"waiting": NOT_YET, "over": OVER}.get(request.query_params.get("said", ""), "")
        return self._page(
            request,
            "sign_in.html",
            ask=ask,
            form=form_of(nonce),
            options=options,
            to=to,
            news=news,
            app=app,
            path=self.path,
            links=self._site.links,
        )

    async def _knock(self, request: Request) -> Knock | None:
        """A form from a page of ours, while what its browser asked is not over."""
        nonce = request.cookies.get(self._site.cookie(ASK), "")
        try:
            fields = await read_form(request)
        except Mistake:
            return None
        given = (fields.get("form") or [""])[0]
        ours = hmac.compare_digest(given.encode(), form_of(nonce).encode()) and same_site(request)
        ask = await self._reception.asked(nonce) if ours else None
        return Knock(request=request, nonce=nonce, ask=ask, fields=fields) if ask else None

    def _not_yet(self, knock: Knock) -> Response:
        if partial(knock.request):
            return Response(status_code=204)
        return RedirectResponse(self._path_to(knock.to, "waiting"), status_code=303)

    def _over(self, request: Request, to: str = "") -> Response:
        return self._without(self._go(request, self._path_to(to, "over")), ASK)

    def _path_to(self, to: str, said: str) -> str:
        return f"{self.path}?said={said}&to={quote(to)}"

    def _go(self, request: Request, to: str) -> Response:
        """On to a page: told to the page that waits, or to the browser."""
        if partial(request):
            return Response(status_code=200, headers={"HX-Redirect": to})
        return RedirectResponse(to, status_code=303)

    def _page(self, request: Request, template: str, *, status: int = 200, **values: object) -> Response:
        programme = self._office.programme
        title = programme.title.replace("{{ area }}", plural(len(programme.areas), "place"))
        known = {"nonce": request.state.nonce, "title": title, "site": self._site}
        return HTMLResponse(self._templates.get_template(template).render({**known, **values}), status_code=status)

    def _with(self, response: Response, name: str, value: str, seconds: int) -> Response:
        secure = self._site.secure
        cookie = self._site.cookie(name)
        response.set_cookie(cookie, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    def _without(self, response: Response, name: str) -> Response:
        secure = self._site.secure
        response.delete_cookie(self._site.cookie(name), path="/", secure=secure, httponly=True, samesite="strict")
        return response


def form_of(nonce: str) -> str:
    """What a form of this browser carries."""
    return base64.urlsafe_b64encode(derived(nonce, "form")).decode().rstrip("=")


def whence(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else ""
