"""Reflections: what people said as a stream, one of them with all that was made of it, and a file of what is chosen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from markupsafe import Markup
from starlette.responses import Response

from bot import export
from bot.console.marking import Mark, marked
from bot.console.page import Door, View, Visit, hidden
from bot.console.telling import plural, words
from bot.facilitation import Mistake, Selection
from bot.facilitation.quoting import may_quote
from bot.rights import Deed
from flows import searching
from flows.frames import Label
from flows.searching import Search
from storage.quotes import Quote
from storage.reading import Card

KINDS: Final = (
    ("frame", "Frames"),
    ("aim", "Six aims"),
    ("theme", "Themes"),
    ("own", "Your own themes"),
    ("none", "Nothing fits"),
)
TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A card as the page shows it."""

    card: Card
    asked: str
    text: Markup
    quoting: str  # why it may not be quoted; "" if it may

    @property
    def id(self) -> str:
        """The run and the step."""
        return self.card.reflection.id

    @property
    def how(self) -> str:
        """How it came."""
        return how(self.card)


async def stream(visit: Visit) -> Response:
    """The newest first, narrowed and searched, page by page."""
    chosen, before = selection(visit), visit.asked("before")
    wrong, status = "", 200
    try:
        found = await visit.office.stream(visit.who, chosen, before)
    except Mistake as mistake:
        if not chosen.words:
            raise
        wrong, status, found = str(mistake), 422, None
    cards = [show(card, found.questions, finds(card, found.search)) for card in found.cards] if found else []
    known = {
        **(await lists(visit)),
        "found": found,
        "cards": cards,
        "chosen": chosen,
        "narrowed": bool(query(chosen)),
        "wrong": wrong,
        "more": urlencode({**query(chosen), "before": found.before}) if found and found.before else "",
        "coders": await visit.office.coders(visit.who),
        "query": query(chosen),
    }
    return visit.page("reflections.html", status=status, **known)


async def one(visit: Visit) -> Response:
    """One reflection: a page, or what stands beside the stream."""
    return await the_card(visit, visit.path("id"))


async def read(visit: Visit) -> Response:
    """These were read."""
    ids = visit.all_given("id")
    n = await visit.office.mark_read(visit.who, ids)
    return visit.go(visit.back("/reflections"), f"{plural(n, 'reflection')} marked as read.")


async def toggle(visit: Visit) -> Response:
    """This one was read, or is to be read again."""
    id = visit.path("id")
    if visit.given("again"):
        await visit.office.mark_unread(visit.who, id)
        said = "It will come up again among those you have not read."
    else:
        await visit.office.mark_read(visit.who, [id])
        said = "Marked as read."
    return await answer(visit, id, said)


async def save(visit: Visit) -> Response:
    """A file of what is chosen."""
    kind = visit.given("kind", "csv")
    if kind not in TYPES:
        raise Mistake("Reflections can be saved as CSV or as JSON.")
    cards = await visit.office.export_chosen(visit.who, selection(visit))
    names = await visit.office.names_of_labels(visit.who)
    rows = [card.reflection for card in cards]
    codes = {card.reflection.id: coded(card, names) for card in cards}
    text = export.as_json(rows, codes) if kind == "json" else "\ufeff" + export.as_csv(rows, codes)
    name = f"reflections-{visit.now.astimezone(visit.zone):%Y-%m-%d}.{kind}"
    return Response(text, media_type=TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def about_one(view: View) -> View:
    """A form about a reflection that this person may not read leads nowhere: it does not exist for them."""

    async def look(visit: Visit) -> Response:
        if await visit.office.card(visit.who, visit.path("id")) is None:
            return visit.page("missing.html", status=404)
        return await view(visit)

    return hidden(look)


# ── what the other pages about reflections use as well ─────────────────────────────────────────────────────────
async def the_card(visit: Visit, id: str, said: str = "", *, bad: bool = False) -> Response:
    """One reflection with its codes and quotes and what can be done with it."""
    card = await visit.office.card(visit.who, id)
    if card is None:
        return visit.page("missing.html", status=404)
    quotes = await visit.office.quotes_of(visit.who, id)
    known = await lists(visit)
    known |= {
        "one": show(card, visit.office.asked_in([card]), made_of(card, quotes, known["names"])),
        "quotes": quotes,
        "verdicts": {verdict.label: verdict for verdict in await visit.office.verdicts(visit.who, id)},
        "mine": {code.label for code in card.codes if not code.removed_at and whole_of(code.end, visit, code.coder)},
        "key": uuid4().hex,
        "outcome": said,
        "bad": bad,
    }
    template = "reflections_card.html" if visit.partial else "reflections_one.html"
    return visit.page(template, status=422 if bad else 200, **known)


def whole_of(end: int, visit: Visit, coder: str) -> bool:
    """Whether a code is this person's own, and of the whole reflection."""
    return end == 0 and coder == visit.who.name


async def answer(visit: Visit, id: str, said: str) -> Response:
    """After something was done: the card anew where only that was asked for, else its page."""
    return await the_card(visit, id, said) if visit.partial else visit.go(visit.back(f"/reflections/{id}"), said)


async def lists(visit: Visit) -> dict[str, Any]:
    """What every page about reflections needs to know."""
    labels = await visit.office.labels(visit.who)
    return {
        "groups": grouped(labels),
        "names": await visit.office.names_of_labels(visit.who),
        "may_watch": visit.may(Deed.WATCH),
        "may_code": visit.may(Deed.CODE),
        "may_export": visit.may(Deed.EXPORT),
    }


def grouped(labels: list[Label]) -> list[tuple[str, list[Label]]]:
    """The labels under their headings; a heading with nothing under it is left out."""
    groups = [(name, [label for label in labels if label.kind == kind]) for kind, name in KINDS]
    return [(name, some) for name, some in groups if some]


def show(card: Card, asked: Mapping[str, str], marks: Iterable[Mark] = ()) -> Shown:
    """A card with its marks."""
    told = asked.get(card.reflection.id, "") or words(card.reflection.step)
    return Shown(card=card, asked=told, text=marked(card.text, marks), quoting=unquotable(card))


def finds(card: Card, search: Search | None) -> list[Mark]:
    """Where what was looked for stands."""
    found = searching.spans(card.text, search) if search else ()
    return [Mark(begin=begin, end=end, kind="found") for begin, end in found]


def made_of(card: Card, quotes: Iterable[Quote], names: Mapping[str, str]) -> list[Mark]:
    """Where the words of quotes and codes stand, as far as they still do."""
    marks = [Mark(**place(card.text, quote.words, 0), kind="quoted", why="Kept as a quote") for quote in quotes]
    for code in card.codes:
        if code.words and not code.removed_at:
            why = f"{names.get(code.label, code.label)} ({code.coder})"
            marks.append(Mark(**place(card.text, code.words, code.begin), kind="coded", why=why))
    return marks


def place(text: str, wanted: str, near: int) -> dict[str, int]:
    """Where these words stand; nowhere (0 to 0) if they do not any more."""
    begin = near if text.startswith(wanted, near) else text.find(wanted)
    return {"begin": max(begin, 0), "end": begin + len(wanted) if begin >= 0 else 0}


def unquotable(card: Card) -> str:
    """Why words of it may not be quoted; "" if they may."""
    try:
        may_quote(card)
    except Mistake as mistake:
        return str(mistake)
    return ""


def how(card: Card) -> str:
    """Typed, spoken or shown, and by whose hand."""
    kinds = {part.media_kind for part in card.reflection.parts}
    seconds = sum(part.seconds for part in card.reflection.parts)
    came = "Typed"
    if "voice" in kinds:
        heard = all(part.transcript for part in card.reflection.parts if part.media_kind == "voice")
        came = f"Voice note, {seconds // 60}:{seconds % 60:02}" + ("" if heard else ", not written down yet")
    elif "photo" in kinds:
        came = "Photo"
    return f"{came}, entered by {card.assisted_by}" if card.assisted_by else came


def coded(card: Card, names: Mapping[str, str]) -> str:
    """The codes of a card in one cell of a file: what, by whom, and of which words."""
    cells = [
        f"{names.get(code.label, code.label)} ({code.coder}{f': “{code.words}”' if code.words else ''})"
        for code in card.codes
    ]
    return "; ".join(cells)


def near(visit: Visit) -> int:
    """Whereabouts in the text the words were marked."""
    text = visit.given("near")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def selection(visit: Visit) -> Selection:
    """What the address, or a form, narrows the stream to."""
    asked = visit.given if visit.fields else visit.asked
    wave = asked("wave")
    return Selection(
        areas=visit.wanted_areas,
        wave=int(wave) if wave.isascii() and wave.isdecimal() and len(wave) < 4 else None,
        flow=asked("flow"),
        label=asked("label"),
        coder=asked("coder"),
        unread=bool(asked("unread")),
        words=asked("q").strip(),
    )


def query(chosen: Selection) -> dict[str, str]:
    """The same as it stands in an address."""
    told = {
        "wave": str(chosen.wave or ""),
        "flow": chosen.flow,
        "label": chosen.label,
        "coder": chosen.coder,
        "unread": "yes" if chosen.unread else "",
        "q": chosen.words,
    }
    return {name: value for name, value in told.items() if value}


DOORS = (
    Door(path="/reflections", view=hidden(stream), needs=Deed.READ),
    Door(path="/reflections/read", view=read, needs=Deed.READ, method="POST"),
    Door(path="/reflections/export", view=hidden(save), needs=Deed.EXPORT, method="POST", fresh=True),
    Door(path="/reflections/{id}", view=one, needs=Deed.READ),
    Door(path="/reflections/{id}/read", view=about_one(toggle), needs=Deed.READ, method="POST"),
)
