"""What a message from a platform means for the person who sent it: words, taps, voices, codes, edits."""

from typing import assert_never

from msgspec.structs import replace

from bot import care, home_page, joining, listening, mailbox, room, takeover
from bot.messages import (
    Broken,
    Command,
    Content,
    Deleted,
    Edit,
    Form,
    Opened,
    Reachable,
    Shown,
    Start,
    Tap,
    Unsupported,
    Words,
)
from bot.plainness import judged
from bot.said import keys_in
from bot.turn import STAKEHOLDER, Turn
from flows import effects, events
from flows.conditions import hold
from flows.definition import Flow, Step
from flows.engine import open_choices
from flows.run import Media, RunState
from flows.signs import signs
from flows.steps.registry import kinds
from flows.words import normalise, universal
from storage import mine, outbox, scenes
from storage.scenes import OpenRun

LONGEST_LIST = 200
IN_THE_CHAT = ("SKIP", "BACK", "DONE", "START", "MENU", "MAILBOX")
"""Words about the conversation in hand; all others are answered by the flow of people's rights."""
ALWAYS_HEARD = ("MY_DATA", "DELETE", "WHO", "COMPLAIN", "HELP", "HUMAN", "STOP", "NEW_PHONE")
"""Words that work although the person has left."""


async def hear(turn: Turn, content: Content) -> None:
    """Take one message into the dialogue."""
    if isinstance(content, Opened):
        await home_page.show(turn)
        return
    if isinstance(content, Command):
        content = _typed(content.text)
    if turn.scene.person is None:
        await _stranger(turn, content)
        return
    _note_heard(turn)
    if turn.scene.person.role == "guest":
        heard = await mailbox.hear(turn, content)
        if heard is None:
            return
        content = heard
    elif mailbox.asked_for(turn, content):
        await mailbox.known(turn)
        return
    match content:
        case Words():
            if not await turn.batch.heed(turn, content.text):
                await _words(turn, content)
        case Start():
            known = await joining.known(turn, content.code)
            if not known and not await takeover.hear(turn, Words(text="/start", message=""), "START"):
                await _greet(turn)
        case Tap():
            await _tap(turn, content.token)
        case Shown() if turn.scene.talk:
            await _shown_to_the_team(turn, content)
        case Shown():
            await _shown(turn, content)
        case Edit():
            if not await turn.batch.heed(turn, content.text):
                edit = effects.RevisePart(message=content.message, text=content.text, at=turn.at)
                turn.batch.changes.revise(turn.scene.person, edit)
        case Deleted():
            await _taken_back(turn, content.message)
        case Form():
            await _form(turn, content)
        case Unsupported():
            turn.say("unsupported", what=content.what)
        case Reachable():
            await _reachable(turn, yes=content.yes)
        case Broken() | Command() | Opened():
            pass
        case _:
            assert_never(content)


async def _shown(turn: Turn, content: Shown) -> None:
    """A voice note or a photo, and what is written below it."""
    if content.caption and await turn.batch.heed(turn, content.caption):
        return
    media = Media(kind=content.kind, reference=content.reference, seconds=content.seconds)
    await _open_answer(turn, events.Showed(at=turn.at, media=media, message=content.message))
    if content.caption:
        await _open_answer(turn, events.Said(at=turn.at, text=content.caption, message=content.message))


def _typed(text: str) -> Content:
    """What stands behind the platform's command for us: `join CODE` is a code, all else as if it were written."""
    verb, _, code = text.partition(" ")
    if verb.casefold() == "join" and code.strip():
        return Words(text=code.strip(), message="")
    return Words(text=text, message="") if text else Start()


def _note_heard(turn: Turn) -> None:
    assert turn.scene.person is not None
    turn.scene.person = replace(turn.scene.person, last_heard_at=turn.at, reachable=True)
    turn.batch.changes.heard(turn.scene.person)


async def _stranger(turn: Turn, content: Content) -> None:
    """Somebody we do not know: a code opens the door, everything else is told how to get one. Nothing is kept."""
    if isinstance(content, Words) and care.stranger(turn, content.text):
        return
    if mailbox.asked_for(turn, content):
        await mailbox.begin(turn, content)
        return
    code = {Start: getattr(content, "code", ""), Words: getattr(content, "text", "")}.get(type(content), "")
    quiet = isinstance(content, Reachable | Broken | Deleted)
    if code and await joining.join(turn, code):
        return
    if isinstance(content, Unsupported) and content.what == "group":
        turn.farewell = True
        turn.impersonal("group_chat")
    elif isinstance(content, Tap):  # a button of a conversation that is over
        turn.farewell = True
        turn.impersonal("already")
    elif not quiet:
        turn.farewell = True
        block = "unknown_code" if isinstance(content, Start) and content.code else "no_code"
        turn.impersonal(block, mailbox.door(turn))


async def _reachable(turn: Turn, *, yes: bool) -> None:
    """Platform permission is a state of its own: coming back to the platform is not coming back to the programme."""
    person = turn.scene.person
    assert person is not None
    turn.scene.person = replace(person, reachable=yes)
    turn.batch.changes.person(turn.scene)
    if not yes:
        await turn.batch.flush()
        await outbox.cancel_for(turn.batch.conn, person.id, turn.at)
    if not yes and person.role != "guest":
        turn.batch.changes.note(at=turn.at, who=person.code_name, action="blocked")


# ── words ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def _words(turn: Turn, said: Words) -> None:
    assert turn.scene.person is not None
    word = _word(turn, said.text) or _home(turn, said.text)
    if turn.scene.talk and await takeover.hear(turn, said, word):
        pass
    elif turn.scene.person.state == "stopped":
        await _after_leaving(turn, said, word)
    elif word:
        await _universal(turn, said, word)
    elif await joining.known(turn, said.text.strip()):
        pass
    else:
        await _plain(turn, said)


def _word(turn: Turn, text: str) -> str:
    """The universal word this is; one that the programme has no answer for is an answer like any other."""
    word = universal(text, turn.batch.script.words)
    rights = turn.batch.script.programme.flows[turn.batch.script.programme.rights]
    return word if word in IN_THE_CHAT or word in rights.entries else ""


def _home(turn: Turn, text: str) -> str:
    """Stakeholders see where they stand with HOME, too. To participants it is an answer like any other."""
    person = turn.scene.person
    at_work = person is not None and person.role == STAKEHOLDER
    return "MENU" if at_work and normalise(text) == "home" else ""


async def _after_leaving(turn: Turn, said: Words, word: str) -> None:
    """A person who has left stays left until they say in so many words that they want to come back."""
    if word == "START":
        await _service(turn, "REJOIN")
    elif word in ALWAYS_HEARD:
        await _service(turn, word)
    elif turn.scene.runs:
        await _plain(turn, said)
    else:
        turn.say("stopped_note")


async def _universal(turn: Turn, said: Words, word: str) -> None:
    rights = turn.batch.script.programme.flows[turn.batch.script.programme.rights]
    top = turn.scene.runs[-1] if turn.scene.runs else None
    if word == "START" and turn.scene.person and turn.scene.person.state == "paused" and word in rights.entries:
        await _service(turn, word)
    elif word in ("START", "MENU"):
        await _greet(turn)
    elif word in rights.entries:
        await _service(turn, word)
    elif top and word == "SKIP":
        await turn.play(top, events.Skipped(at=turn.at))
    elif top and word == "BACK":
        await turn.play(top, events.WentBack(at=turn.at))
    elif top and word == "DONE":
        await turn.play(top, events.Tapped(at=turn.at, asked=top.run.asked, key="done"))
    elif top:
        await _plain(turn, said)
    else:
        await _greet(turn)


async def _service(turn: Turn, word: str) -> None:
    """Answer a right at once, above whatever is open; an unfinished answer about another right gives way."""
    rights = turn.batch.script.programme.rights
    for open_run in [o for o in turn.scene.runs if o.run.flow == rights]:
        turn.leave(open_run)
    await turn.begin(rights, entry=word)


async def _greet(turn: Turn) -> None:
    """Somebody says hello, or opens the chat again: go on where we were, or show what can be done here."""
    assert turn.scene.person is not None
    if turn.scene.person.state == "stopped":
        turn.say("stopped_note")
    elif turn.scene.runs:
        await turn.play(turn.scene.runs[-1], events.Resumed(at=turn.at, offer=True))
    elif await room.enter(turn):
        pass
    elif turn.batch.script.programme.menu:
        await turn.begin(turn.batch.script.programme.menu)


async def _plain(turn: Turn, said: Words) -> None:
    top = turn.scene.runs[-1] if turn.scene.runs else None
    labels = await labels_of(turn, top, said.text) if top else {}
    key = labels.get(normalise(said.text), "")
    if top and key:
        await turn.play(top, events.Tapped(at=turn.at, asked=top.run.asked, key=key))
    elif top and listening.typed(turn, top, said.text):
        pass
    else:
        text = as_keys(turn, top, labels, said.text) if top else said.text
        found = signs(said.text, turn.batch.script.signs, turn.batch.script.openings)
        heard = events.Said(at=turn.at, text=text, message=said.message, signs=found)
        await _open_answer(turn, judged(heard, _step(turn, top), turn.locale) if top else heard)


async def _shown_to_the_team(turn: Turn, shown: Shown) -> None:
    """While people talk, only words are passed on."""
    turn.say("talk_words_only")
    if shown.caption and not await turn.batch.heed(turn, shown.caption):
        await _words(turn, Words(text=shown.caption, message=shown.message))


async def _open_answer(turn: Turn, event: events.Said | events.Showed) -> None:
    """To the open question; when nothing is open, it is a thought of its own."""
    assert turn.scene.person is not None
    if turn.scene.runs:
        await turn.play(turn.scene.runs[-1], event)
    elif turn.scene.person.state == "stopped":
        turn.say("stopped_note")
    else:
        await _thought(turn, event)


async def _thought(turn: Turn, event: events.Said | events.Showed) -> None:
    thought = turn.open(_flow(turn, turn.batch.script.programme.thought))
    await turn.play(thought, events.Begun(at=turn.at), quietly=True)
    await turn.play(thought, event)


async def _form(turn: Turn, form: Form) -> None:
    """What was written on a sheet is the answer to its question; once that is over, it is a thought of its own."""
    assert turn.scene.person is not None
    turn.batch.arrived.append(form.token)
    text = "\n\n".join(value for value in form.fields.values() if value.strip())
    if not text or await turn.batch.heed(turn, text):
        return
    asked = [f"r.{one.run.id}.{one.run.asked}" for one in turn.scene.runs[-1:]]
    late = form.token.startswith("r.") and form.token not in asked
    if late and turn.scene.person.state != "stopped" and not turn.scene.talk:
        found = signs(text, turn.batch.script.signs, turn.batch.script.openings)
        await _thought(turn, events.Said(at=turn.at, text=text, message=form.message, signs=found))
    else:
        await _words(turn, Words(text=text, message=form.message))


async def _taken_back(turn: Turn, message: str) -> None:
    """A message was deleted: so are its words, wherever they stand. That there was one stays."""
    assert turn.scene.person is not None
    await turn.batch.flush()
    part = await mine.take_back(turn.batch.conn, turn.scene.person.id, message, turn.at)
    for open_run in turn.scene.runs:
        if part and open_run.run.id == part.run_id:
            open_run.run = mine.without(open_run.run, part)
            turn.batch.changes.run(open_run, turn.scene.person.id)


def _flow(turn: Turn, flow_id: str) -> Flow:
    return turn.batch.script.programme.flows[flow_id]


async def labels_of(turn: Turn, open_run: OpenRun, text: str) -> dict[str, str]:
    """What stands on the open buttons, normalised, and their keys; nothing for a text that is too long to be labels."""
    flow = turn.batch.script.flow(open_run.run.version)
    await turn.read(flow, open_run)
    choices = open_choices(flow, open_run.run, turn.facts)
    if not choices or len(text) > LONGEST_LIST:
        return {}
    values = turn.values()
    labels = {c.key: turn.batch.wording.label(c, flow.version, turn.locale, values) for c in reversed(choices)}
    return {normalise(label): key for key, label in labels.items()}


def _step(turn: Turn, open_run: OpenRun) -> Step | None:
    flow = turn.batch.script.flow(open_run.run.version)
    return next((step for step in flow.steps if step.id == open_run.run.step), None)


def as_keys(turn: Turn, open_run: OpenRun, labels: dict[str, str], text: str) -> str:
    """Where several may be picked, "Homes, food" is the same as tapping both: their keys. Else the text as it is."""
    step = _step(turn, open_run)
    kind = step.kind if step else ""
    if not labels or kind not in kinds() or not kinds()[kind].several:
        return text
    return " ".join(keys_in(labels, text)) or text


# ── taps ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def _tap(turn: Turn, token: str) -> None:
    """A token names run, question and option. It only ever touches runs and broadcasts of the person who pressed."""
    kind, _, rest = token.partition(".")
    if kind == "r" and rest.count(".") >= 2:
        run_id, asked, key = rest.split(".", 2)
        turn.batch.arrived.append(f"r.{run_id}.{asked}")
        await _tap_run(turn, run_id, int(asked) if asked.isdecimal() else -1, key)
    elif kind == "c" and rest.count("."):
        await care.tapped(turn, *rest.split(".", 1))
    elif kind == "b" and rest.count(".") >= 1:
        delivery, key = rest.split(".", 1)
        await _tap_broadcast(turn, int(delivery) if delivery.isdecimal() else -1, key)
    elif kind == "a":
        await listening.tapped(turn, rest)
    elif kind == "f" and rest in turn.batch.script.programme.flows:
        await _tap_flow(turn, rest)
    else:
        turn.say("already")


async def _tap_run(turn: Turn, run_id: str, asked: int, key: str) -> None:
    top = turn.scene.runs[-1] if turn.scene.runs else None
    if takeover.waits(turn, top):
        turn.say("talk_waits")
    elif top and top.run.id == run_id:
        await turn.play(top, events.Tapped(at=turn.at, asked=asked, key=key))
    else:
        turn.say("expired" if await _ran_out(turn, run_id) else "already")


async def _ran_out(turn: Turn, run_id: str) -> bool:
    """Whether this was a conversation of theirs that closed before it was finished."""
    assert turn.scene.person is not None
    state = await scenes.state_of(turn.batch.conn, run_id, turn.scene.person.id)
    return state in (RunState.EXPIRED, RunState.LEFT)


async def _tap_flow(turn: Turn, flow_id: str) -> None:
    """A message of the team opens a flow, above whatever is open, as long as there is still reason for it."""
    assert turn.scene.person is not None
    flow = _flow(turn, flow_id)
    await turn.read(flow)
    wanted = turn.scene.person.state == "active" and not flow.service and hold(flow.needs, {}, turn.facts)
    if not wanted or await turn.closed(flow) or any(one.run.flow == flow_id for one in turn.scene.runs):
        turn.say("already")
    else:
        await turn.begin(flow_id)


async def _tap_broadcast(turn: Turn, delivery: int, key: str) -> None:
    assert turn.scene.person is not None
    template = await joining.delivered(turn, delivery)
    meant = turn.batch.script.programme.broadcasts.get(template)
    options = meant.options if meant else ()
    option = next((o for o in options if o.key == key), None)
    if option is None:
        turn.say("already")
        return
    turn.batch.changes.reply(delivery, turn.scene.person, key, turn.at)
    turn.say("thanks_1")
    for action in option.do:
        await turn.act(action.name, action.argument)
