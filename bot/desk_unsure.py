"""The desk's command /unsure: messages to many that may have arrived or not, one after the other, for a decision."""

from collections.abc import Sequence

from bot.desk_care import Say
from bot.facilitation import Facilitation
from bot.messages import Choice, Outgoing
from bot.rights import Staff
from storage.unsure import Unclear

VERBS = ("again", "leave")


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    return [await _next(say, office, who)] if list(words) == ["/unsure"] else []


async def pressed(say: Say, office: Facilitation, who: Staff, parts: Sequence[str]) -> list[Outgoing]:
    """A button under such a message; the next one follows."""
    match parts:
        case ["again", number] if number.isdecimal():
            one = await office.send_again(who, int(number))
            told = say("unsure_again", template=one.template, code_name=one.code_name)
        case ["leave", number] if number.isdecimal():
            one = await office.let_be(who, int(number))
            told = say("unsure_left", template=one.template, code_name=one.code_name)
        case _:
            return []
    return [told, await _next(say, office, who)]


async def _next(say: Say, office: Facilitation, who: Staff) -> Outgoing:
    """The oldest that nobody has decided about."""
    waiting = await office.uncertain(who)
    return _shown(say, office, waiting[0], len(waiting)) if waiting else say("unsure_none")


def _shown(say: Say, office: Facilitation, one: Unclear, waiting: int) -> Outgoing:
    area = office.programme.areas[one.area].name
    message = say("unsure", template=one.template, code_name=one.code_name, area=area, waiting=waiting)
    choices = (Choice(token=f"s.unsure.{verb}.{one.number}", label=say(f"button_unsure_{verb}").text) for verb in VERBS)
    return Outgoing(text=message.text, choices=tuple(choices))
