"""What a script may ask for outside the dialogue; the names are in `flows.actions`."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot import answering, own_data, room, takeover, youth
from bot.batch import Act
from bot.turn import Turn
from flows.rooms import wave_of
from flows.run import Value
from storage import attendance, erasure, invites, mailbox, mine, statements
from storage.rows import new_id


def _change(turn: Turn, *, state: str | None = None, **facts: Value) -> None:
    person = turn.scene.person
    assert person is not None
    turn.scene.person = replace(person, state=state or person.state, facts={**person.facts, **facts})
    turn.batch.changes.person(turn.scene)


async def _plan(turn: Turn, _: str) -> None:
    person = turn.scene.person
    assert person is not None
    await turn.batch.flush()
    turn.scene.next_due = await turn.batch.records.replan(person)


async def _join(turn: Turn, _: str) -> None:
    await _unpause(turn, "")


async def _stop(turn: Turn, _: str) -> None:
    """Opt out: everything planned or queued is cancelled in this transaction; only this turn's goodbye follows."""
    person = turn.scene.person
    assert person is not None
    _change(turn, state="stopped")
    for open_run in turn.scene.runs[:-1]:
        turn.leave(open_run)
    await turn.batch.flush()
    await takeover.drop(turn)
    await turn.batch.records.leave(person)
    turn.batch.changes.note(at=turn.at, who=person.code_name, action="stop")


async def _pause(turn: Turn, argument: str) -> None:
    person = turn.scene.person
    assert person is not None
    until = None
    if argument == "week":
        until = turn.at + timedelta(days=7)
    elif argument == "workshop":
        ahead = [w.starts_at for (area, _), w in turn.batch.workshops.items() if area == person.area]
        until = min((at - timedelta(days=1) for at in ahead if at > turn.at), default=None)
    turn.scene.person = replace(person, state="paused", paused_until=until)
    turn.batch.changes.person(turn.scene)
    zone = ZoneInfo(turn.batch.wording.area(turn.listener).zone)
    turn.extra["paused_until"] = until.astimezone(zone) if until else None
    if until:
        turn.batch.changes.unpause_at(person, until)


async def _unpause(turn: Turn, _: str) -> None:
    person = turn.scene.person
    assert person is not None
    turn.scene.person = replace(person, state="active", paused_until=None)
    turn.batch.changes.person(turn.scene)
    await _plan(turn, "")


async def _forget(turn: Turn, _: str) -> None:
    await _remove(turn, receipt="")


async def _erase(turn: Turn, _: str) -> None:
    receipt = new_id(10).upper()
    turn.extra["receipt"] = receipt
    await _remove(turn, receipt=receipt)


async def _post(turn: Turn, _: str) -> None:
    """Only somebody who is a guest has anything to post."""
    if turn.scene.person and turn.scene.person.role == "guest":
        await close_mailbox(turn)


async def close_mailbox(turn: Turn) -> None:
    """What a guest said goes into the mailbox; nothing else of them is kept."""
    person = turn.scene.person
    assert person is not None
    await turn.batch.flush()
    await mailbox.close(turn.batch.conn, person.id, today(turn))
    await dissolve(turn)


def today(turn: Turn) -> date:
    """The date where the programme is."""
    area = next(iter(turn.batch.script.programme.areas.values()))
    return turn.at.astimezone(ZoneInfo(area.zone)).date()


async def dissolve(turn: Turn) -> None:
    """A guest is nobody any more: not even that they were here is kept."""
    person = turn.scene.person
    assert person is not None
    assert turn.listener
    await turn.batch.flush()
    await erasure.dissolve(turn.batch.conn, person.id, turn.at, instead="a guest")
    _gone(turn)


async def _remove(turn: Turn, *, receipt: str) -> None:
    person = turn.scene.person
    assert person is not None
    assert turn.listener  # what was known stays in hand for the goodbye
    await turn.batch.flush()
    await turn.batch.records.erase(person, receipt)
    _gone(turn)


async def _keep_nameless(turn: Turn, _: str) -> None:
    person = turn.scene.person
    assert person is not None
    assert turn.listener
    await turn.batch.flush()
    await turn.batch.records.forget_contact(person)
    _gone(turn)


def _gone(turn: Turn) -> None:
    turn.scene.person, turn.scene.name, turn.scene.contact_id = None, "", None
    turn.scene.runs.clear()
    turn.farewell = True
    turn.batch.erased = True


async def _ask_human(turn: Turn, argument: str) -> None:
    """With no reason given they want a person now; with one, it is for later."""
    turn.task("callback", argument or "asked in the chat")
    if not argument:
        await takeover.ask(turn)


async def _flag(turn: Turn, argument: str) -> None:
    turn.task("look", argument)


async def _access(turn: Turn, argument: str) -> None:
    turn.task("access", await _words(turn, argument))


async def _complain(turn: Turn, argument: str) -> None:
    turn.extra["receipt"] = new_id(8).upper()
    turn.task("complaint", await _words(turn, argument), str(turn.extra["receipt"]))


async def _words(turn: Turn, step: str) -> str:
    """What the person wrote at a step of the run in hand."""
    if not turn.scene.runs:
        return ""
    await turn.batch.flush()
    return await turn.batch.records.words(turn.scene.runs[-1].run.id, step or turn.last_kept)


async def _show_data(turn: Turn, _: str) -> None:
    turn.send(own_data.shown(turn.batch.script, await _own(turn), turn.locale, turn.values()))


async def _export_data(turn: Turn, _: str) -> None:
    for message in own_data.copies(turn.batch.script, await _own(turn), turn.locale, turn.values()):
        turn.send(message)


async def _own(turn: Turn) -> mine.OwnData:
    person = turn.scene.person
    assert person is not None
    await turn.batch.flush()
    return await mine.everything(turn.batch.conn, person.id)


async def _withdraw_last(turn: Turn, _: str) -> None:
    person = turn.scene.person
    assert person is not None
    await turn.batch.flush()
    turn.extra["withdrawn"] = await mine.withdraw_last(turn.batch.conn, person.id, turn.at)
    turn.batch.recordings = True


async def _new_phone(turn: Turn, _: str) -> None:
    person = turn.scene.person
    assert person is not None
    await turn.batch.flush()
    turn.extra["code"] = await invites.rejoin(turn.batch.conn, person.id, turn.at)


async def _begin(turn: Turn, argument: str) -> None:
    turn.follow_on.append(argument)


async def _submit_statement(turn: Turn, step: str) -> None:
    """Only words can be put to others; what was spoken is written down by the team."""
    person, open_run = turn.scene.person, turn.scene.runs[-1]
    assert person is not None
    place = {"run_id": open_run.run.id, "step": step}
    text = await _words(turn, step)
    if text.strip():
        await statements.submit(turn.batch.conn, person.area, text, turn.at, author=person.id, **place)


async def _cast_votes(turn: Turn, _: str) -> None:
    person, run = turn.scene.person, turn.scene.runs[-1].run
    assert person is not None
    answer = run.answers.get(turn.last_kept)
    cast = answer.value if answer and isinstance(answer.value, tuple) else ()
    votes = {id: vote for id, _, vote in (one.partition(":") for one in cast)}
    await statements.vote(turn.batch.conn, person.id, votes, turn.at)


async def _attend(turn: Turn, state: str) -> None:
    """In their own words; that somebody has left early is for the team to say."""
    person, wave = turn.scene.person, wave_of(turn.batch.script.programme, turn.scene.runs[-1].run.flow)
    assert person is not None
    if wave and turn.scene.attendance.get(wave) not in (state, "left_early"):
        await attendance.mark(turn.batch.conn, [person.id], wave, state, by=person.code_name, now=turn.at)
        turn.scene.attendance[wave] = state
        await _plan(turn, "")


ACTS: Final[Mapping[str, Act]] = {
    "forget": _forget,
    "join": _join,
    "plan": _plan,
    "stop": _stop,
    "keep_nameless": _keep_nameless,
    "erase": _erase,
    "pause": _pause,
    "unpause": _unpause,
    "ask_human": _ask_human,
    "flag": _flag,
    "complain": _complain,
    "access": _access,
    "show_data": _show_data,
    "export_data": _export_data,
    "withdraw_last": _withdraw_last,
    "new_phone": _new_phone,
    "submit_statement": _submit_statement,
    "cast_votes": _cast_votes,
    "post": _post,
    "attend": _attend,
    "pulse": room.feel_the_pulse,
    "youth": youth.begin,
    "guardian": youth.ask_guardian,
    "begin": _begin,
    **answering.ACTS,
}
