"""The desk's commands about messages to many: look, send, ask a second person, watch, call off."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk_care import Say
from bot.facilitation import Facilitation, Preview
from bot.facilitation.seconding import Submitted
from bot.messages import Choice, Outgoing
from bot.rights import Staff
from prompts.markup import plain
from storage.broadcasts import Audience
from storage.rows import new_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Remind:
    """What a message's buttons carry: template, area and a mark that makes two presses one message."""

    template: str
    area: str
    mark: str

    def token(self, verb: str) -> str:
        """For a button."""
        return f"s.{verb}.{self.mark}.{self.template}.{self.area}"

    def key(self, who: Staff) -> str:
        """The broadcast's key."""
        return f"desk:{who.id}:{self.mark}"

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience(areas=(self.area,) if self.area else ())


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    match words:
        case ["/remind" | "/broadcast", template, *area]:
            remind = Remind(template=template, area=_area(office, area), mark=new_id(6))
            return [await _preview(say, office, who, remind)]
        case ["/try", template, *area]:
            await office.test_send(who, template, _area(office, area))
            return [say("tried", template=template)]
        case ["/held"]:
            return await _held(say, office, who)
        case _:
            return []


async def pressed(say: Say, office: Facilitation, who: Staff, parts: Sequence[str]) -> list[Outgoing]:
    """A button under a preview, under a message that goes out, or under one that waits for a second person."""
    match parts:
        case ["send", mark, template, area]:
            return await _send(say, office, who, Remind(template=template, area=area, mark=mark))
        case ["stop", mark, template, area]:
            remind = Remind(template=template, area=area, mark=mark)
            count = await office.call_off(who, remind.template, remind.audience, key=remind.key(who))
            return [say("remind_cancelled", count=count)]
        case ["cast", "off", id]:
            return [say("remind_cancelled", count=await office.cancel(who, id=id))]
        case ["held", "approve", id]:
            return _told(say, await office.approve_held(who, id))
        case ["held", "drop", id]:
            one = await office.drop_held(who, id)
            return [say("held_dropped", template=one.template, by=who.name)]
        case _:
            return []


async def _preview(say: Say, office: Facilitation, who: Staff, remind: Remind) -> Outgoing:
    preview = await office.preview(who, remind.template, remind.audience)
    message = say(
        "remind_preview",
        template=remind.template,
        area=office.programme.areas[remind.area].name if remind.area else "",
        count=preview.count,
        reasons=[{"reason": reason, "n": n} for reason, n in preview.reasons.items()],
        warning=preview.warning,
        second=preview.second,
        sample=plain(preview.sample),
    )
    return Outgoing(text=message.text, choices=_buttons(say, preview, remind))


def _buttons(say: Say, preview: Preview, remind: Remind) -> tuple[Choice, ...]:
    if not preview.count:
        return ()
    label = say("button_ask_second") if preview.second else say("button_send", count=preview.count)
    return (
        Choice(token=remind.token("send"), label=label.text),
        Choice(token=remind.token("stop"), label=say("button_cancel").text),
    )


async def _send(say: Say, office: Facilitation, who: Staff, remind: Remind) -> list[Outgoing]:
    return _told(say, await office.submit(who, remind.template, remind.audience, key=remind.key(who)))


def _told(say: Say, done: Submitted) -> list[Outgoing]:
    """What is shown going out in a message of its own needs no other word."""
    if done.held:
        return [say("held_waiting", template=done.held.template, why=done.held.why, others=list(done.others))]
    posted = done.posted
    if posted is None or done.watched:
        return []
    if posted.broadcast.state == "cancelled":
        return [say("remind_cancelled", count=0)]
    known = {"count": posted.count, "excluded": posted.excluded, "repeated": posted.repeated}
    return [say("remind_sent", template=posted.broadcast.template, **known)]


async def _held(say: Say, office: Facilitation, who: Staff) -> list[Outgoing]:
    """What waits for a second person, and how it would go out now."""
    shown = []
    for one in await office.held(who):
        preview = await office.preview(who, one.template, one.audience, one.fill)
        shown.append(office.asking(one, preview))
    return shown or [say("held_none")]


def _area(office: Facilitation, said: Sequence[str]) -> str:
    """The area that was meant, by its id or its name."""
    wanted = said[0] if said else ""
    known = office.programme.areas.values()
    return next((one.id for one in known if wanted.casefold() in (one.id, one.name.casefold())), wanted)
