"""Safety: what is done when words ask for care. The signpost comes first, before anything else is said or kept.

A red case hands the dialogue to the people who answer for safeguarding: nothing of the programme is sent, no question
is asked, until one of them has closed it. What the person writes meanwhile belongs to the case.
"""

from datetime import timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot import guests
from bot.messages import Choice, Outgoing
from bot.turn import Turn
from bot.wording import Values
from flows.calendar import next_allowed
from flows.events import Resumed
from flows.loading_signposts import shipped
from flows.safety import Level, Verdict, judge
from flows.signposts import fitting
from flows.words import normalise
from storage import cases, deadlines, facilitators, talks
from storage.cases import Case
from storage.deadlines import Deadline
from storage.facilitators import GUARDIANS, YOUTH, Facilitator
from storage.scenes import Person, Place
from storage.talks import Talk

SAFE_TO_CALL: Final = {"yes": "option__yes", "text": "option__text_only", "no": "option__please_dont"}
IN_NEED: Final = {"ok": "option__im_ok", "call": "option__want_call"}
PATIENT: Final = 4
"""After so many alerts they come by the hour."""
HOUR: Final = timedelta(hours=1)
NOTHING: Final[Values] = MappingProxyType({})


async def heed(turn: Turn, text: str) -> bool:
    """Look at words before anything else does. True: they belong to a case, and go no further."""
    if turn.scene.person and turn.scene.person.role == "guest":
        return await guests.heed(turn, text)
    verdict = judge(text, turn.batch.script.safety)
    if verdict is None:
        return await _typed(turn, text) if turn.scene.talk else False
    if verdict.level is Level.RED:
        await _red(turn, verdict, text)
        return True
    if turn.scene.talk is None:
        await _point_out(turn, verdict)
    return False


def stranger(turn: Turn, text: str) -> bool:
    """Somebody we do not know is in danger: they get the numbers to call. Nothing is kept."""
    verdict = judge(text, turn.batch.script.safety)
    if verdict is None or verdict.level is not Level.RED:
        return False
    turn.urgent = turn.farewell = True
    turn.impersonal("safety_stranger")
    return True


async def _red(turn: Turn, verdict: Verdict, text: str) -> None:
    """1 keep the words in the case · 2 stop what is queued · 3 the numbers to call · 4 tell those who answer for it."""
    person, conn = turn.scene.person, turn.batch.conn
    assert person is not None
    turn.urgent = True
    await turn.batch.flush()
    case, fresh = await cases.hear(conn, person, verdict.level, verdict.cue, text, turn.at)
    if fresh:
        turn.scene.talk = await talks.begin(conn, person.id, kind=talks.SAFETY, by=person.code_name, now=turn.at)
        point_out(turn, case.id, verdict.level, verdict.topic)
        await alert(turn, case, 1)
        await deadlines.call(conn, person.id, f"alarm:{case.id}", "alarm", turn.at + _patience(turn))
        turn.batch.changes.note(at=turn.at, who="safety", action="case_opened", subject=str(case.id))
        return
    turn.say("safety_red_again")
    if turn.scene.talk and turn.scene.talk.facilitator_id:
        await pass_on(turn, text)


async def _point_out(turn: Turn, verdict: Verdict) -> None:
    """Somebody is in need, or named others: say so once a day. Their words go on to where they were meant for."""
    person = turn.scene.person
    assert person is not None
    await turn.batch.flush()
    case, fresh = await cases.hear(turn.batch.conn, person, verdict.level, verdict.cue, "", turn.at)
    if not fresh:
        return
    point_out(turn, case.id, verdict.level, verdict.topic)
    if verdict.level is Level.NOTE:
        await cases.close(turn.batch.conn, case, outcome="carried_on", by="safety", now=turn.at)
        return
    turn.task("callback", f"in need: case {case.id}; on the next working day at the latest")
    if person.facts.get("profile.youth") == "yes":
        await _tell_youth_lead(turn, case)


async def _tell_youth_lead(turn: Turn, case: Case) -> None:
    """Somebody who is not 18 yet is in need: whoever looks after them is told at once, else the safeguarding lead."""
    there = await facilitators.working(turn.batch.conn, case.area)
    leads = [place for member, place in there if member.duty == YOUTH]
    area = turn.batch.script.programme.areas[case.area].name
    for place in leads or [place for member, place in there if member.duty in GUARDIANS]:
        turn.tell(place, "youth_amber", code_name=case.code_name, area=area, number=case.id)


def point_out(turn: Turn, case: int, level: Level, topic: str) -> None:
    """What is said at once when words ask for care."""
    if level is Level.NOTE:
        turn.say("safety_names")
    elif level is Level.RED:
        turn.send(_asking(turn, case, "safety_red", SAFE_TO_CALL))
    else:
        turn.send(_asking(turn, case, "safety_amber", IN_NEED, _signposts(turn, topic)))


def _signposts(turn: Turn, topic: str) -> Values:
    """One signpost near this person, if the programme has one, and one for the whole country, both for this need."""
    known, person = turn.batch.script.programme.signposts, turn.listener.person
    near = fitting(known, topic, person.area, local=True)
    national = next(found for whom in (known, shipped()) if (found := fitting(whom, topic, person.area, local=False)))
    return {"near": near.told(topic) if near else None, "national": national.told(topic)}


def _asking(turn: Turn, case: int, block: str, options: dict[str, str], more: Values = NOTHING) -> Outgoing:
    """A signpost, and the question under it."""
    zone = turn.batch.wording.area(turn.listener).zone
    back = next_allowed(turn.at, zone, turn.batch.script.programme)
    closed = {"team_back": back.astimezone(ZoneInfo(zone))} if back > turn.at else {}
    said = turn.batch.wording.common(block, turn.locale, {**turn.values(), **closed, **more})
    labels = {key: turn.batch.wording.common(label, turn.locale, turn.values()).text for key, label in options.items()}
    choices = tuple(Choice(token=f"c.{case}.{key}", label=label) for key, label in labels.items())
    return Outgoing(text=said.text, choices=choices)


# ── what the person answers ────────────────────────────────────────────────────────────────────────────────────
async def tapped(turn: Turn, number: str, key: str) -> None:
    """A button under a signpost. It only ever touches the person's own case."""
    case = await cases.find(turn.batch.conn, int(number)) if number.isdecimal() else None
    mine = case is not None and turn.scene.person is not None and case.participant_id == turn.scene.person.id
    if case is None or not mine or case.state == "closed":
        turn.say("already")
    elif case.level == Level.RED and key in SAFE_TO_CALL:
        await _safe_to_call(turn, case, key)
    elif case.level == Level.AMBER and key in IN_NEED:
        await _need(turn, case, key)
    else:
        turn.say("already")


async def _safe_to_call(turn: Turn, case: Case, key: str) -> None:
    """The answer binds the team: it is told at once."""
    await cases.answer(turn.batch.conn, case, key)
    turn.urgent = True
    turn.say("safety_call_noted", answer=key)
    for _, place in (await _guardians(turn, case))[0]:
        turn.tell(place, "safety_call", code_name=case.code_name, number=case.id, answer=key)


async def _need(turn: Turn, case: Case, key: str) -> None:
    if case.call:
        turn.say("already")
        return
    if key == "ok":
        await cases.close(turn.batch.conn, case, outcome="carried_on", by=case.code_name, now=turn.at)
        turn.say("safety_carry_on")
    else:
        await cases.answer(turn.batch.conn, case, "yes")
        turn.task("callback", f"asked for a call: case {case.id}")
        turn.say("human_asked")
    if turn.scene.runs and turn.goes_on():
        await turn.play(turn.scene.runs[-1], Resumed(at=turn.at))


async def _typed(turn: Turn, text: str) -> bool:
    """The answer to "is it safe to call you?", typed as it stands on the button, or by its number."""
    person, wording = turn.scene.person, turn.batch.wording
    assert person is not None
    case = await cases.open_for(turn.batch.conn, person.id, Level.RED)
    if case is None or case.call:
        return False
    for number, (key, label) in enumerate(SAFE_TO_CALL.items(), 1):
        shown = wording.common(label, turn.locale, turn.values()).text
        if normalise(text) in (str(number), key, normalise(shown)):
            await _safe_to_call(turn, case, key)
            return True
    return False


def parties(turn: Turn) -> tuple[Person, Talk]:
    """The person of this turn, and the talk that is open with them."""
    assert turn.scene.person is not None
    assert turn.scene.talk is not None
    return turn.scene.person, turn.scene.talk


async def pass_on(turn: Turn, text: str) -> None:
    """More from somebody with an open case: to whoever talks to them, by a chat that only they see."""
    person, talk = parties(turn)
    place = await facilitators.place_of(turn.batch.conn, talk.facilitator_id) if talk.facilitator_id else None
    if place:
        turn.tell(place, "talk_line", code_name=person.code_name, text=text)


async def keep(turn: Turn, text: str) -> None:
    """What somebody in danger writes goes to their case, and nowhere else."""
    person, talk = parties(turn)
    case = await cases.open_for(turn.batch.conn, person.id, Level.RED)
    if case:
        await cases.add_words(turn.batch.conn, case, text, turn.at)
    await pass_on(turn, text)
    if not talk.facilitator_id:
        turn.say("safety_kept")


# ── the team ───────────────────────────────────────────────────────────────────────────────────────────────────
async def alarm(turn: Turn, deadline: Deadline) -> None:
    """Nobody has taken the case up in time: tell them again, and from the second time on the whole team of the area."""
    case = await cases.find(turn.batch.conn, int(deadline.key.partition(":")[2]))
    if case is None or case.state != "open":
        await deadlines.settle(turn.batch.conn, [deadline.id], "done", "", turn.at)
        return
    turn.urgent = True
    rounds = await cases.alerted(turn.batch.conn, case)
    await alert(turn, case, rounds)
    wait = _patience(turn) if rounds < PATIENT else max(HOUR, _patience(turn))
    await deadlines.postpone(turn.batch.conn, deadline.id, turn.at + wait, "nobody has taken the case up yet")


async def alert(turn: Turn, case: Case, rounds: int) -> None:
    """Tell those who answer for safeguarding: who and where, never what was said."""
    guardians, others = await _guardians(turn, case)
    area = turn.batch.script.programme.areas[case.area].name
    for _, place in guardians:
        token = f"s.case.{{}}.{case.id}"
        choices = (
            Choice(token=token.format("take"), label=turn.batch.wording.staff("button_take").text),
            Choice(token=token.format("false"), label=turn.batch.wording.staff("button_false_alarm").text),
        )
        known = {"code_name": case.code_name, "number": case.id, "area": area, "rounds": rounds, "call": case.call}
        turn.tell(place, "safety_alert", choices, minutes=turn.batch.script.programme.red_minutes, **known)
    if rounds > 1 or not guardians:
        for _, place in others:
            turn.tell(place, "safety_waits", number=case.id, area=area, guardians=len(guardians))
    if not guardians and not others and rounds == 1:
        turn.task("callback", f"safeguarding case {case.id}: see reconvene safety list")


Told = list[tuple[Facilitator, Place]]


async def _guardians(turn: Turn, case: Case) -> tuple[Told, Told]:
    """Of those who work in the area: the safeguarding lead and deputies, and the others."""
    there = await facilitators.working(turn.batch.conn, case.area)
    guards = [one for one in there if one[0].duty in GUARDIANS]
    return guards, [one for one in there if one not in guards]


def _patience(turn: Turn) -> timedelta:
    return timedelta(minutes=turn.batch.script.programme.red_minutes)
