"""A programme under the seven principles."""

from collections.abc import Iterable

from flows.definition import Programme
from flows.findings import Finding
from flows.principles.asking import asking
from flows.principles.book import Book, Saying
from flows.principles.plainly import plainly
from flows.principles.reading import Syllables
from flows.principles.sheet import sheet
from flows.principles.viewing import viewing


def serving(programme: Programme) -> dict[str, tuple[str, ...]]:
    """Principle → the flows that say they serve it."""
    flows = programme.flows.values()
    return {one.id: tuple(flow.id for flow in flows if one.id in flow.principles) for one in sheet().principles}


def judge(programme: Programme, sayings: Iterable[Saying], syllables: Syllables) -> tuple[Finding, ...]:
    """Every rule that a programme's folder can keep or break, each breach at its place."""
    book = Book(programme=programme, sayings=tuple(sayings), syllables=syllables, sheet=sheet())
    plainly(book)
    asking(book)
    viewing(book)
    return tuple(dict.fromkeys(book.found))
