"""The front door of `serve`: knows by its cookie who is signed in, and has the pages at which one signs in."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.clock import Clock
from bot.console.doorway import SESSION, Tries, form_of
from bot.console.guard import Session
from bot.console.page import partial
from bot.console.proving import Proving
from bot.console.reception import Reception
from bot.console.signing import Signing
from bot.console.site import Site
from bot.facilitation import Facilitation
from bot.staffing import staff
from storage.database import Database


class FrontDoor:
    """A doorkeeper, and the routes for who is not in yet."""

    def __init__(self, office: Facilitation, db: Database, clock: Clock, site: Site) -> None:
        self.site = site
        self._reception = Reception(db, clock, site, lambda: office.programme.second_factor)
        tries = Tries.by(clock)
        self._pages = [page(office, self._reception, site, tries) for page in (Signing, Proving)]

    def routes(self) -> Sequence[BaseRoute]:
        """Where one signs in, and proves again who one is."""
        return [route for page in self._pages for route in page.routes()]

    async def session(self, request: Request) -> Session | None:
        """The session of this browser; roles and areas as they are now. A page that looks by itself is no work."""
        token = request.cookies.get(self.site.cookie(SESSION), "")
        idle = _by_itself(request)
        found = await self._reception.at_work(token, idle=idle) if token and self.site.address else None
        if found is None:
            return None
        session, member = found
        request.state.session = session
        return Session(who=staff(member), token=form_of(token), fresh=self._reception.fresh(session))


def _by_itself(request: Request) -> bool:
    """Whether a page that is open looks, not a person: in part, or for what is live."""
    live = "text/event-stream" in request.headers.get("accept", "")
    return request.method == "GET" and (partial(request) or live)
