"""The desk's commands about messages to many: look, send, ask a second person, watch, call off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk_care import Say
from bot.facilitation import Facilitation, Preview
from bot.facilitation.seconding import Submitted
from bot.messages import Choice, Outgoing
from bot.rights import Staff
from prompts.markup import plain
from storage.broadcasts import Audience
from storage.elections import Held
from storage.rows import new_id

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Remind:
    """What a message's buttons carry: template, area and a mark that makes two presses one message.

    The mark of one that is for later begins with its hour.
    """

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


def marked(at: datetime | None) -> str:
    """A mark that no other message has."""
    if at is None:
        return new_id(6)
    minutes, said = (at - BEGIN) // MINUTE, ""
    while minutes:
        minutes, digit = divmod(minutes, len(DIGITS))
        said = DIGITS[digit] + said
    return f"{said}-{new_id(3)}"


def hour_of(mark: str) -> datetime | None:
    """When a message is to go out; none: at once."""
    said, dash, _ = mark.partition("-")
    return BEGIN + int(said, len(DIGITS)) * MINUTE if dash else None


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    match words:
        case ["/remind" | "/broadcast", template, *rest]:
            area, at = _split(rest)
            named = _area(office, area)
            hour = await office.hour(who, " ".join(at), (named,) if named else ()) if at else None
            return [await _preview(say, office, who, Remind(template=template, area=named, mark=marked(hour)))]
        case ["/try", template, *area]:
            await office.test_send(who, template, _area(office, area))
            return [say("tried", template=template)]
        case ["/held"]:
            return await _held(say, office, who)
        case ["/planned"]:
            return await _planned(say, office, who)
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
            return _told(say, office, await office.approve_held(who, id))
        case ["held", "drop", id]:
            one = await office.drop_held(who, id)
            return [say("held_dropped", template=one.template, by=who.name)]
        case _:
            return []


async def _preview(say: Say, office: Facilitation, who: Staff, remind: Remind) -> Outgoing:
    preview = await office.preview(who, remind.template, remind.audience)
    at = hour_of(remind.mark)
    message = say(
        "remind_preview",
        template=remind.template,
        area=office.programme.areas[remind.area].name if remind.area else "",
        count=preview.count,
        reasons=[{"reason": reason, "n": n} for reason, n in preview.reasons.items()],
        warning="" if at else preview.warning,
        at=_there(office, preview.audience.areas, at),
        second=preview.second,
        sample=plain(preview.sample),
    )
    return Outgoing(text=message.text, choices=_buttons(say, preview, remind))


def _buttons(say: Say, preview: Preview, remind: Remind) -> tuple[Choice, ...]:
    later = hour_of(remind.mark) is not None
    if not preview.count and not later:
        return ()
    send = say("button_plan") if later else say("button_send", count=preview.count)
    label = say("button_ask_second") if preview.second else send
    return (
        Choice(token=remind.token("send"), label=label.text),
        Choice(token=remind.token("stop"), label=say("button_cancel").text),
    )


async def _send(say: Say, office: Facilitation, who: Staff, remind: Remind) -> list[Outgoing]:
    at, key = hour_of(remind.mark), remind.key(who)
    if at:
        return _told(say, office, await office.plan(who, remind.template, remind.audience, at, key=key))
    return _told(say, office, await office.submit(who, remind.template, remind.audience, key=key))


def _told(say: Say, office: Facilitation, done: Submitted) -> list[Outgoing]:
    """What is shown going out in a message of its own needs no other word."""
    if done.held and done.held.state in ("planned", "missed"):
        return [_waits(say, office, done.held)]
    if done.held and done.held.state == "dropped":
        return [say("held_dropped", template=done.held.template, by=done.held.approved_by)]
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


async def _planned(say: Say, office: Facilitation, who: Staff) -> list[Outgoing]:
    """What waits for its hour, each with a way to call it off; and what missed it lately."""
    return [_waits(say, office, one) for one in await office.planned(who)] or [say("planned_none")]


def _waits(say: Say, office: Facilitation, one: Held) -> Outgoing:
    at = _there(office, one.audience.areas, one.send_at)
    if one.state == "missed":
        return say("planned_missed", template=one.template, at=at, why=one.reason)
    areas = [office.programme.areas[area].name for area in one.audience.areas]
    told = say("planned", template=one.template, at=at, areas=areas, by=one.made_by, second=one.state == "held")
    drop = Choice(token=f"s.held.drop.{one.id}", label=say("button_held_drop").text)
    return Outgoing(text=told.text, choices=(drop,))


def _there(office: Facilitation, areas: Sequence[str], at: datetime | None) -> datetime | None:
    """An hour as the clocks of the first of these areas show it."""
    return at.astimezone(ZoneInfo(office.programme.areas[areas[0]].zone)) if at else None


def _split(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What stands before and after "at"."""
    at = next((n for n, word in enumerate(words) if word.casefold() == "at"), len(words))
    return words[:at], words[at + 1 :]


def _area(office: Facilitation, said: Sequence[str]) -> str:
    """The area that was meant, by its id or its name."""
    wanted = said[0] if said else ""
    known = office.programme.areas.values()
    return next((one.id for one in known if wanted.casefold() in (one.id, one.name.casefold())), wanted)
