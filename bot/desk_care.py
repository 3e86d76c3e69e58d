"""The desk's commands about one person: /talk, /say, /done, and for safeguarding /cases, /case, /take, /close."""

from collections.abc import Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.facilitation import Facilitation, Mistake
from bot.messages import Outgoing
from bot.rights import Staff
from storage.cases import OUTCOMES, Case


class Say(Protocol):
    """A line of the template "staff"."""

    def __call__(self, block: str, **values: object) -> Outgoing:
        """The line, with these values."""


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    match words:
        case ["/talk", code_name]:
            member = await office.talk(who, code_name)
            return [say("talk_started", code_name=member.code_name)]
        case ["/say", code_name, *text] if text:
            await office.say(who, " ".join(text), code_name)
            return [say("talk_said", code_name=code_name)]
        case ["/done", *code_name]:
            member = await office.talk_done(who, code_name[0] if code_name else "")
            return [say("talk_done", code_name=member.code_name)]
        case ["/guardian", code_name, answer]:
            member = await office.guardian(who, code_name, answer.casefold())
            return [say("guardian_noted", code_name=member.code_name, answer=answer.casefold())]
        case ["/cases"]:
            found = await office.cases(who)
            return [say("case_line", **_facts(office, case)) for case in found] or [say("case_none")]
        case ["/case", number]:
            case = await office.case(who, _number(number))
            return [say("case", **_facts(office, case), cue=case.cue, text=case.words, outcomes=list(OUTCOMES))]
        case ["/take", number]:
            return await _take(say, office, who, number)
        case ["/close", number, outcome, *note]:
            return await _close(say, office, who, number, outcome, " ".join(note))
        case _:
            return []


async def pressed(say: Say, office: Facilitation, who: Staff, verb: str, number: str) -> list[Outgoing]:
    """A button under an alert."""
    match verb:
        case "take":
            return await _take(say, office, who, number)
        case "false":
            return await _close(say, office, who, number, "false_alarm", "")
        case _:
            return []


async def _take(say: Say, office: Facilitation, who: Staff, number: str) -> list[Outgoing]:
    case = await office.take_case(who, _number(number))
    return [say("case_taken", number=case.id)]


async def _close(say: Say, office: Facilitation, who: Staff, number: str, outcome: str, note: str) -> list[Outgoing]:
    case = await office.close_case(who, _number(number), outcome, note)
    return [say("case_closed", number=case.id, code_name=case.code_name, outcome=outcome)]


def _number(said: str) -> int:
    if not said.isdecimal():
        raise Mistake(f"“{said}” is no number of a case. See /cases.")
    return int(said)


def _facts(office: Facilitation, case: Case) -> dict[str, object]:
    area = office.programme.areas.get(case.area)
    return {
        "number": case.id,
        "level": case.level,
        "code_name": case.code_name,
        "area": area.name if area else "no area",
        "at": case.opened_at.astimezone(ZoneInfo((area or next(iter(office.programme.areas.values()))).zone)),
        "state": case.state,
        "by": case.closed_by or case.taken_by,
        "call": case.call,
    }
