"""The desk's commands about what people wrote for others: /moderate their statements, /questions and their replies."""

from collections.abc import Sequence

from bot.desk_care import Say
from bot.export import spoken
from bot.facilitation import Facilitation, Mistake, Question
from bot.facilitation.exchange import REASONS, words_mark
from bot.messages import Choice, Outgoing
from bot.rights import Staff
from storage.statements import Statement

VERBS = {"reword": "reword", "hold": "held"}
QUESTIONS = 5
"""Questions in one look."""


async def command(say: Say, office: Facilitation, who: Staff, words: Sequence[str]) -> list[Outgoing]:
    """What to answer; nothing when it is none of these commands."""
    match words:
        case ["/moderate"]:
            return [await _next(say, office, who)]
        case ["/reword" | "/hold" as verb, id, *reason] if reason:
            return await _keep_back(say, office, who, verb[1:], id, " ".join(reason))
        case ["/questions"]:
            return await _questions(say, office, who)
        case ["/reply", id, *said] if said:
            return await _reply(say, office, who, id, " ".join(said))
        case _:
            return []


async def pressed(say: Say, office: Facilitation, who: Staff, parts: Sequence[str]) -> list[Outgoing]:
    """A button under a statement. It judges only the words that it was shown under."""
    match parts:
        case [verb, id, mark, *why]:
            statement = await _waiting(office, who, id)
            if statement is None or words_mark(statement) != mark:
                return [say("moderate_changed"), await _next(say, office, who)]
        case _:
            return []
    match verb, why:
        case "approve", []:
            judged = await office.approve_statement(who, id)
            return [say("moderated", state=judged.state, text=judged.text), await _next(say, office, who)]
        case "reword" | "hold", []:
            return [_ask_why(say, statement, verb)]
        case "reword" | "hold", [reason] if reason in REASONS:
            return await _keep_back(say, office, who, verb, id, say(f"reason_{reason}").text)
        case _:
            return []


# ── statements ─────────────────────────────────────────────────────────────────────────────────────────────────
async def _next(say: Say, office: Facilitation, who: Staff) -> Outgoing:
    """The oldest statement that nobody has looked at, with what can be done about it."""
    found = await office.statements(who, state="waiting")
    if not found:
        return say("moderate_none")
    one = found[0]
    area = office.programme.areas[one.area].name
    message = say("moderate", area=area, text=one.text, waiting=len(found), id=one.id)
    choices = tuple(
        Choice(token=f"s.mod.{verb}.{one.id}.{words_mark(one)}", label=say(f"button_{verb}").text)
        for verb in ("approve", *VERBS)
    )
    return Outgoing(text=message.text, choices=choices)


def _ask_why(say: Say, statement: Statement, verb: str) -> Outgoing:
    message = say("moderate_why", state=VERBS[verb], verb=verb, id=statement.id, text=statement.text)
    choices = tuple(
        Choice(
            token=f"s.mod.{verb}.{statement.id}.{words_mark(statement)}.{reason}",
            label=say(f"button_why_{reason}").text,
        )
        for reason in REASONS
    )
    return Outgoing(text=message.text, choices=choices)


async def _keep_back(say: Say, office: Facilitation, who: Staff, verb: str, id: str, reason: str) -> list[Outgoing]:
    judge = office.reword_statement if verb == "reword" else office.hold_statement
    judged = await judge(who, id, reason)
    return [say("moderated", state=judged.state, text=judged.text), await _next(say, office, who)]


async def _waiting(office: Facilitation, who: Staff, id: str) -> Statement | None:
    found = await office.statements(who, state="waiting")
    return next((one for one in found if one.id == id), None)


# ── questions ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _questions(say: Say, office: Facilitation, who: Staff) -> list[Outgoing]:
    """The oldest questions that nobody has answered."""
    found = await office.questions(who, open_only=True)
    shown = [_question(say, office, one, len(found)) for one in found[:QUESTIONS]]
    return shown or [say("question_none")]


def _question(say: Say, office: Facilitation, one: Question, waiting: int) -> Outgoing:
    area = office.programme.areas[one.asked.area].name
    known = {"id": one.asked.id, "code_name": one.asked.code_name, "text": spoken(one.asked)}
    return say("question", area=area, waiting=waiting, **known)


async def _reply(say: Say, office: Facilitation, who: Staff, id: str, said: str) -> list[Outgoing]:
    role, colon, text = said.partition(":")
    if not colon:
        raise Mistake("Say who replies and then what, like: /reply NUMBER Head of transport: From May on.")
    question = await office.answer_question(who, id, replied_by=role, text=text)
    return [say("question_done", area=office.programme.areas[question.asked.area].name)]
