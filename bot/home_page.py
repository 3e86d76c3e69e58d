"""The home page of somebody who decides, where a platform has such a place: what the word HOME shows, by itself."""

import msgspec

from bot.messages import Outgoing
from bot.turn import Turn
from flows.effects import Line

HOME = Line(block="home")


async def page(turn: Turn) -> Outgoing | None:
    """What is open, what was promised, what came of it; None for whoever has no such page."""
    programme, person = turn.batch.script.programme, turn.scene.person
    menu = programme.flows.get(turn.own(programme.menu)) if person else None
    if menu is None or menu.id == programme.menu:
        return None
    await turn.read(menu)
    return Outgoing(text=turn.batch.wording.line(HOME, menu.version, turn.locale, turn.values()))


async def show(turn: Turn) -> None:
    """They look at their page: it is made anew. Who has none sees what the platform shows by itself."""
    made = await page(turn)
    if made is not None:
        turn.send(msgspec.structs.replace(made, place=HOME.block))
