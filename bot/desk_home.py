"""What waits for a person of the team, at a glance: /home in a chat, and the page of their own where there is one."""

from collections.abc import Sequence

from bot.desk_care import Say
from bot.facilitation import Facilitation
from bot.messages import Choice, Outgoing
from bot.rights import Deed, Staff, may

SHOWN = ("tasks", "moderate", "questions", "held", "unsure", "cases")
"""Each is the command that shows it."""


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    return [await page(say, office, who)] if list(words) == ["/home"] else []


async def page(say: Say, office: Facilitation, who: Staff, place: str = "") -> Outgoing:
    """How much waits, with a button for each that does. Counts only: the page stays open on a desk."""
    waiting = await _waiting(office, who)
    message = say("home", name=who.name, guardian=may(who, Deed.SAFEGUARD), **waiting)
    choices = tuple(
        Choice(token=f"s.show.{what}", label=say(f"button_show_{what}", n=waiting[what]).text)
        for what in SHOWN
        if waiting[what]
    )
    return Outgoing(text=message.text, choices=choices, place=place)


async def _waiting(office: Facilitation, who: Staff) -> dict[str, int]:
    """Of what is not theirs to see, nothing waits."""
    held = await office.held(who) if may(who, Deed.BROADCAST) else []
    return {
        "tasks": len(await office.tasks(who)) if may(who, Deed.TASKS) else 0,
        "moderate": len(await office.statements(who, state="waiting")) if may(who, Deed.MODERATE) else 0,
        "questions": len(await office.questions(who, open_only=True)) if may(who, Deed.AGENDA) else 0,
        "held": len([one for one in held if one.maker_id != who.id]),
        "unsure": len(await office.uncertain(who)) if may(who, Deed.BROADCAST) else 0,
        "cases": len(await office.cases(who)) if may(who, Deed.SAFEGUARD) else 0,
    }
