"""The lines that every programme has are as plain as those a programme brings itself."""

from dataclasses import replace
from time import process_time

from bot.book import syllables
from bot.check import check
from flows.definition import Place
from flows.loading import library, load_programme
from flows.principles.book import BROADCAST, Book, Saying
from flows.principles.plainly import plainly
from flows.principles.sheet import sheet
from prompts.catalogue import Catalogue, package_sources
from prompts.markup import parse
from tests.prompts.test_package_wording import LITTLE, MUCH

LOCALES = {"en": "", "en-easy": "en"}


def common_lines() -> list[Saying]:
    catalogue = Catalogue(LOCALES)
    catalogue.add("common", package_sources()["common"])
    return [_saying(catalogue, locale, block) for locale in LOCALES for block in catalogue.blocks("common", locale)]


def _saying(catalogue: Catalogue, locale: str, block: str) -> Saying:
    marked = (catalogue.render("common", locale, block, values) for values in (LITTLE, MUCH))
    texts = tuple("\n".join(line.text for line in parse(text)) for text in marked)
    place = Place(file=f"prompts/{locale}/common.j2", line=catalogue.line("common", locale, block), column=1)
    return Saying(kind=BROADCAST, step=block, locale=locale, place=place, texts=texts)


def test_the_common_lines_are_plain() -> None:
    programme = load_programme(library("life-here")).programme
    assert programme is not None
    bare = replace(programme, flows={}, entries=(), broadcasts={}, locales=LOCALES)
    book = Book(programme=bare, sayings=tuple(common_lines()), syllables=syllables, sheet=sheet())

    plainly(book)

    assert [str(finding) for finding in book.found] == []


def test_the_shipped_programme_is_checked_in_less_than_a_second() -> None:
    begun = process_time()

    report = check(library("life-here"))

    assert report.errors == 0
    assert process_time() - begun < 1
