"""Coding: what a reflection is put under, the team's own themes, and where two coders differ."""

from itertools import combinations

from starlette.responses import Response

from bot.console.marking import as_written
from bot.console.page import Door, Visit, hidden
from bot.console.pages.reflections import about_one, answer, lists, near, show, the_card
from bot.facilitation import Mistake
from bot.rights import Deed


async def code(visit: Visit) -> Response:
    """Put it under something, or take that off again when it is pressed a second time."""
    id = visit.path("id")
    try:
        return await answer(visit, id, await _coded(visit, id))
    except Mistake as mistake:
        return await _wrong(visit, id, mistake)


async def _coded(visit: Visit, id: str) -> str:
    label, words = await _label(visit), as_written(visit.given("words"))
    card = await visit.office.card(visit.who, id)
    there = next(
        (
            c
            for c in (card.codes if card else ())
            if c.label == label and c.coder == visit.who.name and not c.removed_at
        ),
        None,
    )
    if there and not words and not there.words:
        await visit.office.uncode(visit.who, id, there.id)
        return "The code is taken off."
    new = await visit.office.code(visit.who, id, [label], words, near(visit))
    return "The code is noted." if new else "You have given this code already."


async def uncode(visit: Visit) -> Response:
    """Take one of one's own off."""
    id = visit.path("id")
    try:
        await visit.office.uncode(visit.who, id, visit.number("code"))
        return await answer(visit, id, "The code is taken off.")
    except Mistake as mistake:
        return await _wrong(visit, id, mistake)


async def _wrong(visit: Visit, id: str, mistake: Mistake) -> Response:
    """Where only the card was asked for, the sentence stands on it; else the guard tells it."""
    if not visit.partial:
        raise mistake
    return await the_card(visit, id, str(mistake), bad=True)


async def _label(visit: Visit) -> str:
    """The button that was pressed; or what was typed, by its name or the one thing that begins so."""
    typed = " ".join(visit.given("named").split()).casefold()
    if visit.given("label") or not typed:
        return visit.given("label")
    labels = await visit.office.labels(visit.who)
    exact = [label.key for label in labels if label.name.casefold() == typed]
    close = exact or [label.key for label in labels if label.name.casefold().startswith(typed)]
    if len(close) != 1:
        raise Mistake(f"“{visit.given('named')}” is no theme or frame. Choose one from the list, or add a theme first.")
    return close[0]


async def themes(visit: Visit) -> Response:
    """What reflections can be put under."""
    retired = await visit.office.labels(visit.who, retired=True)
    return visit.page("reflections_themes.html", **(await lists(visit)), retired=retired)


async def add_theme(visit: Visit) -> Response:
    """One more."""
    await visit.office.add_theme(visit.who, visit.given("name"), visit.given("memo"))
    return visit.go("/reflections/themes", "The theme is there. You find it wherever you code.")


async def change_theme(visit: Visit) -> Response:
    """Another name or memo; or no longer offered, or offered again."""
    id, what = visit.path("theme"), visit.given("what")
    if what in ("retire", "back"):
        await visit.office.retire_theme(visit.who, id, back=what == "back")
        said = "The theme is offered again." if what == "back" else "The theme is not offered any more."
    else:
        await visit.office.change_theme(visit.who, id, visit.given("name"), visit.given("memo"))
        said = "The theme is changed."
    return visit.go("/reflections/themes", said)


async def differences(visit: Visit) -> Response:
    """Two people's codes side by side."""
    coders = await visit.office.coders(visit.who)
    pairs = list(combinations(coders, 2))
    first, second = visit.asked("first"), visit.asked("second")
    if first == second or first not in coders or second not in coders:
        first, second = pairs[0] if pairs else ("", "")
    found = await visit.office.compare(visit.who, first, second, visit.wanted_areas) if first else None
    asked = visit.office.asked_in(found.cards.values()) if found else {}
    cards = {id: show(card, asked) for id, card in found.cards.items()} if found else {}
    known = await lists(visit)
    return visit.page(
        "reflections_differences.html", **known, coder_pairs=[(name, name) for name in coders], found=found, cards=cards
    )


async def settle(visit: Visit) -> Response:
    """What holds for the team."""
    holds = visit.given("holds") == "yes"
    await visit.office.settle(visit.who, visit.path("id"), visit.given("label"), holds=holds)
    return visit.go(visit.back("/reflections/differences"), "Settled. Your name and the time are noted with it.")


DOORS = (
    Door(path="/reflections/themes", view=themes, needs=Deed.READ),
    Door(path="/reflections/themes", view=add_theme, needs=Deed.CODE, method="POST"),
    Door(path="/reflections/themes/{theme}", view=change_theme, needs=Deed.CODE, method="POST"),
    Door(path="/reflections/differences", view=hidden(differences), needs=Deed.READ),
    Door(path="/reflections/{id}/codes", view=about_one(code), needs=Deed.CODE, method="POST"),
    Door(path="/reflections/{id}/uncode", view=about_one(uncode), needs=Deed.CODE, method="POST"),
    Door(path="/reflections/{id}/settle", view=about_one(settle), needs=Deed.CODE, method="POST"),
)
