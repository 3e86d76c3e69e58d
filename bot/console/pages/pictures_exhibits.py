"""What is drawn of an album of numbers: each a question with its drawings, its table, and what is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from bot.console import drawing
from bot.console.drawing import Bar, Picture, Point, Slope
from bot.console.telling import words
from bot.facilitation import Album
from bot.reports.counting import ALL
from bot.reports.picturing import together
from bot.reports.sheet import Cell, Sheet
from flows.disclosure import Figure

EVERYBODY: Final = "everybody who answered"
EVERYWHERE: Final = "All areas"
CHANGES: Final = {
    "shapes: how wide the view": (
        "How wide is the view?",
        "How many things that shape life one person names, on average.",
    ),
    "shapes: place or people": (
        "Do place and people count?",
        "Of 100 people, how many name streets or friends among what shapes life.",
    ),
    "say": ("How much say do people feel they have?", "From 1, none, to 5, a lot, on average."),
    "assets": (
        "How many places that help do people know?",
        "How many places or groups near them one person can name, on average.",
    ),
}
"""What is asked twice: the question that its picture answers, and how it is measured."""
SHARED: Final = "shapes: place or people"
SCALE: Final = (1.0, 5.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One drawing, with the name it has among several of a figure."""

    picture: Picture
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exhibit:
    """One question with its drawings and the table behind them. `missing`: what is not in it, and why."""

    id: str
    title: str
    lead: str
    sheet: Sheet
    drawn: tuple[Drawn, ...] = ()
    missing: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    columns: tuple[str, ...] = ()
    file: str = ""
    broad: bool = False  # takes the whole width


# ── taking part ────────────────────────────────────────────────────────────────────────────────────────────────
def replies(album: Album, names: dict[str, str]) -> Exhibit | None:
    """How many of those who were asked wrote back, question after question."""
    if not album.replies:
        return None
    shown = [ALL, *album.areas] if len(album.areas) > 1 else list(album.areas)
    drawn = []
    for area in shown:
        there = [(one.entry, one.by_area[area]) for one in album.replies if area in one.by_area]
        points = [
            Point(name=words(entry), words=f"{share.n} of {share.whole}", low=share.low, high=share.high)
            for entry, share in there
        ]
        drawn.append(Drawn(picture=drawing.trend(points), name=names[area]))
    return Exhibit(
        id="replies",
        title="Who still writes back?",
        lead="Of those who were asked, how many answered anything: question after question, as they were sent.",
        sheet=album.sheet("replies"),
        drawn=tuple(drawn),
        missing="Hatched: the share lies somewhere in it. It is not told nearer, since few did or few did not.",
    )


def coming(album: Album, names: dict[str, str]) -> Exhibit | None:
    """Who joined and who came, against what was aimed at."""
    sheet = album.sheet("people")
    if all(_nobody(cell) for row in sheet.rows for cell in row[2:]):
        return None
    rows = sorted(sheet.rows, key=lambda row: row[0] != ALL)
    drawn = [Drawn(picture=_standing(sheet, row), name=names[str(row[0])]) for row in rows]
    return Exhibit(
        id="people",
        title="Who joined, and who came back?",
        lead="People who take part now, those who were at each workshop, and those who were at all of them.",
        sheet=sheet,
        drawn=tuple(drawn),
        missing="The upright line is the number of people that was aimed at.",
    )


def _standing(sheet: Sheet, row: Sequence[Cell]) -> Picture:
    cells = dict(zip(sheet.columns, row, strict=True))
    target = float(str(cells["target"]))
    wanted = [name for name in sheet.columns[2:] if name != "left" and cells[name] is not None]
    most = max(target, _most(cells[name] for name in wanted))
    rows = [_bar(words(name), cells[name], mark=target if name == "joined" else None) for name in wanted]
    return drawing.bars(rows, most)


# ── before and after ───────────────────────────────────────────────────────────────────────────────────────────
def changes(album: Album, names: dict[str, str]) -> Iterable[Exhibit]:
    """What was asked before workshop 1 and again at the end."""
    sheet = album.sheet("changes")
    if all(_nobody(row[2]) for row in sheet.rows):
        return
    for measure in dict.fromkeys(str(row[0]) for row in sheet.rows):
        rows = [row for row in sheet.rows if row[0] == measure]
        told = [(str(area), pairs, before, after) for _, area, pairs, _, before, after in rows if _both(before, after)]
        title, lead = CHANGES.get(measure, (f"{words(measure)}: before and after", "On average."))
        untold = {names[str(row[1])]: row[2] for row in rows if not _both(row[4], row[5])}
        yield Exhibit(
            id=f"changes-{len(measure)}-{words(measure).split()[-1].lower()}",
            title=title,
            lead=lead,
            sheet=sheet,
            rows=tuple((names[str(row[1])], *row[2:]) for row in rows),
            columns=("area", *sheet.columns[2:]),
            drawn=(Drawn(picture=_slopes(told, names, hundred=measure == SHARED)),) if told else (),
            missing=_missing(untold, [pairs for _, pairs, _, _ in told]),
            file="changes",
        )


def _both(before: Cell, after: Cell) -> bool:
    return isinstance(before, float) and isinstance(after, float)


def _slopes(told: Sequence[tuple[str, Cell, Cell, Cell]], names: dict[str, str], *, hundred: bool) -> Picture:
    known = [(area, _number(before), _number(after)) for area, _, before, after in told]
    if len(known) > 1:
        known.insert(0, (ALL, *together([(pairs, before, after) for _, pairs, before, after in told])))
    form: Callable[[float], str] = (lambda n: f"{100 * n:.0f}") if hundred else (lambda n: f"{n:.1f}")
    lines = [
        Slope(
            name="Together" if area == ALL else names[area],
            before=before,
            after=after,
            words=(form(before), form(after)),
            strong=area == ALL,
        )
        for area, before, after in known
    ]
    values = [value for line in lines for value in (line.before, line.after)]
    return drawing.slope(lines, min(values), max(values))


def _missing(untold: Mapping[str, Cell], pairs: Sequence[Cell]) -> str:
    if not pairs and all(cell.n == 0 for cell in untold.values() if isinstance(cell, Figure)):
        return "Nobody has answered both times yet."
    people = sum(_count(cell) for cell in pairs)
    told = f"Of {people} people who answered both times." if people else ""
    why = (
        f"Not told: {', '.join(untold)}. Few have answered both times, or few say it, or few do not." if untold else ""
    )
    return " ".join(filter(None, (told, why)))


# ── what matters most, who is in the room ──────────────────────────────────────────────────────────────────────
def chosen(album: Album, names: dict[str, str]) -> Iterable[Exhibit]:
    """What people put in order: how many named what."""
    sheet = album.sheet("chosen")
    for flow, step in dict.fromkeys((str(row[0]), str(row[1])) for row in sheet.rows):
        rows = [row for row in sheet.rows if (row[0], row[1]) == (flow, step)]
        yield Exhibit(
            id=f"chosen-{flow}-{step}",
            title="What matters most to people?",
            lead="How many people put it among their first three, whatever its place.",
            sheet=sheet,
            rows=tuple(tuple(row[2:]) for row in rows),
            columns=("named", *(names[column] for column in sheet.columns[3:])),
            drawn=tuple(_by_area(sheet, rows, 3, names, label=2)),
            missing=_who_answered(album, flow, step),
            file="chosen",
        )


def deciders(album: Album, names: dict[str, str]) -> Iterable[Exhibit]:
    """Who people say decides, and who could act: before workshop 2 and after it."""
    sheet = album.sheet("deciders")
    asked = dict.fromkeys((str(row[0]), str(row[1])) for row in sheet.rows)
    drawn = []
    for flow, step in asked:
        rows = [row for row in sheet.rows if (row[0], row[1]) == (flow, step)]
        picture = drawing.bars([_bar(str(row[2]), row[-1]) for row in rows], _most(row[-1] for row in rows))
        drawn.append(Drawn(picture=picture, name=words(flow)))
    if drawn:
        yield Exhibit(
            id="deciders",
            title="Who can change what?",
            lead="How many people named whom, when they were asked who decides, and later who could make it happen.",
            sheet=sheet,
            rows=tuple((words(str(row[0])), *row[2:]) for row in sheet.rows),
            columns=("asked in", "named", *(names[column] for column in sheet.columns[3:])),
            broad=True,
            drawn=tuple(drawn),
        )


def _who_answered(album: Album, flow: str, step: str) -> str:
    told = [row for row in album.sheet("rankings").rows if (row[0], row[1], row[2]) == (flow, step, EVERYBODY)]
    return f"People who answered: {told[0][-1]}." if told else ""


def _by_area(
    sheet: Sheet, rows: Sequence[Sequence[Cell]], first: int, names: dict[str, str], *, label: int
) -> Iterable[Drawn]:
    """A drawing for all areas together, then one for each, all to the same scale but the first."""
    columns = list(range(first, len(sheet.columns)))
    if sheet.columns[-1] == ALL:
        columns = [columns[-1], *columns[:-1]]
    one_area = _most(row[column] for row in rows for column in columns if sheet.columns[column] != ALL)
    for column in columns:
        name = sheet.columns[column]
        most = _most(row[column] for row in rows) if name == ALL else one_area
        picture = drawing.bars([_bar(str(row[label]), row[column]) for row in rows], most)
        yield Drawn(picture=picture, name=names[name])


def inclusion(album: Album, names: dict[str, str]) -> Iterable[Exhibit]:
    """Who takes part, as they said themselves, against what was aimed at."""
    sheet = album.sheet("inclusion")
    for item in dict.fromkeys(str(row[0]) for row in sheet.rows):
        rows = [row for row in sheet.rows if row[0] == item]
        answers = [row for row in rows if row[2] != EVERYBODY]
        total = next(row[-1] for row in rows if row[2] == EVERYBODY)
        bars = [_bar(str(row[2]), row[-1], _aim(row[3], total)) for row in answers]
        yield Exhibit(
            id=f"inclusion-{item}",
            title=_first_sentence(str(rows[0][1])),
            lead="",
            sheet=sheet,
            rows=tuple(tuple(row[2:]) for row in rows),
            columns=("answer", "aimed at, of 100", *(names[column] for column in sheet.columns[4:])),
            drawn=(Drawn(picture=drawing.bars(bars, max([_most(row[-1] for row in answers), *_marks(bars)]))),),
            missing=f"People who told it: {total}. {_upright(answers, total)}",
            file="inclusion",
        )


def _aim(of_hundred: Cell, total: Cell) -> float | None:
    """How many people that are, of those who told it; None while it is not told how many those are."""
    return of_hundred * _count(total) / 100 if isinstance(of_hundred, int) and _count(total) else None


def _marks(bars: Sequence[Bar]) -> Iterable[float]:
    return (bar.mark for bar in bars if bar.mark is not None)


def _upright(answers: Sequence[Sequence[Cell]], total: Cell) -> str:
    if all(row[3] is None for row in answers):
        return "Nobody has said how many are aimed at."
    if not _count(total):
        return "What was aimed at stands in the table."
    return "The upright line is what was aimed at, for as many people as have told it."


def _first_sentence(text: str) -> str:
    """The question, without why it is asked."""
    head, mark, _ = text.partition("?")
    return " ".join(f"{head}{mark}".split())


# ── views, and the evaluation ──────────────────────────────────────────────────────────────────────────────────
def views(album: Album, names: dict[str, str]) -> Iterable[Exhibit]:
    """What people think of the views of others, area by area."""
    sheet = album.sheet("statements")
    for area in dict.fromkeys(str(row[0]) for row in sheet.rows):
        rows = [row for row in sheet.rows if row[0] == area]
        told = [row for row in rows if row[6]]
        yield Exhibit(
            id=f"views-{area}",
            title=f"What do people in {names[area]} agree on?",
            lead="",
            sheet=sheet,
            rows=tuple(tuple(row[1:]) for row in rows),
            columns=sheet.columns[1:],
            drawn=tuple(_view(sheet, row) for row in sorted(told, key=lambda row: str(row[6]))),
            missing="" if told else "Too few have said what they think for a line to stand out.",
            file="statements",
        )


def _view(sheet: Sheet, row: Sequence[Cell]) -> Drawn:
    bars = [_bar(words(sheet.columns[n]), row[n]) for n in (2, 3, 4)]
    outcome = "Most agree" if row[6] == "most agree" else "People are split"
    return Drawn(picture=drawing.bars(bars, max(10.0, _most(row[2:5]))), name=f"{outcome}: “{row[1]}”")


def evaluation(album: Album) -> Iterable[Exhibit]:
    """The averages of each evaluation."""
    sheet = album.sheet("evaluation")
    last = ALL if len(album.areas) > 1 else "".join(album.areas)
    for flow in dict.fromkeys(str(row[0]) for row in sheet.rows):
        told = [row for row in sheet.rows if (row[0], row[2]) == (flow, last)]
        yield Exhibit(
            id=f"evaluation-{flow}",
            title="How was it for people?",
            lead=f"{words(flow)}: from 1, not at all, to 5, very much, on average.",
            sheet=sheet,
            rows=tuple(tuple(row[1:]) for row in sheet.rows if row[0] == flow),
            columns=sheet.columns[1:],
            drawn=(Drawn(picture=drawing.dots([_mean(row) for row in told], *SCALE)),),
            missing="An average is told only of enough people at once.",
        )


def _mean(row: Sequence[Cell]) -> Bar:
    average = row[4] if isinstance(row[4], float) else None
    told = "too few to tell" if average is None else f"{average:.1f} of 5, n = {row[3]}"
    return Bar(name=_asked(str(row[1])), words=told, low=average)


def _asked(question: str) -> str:
    """What was asked, without how to answer it."""
    quoted = question.partition('"')[2].partition('"')[0]
    return quoted or _first_sentence(question)


# ── numbers as they may be told ────────────────────────────────────────────────────────────────────────────────
def _bar(name: str, cell: Cell, mark: float | None = None) -> Bar:
    low, high = _ends(cell)
    return Bar(name=name, words=str(cell), low=low, high=high, mark=mark)


def _ends(cell: Cell) -> tuple[float | None, float | None]:
    """Between what a number lies: "fewer than 5" from 1 to 4, "12 or more" from there to the end of the bar."""
    if not isinstance(cell, Figure):
        return None, None
    if cell.n is not None:
        return float(cell.n), float(cell.n)
    if cell.limit:
        return 1.0, cell.limit - 1.0
    return (float(cell.least), inf) if cell.least else (None, None)


def _most(cells: Iterable[Cell]) -> float:
    """What fills the width: the largest number that is told, and a little more where one goes on."""
    ends = [_ends(cell) for cell in cells]
    told = max((high if high is not None and high < inf else (low or 0) * 1.15 for low, high in ends), default=0.0)
    return told or 1.0


def _nobody(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, Figure) and cell.n == 0)


def _count(cell: Cell) -> int:
    return cell.n if isinstance(cell, Figure) and cell.n is not None else 0


def _number(cell: Cell) -> float:
    return cell if isinstance(cell, float) else 0.0
