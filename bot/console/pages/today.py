"""Today: what needs a person, first things first."""

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.rights import Deed


async def today(visit: Visit) -> Response:
    """The queue."""
    return visit.page("today.html", tasks=await visit.office.tasks(visit.who))


DOORS = (Door(path="/", view=today, needs=Deed.WATCH),)
