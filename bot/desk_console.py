"""The desk's command for the console: /console says where it is; with the code of a page it lets that page in.

Whoever sends the code is asked once more, with the browser that waits: a code that somebody talked you into sending
does nothing before you say yes. The button carries no code, and works once, for whoever sent the code.
"""

from collections.abc import Mapping, Sequence

from bot.desk_care import Say
from bot.facilitation import Facilitation
from bot.messages import Choice, Outgoing
from bot.rights import Staff

CONSOLE = "console"
"""Its address among the links of a program."""


async def command(
    say: Say, office: Facilitation, who: Staff, words: Sequence[str], links: Mapping[str, str]
) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    match words:
        case ["/console"]:
            return [say("console_how", address=links.get(CONSOLE, ""))]
        case ["/console", *code]:
            ask = await office.claim(who, _tidy(code))
            known = {"name": who.name, "browser": ask.browser, "again": ask.session_id is not None}
            message = say("console_ask", **known)
            choices = tuple(
                Choice(token=f"s.door.{verb}.{ask.id}", label=say(f"button_console_{verb}").text)
                for verb in ("yes", "no")
            )
            return [Outgoing(text=message.text, choices=choices)]
        case _:
            return []


def _tidy(words: Sequence[str]) -> str:
    """ "kite 482" and "KITE - 482" are "KITE-482"."""
    return "-".join(part for word in words for part in word.upper().split("-") if part)


async def pressed(say: Say, office: Facilitation, who: Staff, parts: Sequence[str]) -> list[Outgoing]:
    """The buttons under the question."""
    match parts:
        case ["yes" | "no" as verb, id]:
            ask = await office.let_in(who, id, yes=verb == "yes")
            return [say(f"console_{verb}", browser=ask.browser)]
        case _:
            return []
