"""What a due deadline does: a run's timer rings, a prompt begins, a reminder goes out, a pause ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import care, heard, room, takeover, youth
from bot.turn import STAKEHOLDER, Turn
from flows.calendar import next_allowed
from flows.conditions import hold
from flows.definition import PARTICIPANTS, STAKEHOLDERS, Entry
from flows.events import Rang, Timer
from flows.gates import GATES, Missing
from storage.deadlines import Deadline

LATE = timedelta(hours=2)
"""After a longer outage the calendar is made again, so that late prompts do not come in a burst."""
BUSY = timedelta(hours=6)
"""An open question that was touched within this time is not talked over: the prompt waits."""
WAIT = timedelta(hours=1)


async def ring(turn: Turn, deadline: Deadline) -> None:
    """Let one due deadline have its effect, and settle it."""
    if deadline.kind == "timer":
        await _timer(turn, deadline)
    elif deadline.kind == "unpause":
        await _unpause(turn, deadline)
    elif deadline.kind == "alarm":
        await care.alarm(turn, deadline)
    elif deadline.kind == "talk":
        await takeover.over(turn, deadline)
    elif deadline.kind == "release":
        await _release(turn, deadline)
    elif deadline.kind == "words":
        await heard.give(turn, deadline)
    else:
        await _entry(turn, deadline)


async def _settle(turn: Turn, deadline: Deadline, state: str, reason: str = "") -> None:
    await turn.batch.records.settle(deadline, state, reason)


async def _timer(turn: Turn, deadline: Deadline) -> None:
    timer = Timer(deadline.key.rpartition(":")[2])
    ours = timer in (Timer.NUDGE, Timer.MOVED)  # of our own accord, not because of what they just did
    if ours and (allowed := _allowed(turn)) > turn.at:
        await turn.batch.records.postpone(deadline, allowed, "moved out of the quiet hours")
        return
    open_run = next((o for o in turn.scene.runs if o.run.id == deadline.run_id), None)
    if open_run and takeover.waits(turn, open_run):
        await turn.batch.records.postpone(deadline, turn.at + WAIT, "waits while the team talks to them")
        return
    await _settle(turn, deadline, "done")
    if open_run is None:
        return
    quiet = ours and not _may_write(turn)
    beneath = open_run is not turn.scene.runs[-1]
    if timer is Timer.MOVED and (quiet or beneath):
        return  # it is asked anew as soon as they come back to it
    await turn.play(open_run, Rang(at=turn.at, timer=timer, asked=deadline.asked), quietly=quiet or beneath)


async def _release(turn: Turn, deadline: Deadline) -> None:
    """The team lets a dialogue go on."""
    if deadline.key.startswith(f"{youth.KEY}:"):
        return await youth.decided(turn, deadline)
    reluctance = _why_not(turn, needs_consent=True)
    if not reluctance and _notice_is_old(turn):
        reluctance = "the person has not agreed to the new notice yet"
    return await room.led_on(turn, deadline, reluctance)


async def _unpause(turn: Turn, deadline: Deadline) -> None:
    await _settle(turn, deadline, "done")
    if turn.scene.person and turn.scene.person.state == "paused":
        await turn.act("unpause")


def _may_write(turn: Turn) -> bool:
    return not _why_not(turn, needs_consent=True)


def _why_not(turn: Turn, *, needs_consent: bool) -> str:
    """Why nothing may be sent to this person of our own accord, "" if it may."""
    person = turn.scene.person
    assert person is not None
    if person.state == "stopped":
        return "the person has left"
    if person.state == "paused":
        return "the person takes a break"
    if person.state == "joining":
        return "the person has not agreed to take part yet"
    if not person.reachable:
        return "the person has blocked the assistant"
    if needs_consent and person.facts.get("consent.remind") != "yes":
        return "the person did not agree to reminders"
    return ""


async def _entry(turn: Turn, deadline: Deadline) -> None:
    entry = _named(turn, deadline.key.partition(":")[2])
    if entry is None:
        await _settle(turn, deadline, "dropped", "the calendar has no such entry any more")
        return
    reason = _why_not(turn, needs_consent=_needs_consent(turn, entry))
    if reason:
        await _settle(turn, deadline, "missed", reason)
    elif deadline.expires_at and deadline.expires_at <= turn.at:
        await _settle(turn, deadline, "missed", _cut(_too_late(deadline), 200))
    elif turn.scene.talk:
        await turn.batch.records.postpone(deadline, turn.at + WAIT, "waits while the team talks to them")
    elif turn.at - deadline.due_at > LATE:
        await _plan_again(turn, deadline)
    elif (allowed := _allowed(turn)) > turn.at:
        await turn.batch.records.postpone(deadline, allowed, "moved out of the quiet hours")
    elif entry.counts and not await _has_room(turn):
        await _plan_again(turn, deadline)
    elif entry.flow:
        await _prompt(turn, deadline, entry)
    else:
        await _reminder(turn, deadline, entry)


def _too_late(deadline: Deadline) -> str:
    waited = deadline.reason.removeprefix("waits ")
    return "it was too late to be of use" + (f": it waited {waited}" if waited != deadline.reason else "")


def _needs_consent(turn: Turn, entry: Entry) -> bool:
    template = turn.batch.script.programme.broadcasts.get(entry.broadcast)
    return template is None or template.needs_consent


def _named(turn: Turn, entry_id: str) -> Entry | None:
    """An entry on the date of a commitment is there once for each: account:7."""
    name = entry_id.partition(":")[0]
    return next((e for e in turn.batch.script.programme.entries if e.id == name), None)


def _allowed(turn: Turn) -> datetime:
    zone = turn.batch.wording.area(turn.listener).zone
    person = turn.scene.person
    whom = STAKEHOLDERS if person and person.role == STAKEHOLDER else PARTICIPANTS
    return next_allowed(turn.at, zone, turn.batch.script.programme, whom=whom)


async def _has_room(turn: Turn) -> bool:
    """A prompt that had to wait overnight may meet the next one: nobody gets two a day for that."""
    person = turn.scene.person
    assert person is not None
    return await turn.batch.records.has_room(person)


async def _plan_again(turn: Turn, deadline: Deadline) -> None:
    """The prompt cannot go out now: it finds its new place among the others, or is shown as missed."""
    person = turn.scene.person
    assert person is not None
    await turn.batch.records.replan(person)
    await turn.batch.records.miss_if_due(deadline, turn.at - LATE, "we were not running at the time")


async def _prompt(turn: Turn, deadline: Deadline, entry: Entry) -> None:
    programme = turn.batch.script.programme
    flow = programme.flows[entry.flow]
    await turn.read(flow)
    if not hold(flow.needs, {}, turn.facts):
        await _settle(turn, deadline, "dropped", "it does not apply to this person")
    elif _notice_is_old(turn):
        await _ask_consent_again(turn, deadline)
    elif missing := await turn.closed(flow, prompted=True):
        await _wait_for_gate(turn, deadline, missing)
    elif turn.scene.runs and turn.at - turn.scene.runs[-1].touched_at < BUSY:
        await turn.batch.records.postpone(deadline, turn.at + WAIT, "waits for the open question")
    else:
        await _settle(turn, deadline, "done")
        for open_run in list(turn.scene.runs):
            turn.leave(open_run)
        await turn.begin(entry.flow, calendar=deadline.key.partition(":")[2])


async def _wait_for_gate(turn: Turn, deadline: Deadline, missing: Sequence[Missing]) -> None:
    """The prompt waits until the team has filled in what is missing. The team is told, once an area."""
    gate, area = missing[0].gate, turn.batch.wording.area(turn.listener)
    lacking = "; ".join(one.what for one in missing)
    reason = f"waits for gate {gate} ({GATES[gate]}): {lacking}"
    await turn.batch.records.postpone(deadline, turn.at + WAIT, _cut(reason, 200))
    note = f"{GATES[gate].capitalize()} cannot begin in {area.name} yet. See what is missing with: "
    note += f"reconvene gates show --area {area.id} --gate {gate}"
    await turn.batch.flush()
    if not await turn.batch.records.told_already(note):
        turn.batch.changes.task(
            {"participant_id": None, "kind": "stuck", "note": note, "receipt": "", "created_at": turn.at}
        )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _notice_is_old(turn: Turn) -> bool:
    person = turn.scene.person
    return person is not None and person.facts.get("consent.version") != turn.batch.script.programme.notice_version


async def _ask_consent_again(turn: Turn, deadline: Deadline) -> None:
    """The notice has changed: the next contact is the question whether the person still agrees."""
    await turn.batch.records.postpone(deadline, turn.at + WAIT, "waits for consent to the new notice")
    welcome = turn.own(turn.batch.script.programme.welcome)
    if any(o.run.flow == welcome for o in turn.scene.runs):
        return
    for open_run in list(turn.scene.runs):
        turn.leave(open_run)
    await turn.begin(welcome, entry="RECONSENT")


async def _reminder(turn: Turn, deadline: Deadline, entry: Entry) -> None:
    """A broadcast of the calendar goes to one person; it stands in the same ledger as those sent by hand."""
    person = turn.scene.person
    assert person is not None
    await _settle(turn, deadline, "done")
    delivery = await turn.batch.records.delivery(entry, person)
    turn.delivery = delivery
    turn.send(turn.batch.wording.broadcast(entry.broadcast, turn.locale, turn.values(), delivery))
