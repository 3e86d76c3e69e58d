"""Pictures: what the numbers of the programme say, each as a question with its drawing and its table."""

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages import pictures_exhibits as exhibits
from bot.console.pages.pictures_exhibits import EVERYWHERE, Exhibit
from bot.facilitation import Album
from bot.reports.counting import ALL
from bot.reports.sheet import one_as_csv
from bot.rights import Deed


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """Some of them under one heading. `empty` says what fills it."""

    title: str
    empty: str
    exhibits: tuple[Exhibit, ...] = ()


async def pictures(visit: Visit) -> Response:
    """All of them."""
    areas = visit.wanted_areas
    told = await visit.parlour.shelf.counted(
        ("pictures", visit.programme.version, *areas), visit.now, lambda: visit.office.pictures(visit.who, areas)
    )
    names = {area.id: area.name for area in visit.areas} | {ALL: EVERYWHERE}
    rooms = _rooms(told.value, names)
    return visit.page("pictures.html", rooms=rooms, counted_at=told.at, may_take=visit.may(Deed.EXPORT))


async def table(visit: Visit) -> Response:
    """The table behind one of them, for a spreadsheet."""
    name = visit.path("name")
    sheet = await visit.office.picture_file(visit.who, name, visit.wanted_areas)
    kind = "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{sheet.name}.csv"'}
    return Response("\ufeff" + one_as_csv(sheet), media_type=kind, headers=headers)


def _rooms(album: Album, names: dict[str, str]) -> tuple[Room, ...]:
    return (
        Room(
            title="Taking part",
            empty="It is drawn as soon as people have joined and the first questions have gone out.",
            exhibits=tuple(filter(None, (exhibits.replies(album, names), exhibits.coming(album, names)))),
        ),
        Room(
            title="Before and after",
            empty="It is drawn when enough people have answered the same questions before workshop 1 and at the end.",
            exhibits=tuple(exhibits.changes(album, names)),
        ),
        Room(
            title="What matters most, and who can change it",
            empty="It is drawn when people have put what they want most in order.",
            exhibits=(*exhibits.chosen(album, names), *exhibits.deciders(album, names)),
        ),
        Room(
            title="Who is in the room",
            empty="It is drawn when people have told who they are. Nobody has to.",
            exhibits=tuple(exhibits.inclusion(album, names)),
        ),
        Room(
            title="What people think of each other’s views",
            empty="It is drawn when views were shown to others and they have said what they think.",
            exhibits=tuple(exhibits.views(album, names)),
        ),
        Room(
            title="How it was for people",
            empty="It is drawn when people have answered the questions after the workshops.",
            exhibits=tuple(exhibits.evaluation(album)),
        ),
    )


DOORS: Final = (
    Door(path="/pictures", view=pictures, needs=Deed.NUMBERS),
    Door(path="/pictures/{name}.csv", view=table, needs=Deed.EXPORT, fresh=True),
)
