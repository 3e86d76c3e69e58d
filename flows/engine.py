"""The engine: carry a run as far as one event takes it. Pure; all it wants done goes out as effects.

It knows of no step kind by name. A question reacts to what it hears (`flows.steps`), the walk leads on (`flows.walk`).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final, assert_never

from flows.definition import Flow, Step
from flows.effects import ClearTimer, Do, Keep, Line, RevisePart, Sprint
from flows.events import Begun, Edited, Event, Rang, Released, Resumed, Said, Showed, Skipped, Tapped, Timer, WentBack
from flows.run import ADULTS_ONLY, RECORDED, Answer, Facts, Run, RunState
from flows.steps.base import Accepted, Again, Continue, Missed, Question, common, pick, unread
from flows.walk import OFFER, WAYS_OUT, Flawed, Walk, chosen, kind_of, open_choices, place_of

__all__ = ["advance", "at_question", "open_choices", "supply"]

GATHER: Final = timedelta(seconds=8)


def advance(flow: Flow, run: Run, event: Event, facts: Facts, *, gather: timedelta = GATHER) -> Sprint:
    """What becomes of the run, and what it wants done.

    Never raises for anything a person or a timer can do; an event that does not fit the run's state changes nothing.
    DONE comes as a tap on "done" at the open prompt. A label somebody typed comes as a tap on its choice.
    """
    if isinstance(event, Edited):
        return Sprint(run=run, effects=(RevisePart(message=event.message, text=event.text, at=event.at),))
    if run.state is not RunState.WAITING or isinstance(event, Begun) is bool(run.step):
        return Sprint(run=run)
    walk = Walk(flow=flow, run=run, facts=facts, at=event.at)
    try:
        if run.moved and not (isinstance(event, Rang) and event.timer is Timer.EXPIRE):
            _ask_anew(walk, event)
        else:
            _take(walk, event, gather)
    except Flawed as flaw:
        walk.park(str(flaw), event)
    return Sprint(run=walk.run, effects=tuple(walk.effects))


def at_question(run: Run, step: Step) -> Run:
    """The run as if this question were open in it, and nothing had been said to it yet."""
    return replace(run, state=RunState.WAITING, step=step.id, misses=0, gathering=False, offering=False, picked=())


def supply(flow: Flow, run: Run, step_id: str, said: Said, facts: Facts) -> Sprint | None:
    """Give a question the answer that it never got, wherever the run is by now. Nothing is said, and nowhere gone.

    None when these words are no answer to it, or it has one, or it takes whatever is said.
    """
    step = next((step for step in flow.steps if step.id == step_id), None)
    before = run.answers.get(step_id)
    if step is None or not kind_of(step).waits or (before is not None and before.value is not None):
        return None
    kind, asked = kind_of(step), at_question(run, step)
    question = Question(flow=flow, step=step, run=asked, facts=facts)
    asked = replace(asked, picked=kind.begin(question))
    reaction = kind.react(replace(question, run=asked), said)
    if not isinstance(reaction, Accepted):
        return None
    walk = Walk(flow=flow, run=run, facts=facts, at=said.at)
    walk.record(step, reaction)
    return Sprint(run=walk.run, effects=tuple(walk.effects))


def _take(walk: Walk, event: Event, gather: timedelta) -> None:
    match event:
        case Begun():
            _begin(walk, event)
        case Said():
            _listen(walk, event, gather)
        case Tapped():
            _press(walk, event, gather)
        case Showed():
            _look(walk, event, gather)
        case Skipped():
            _skip(walk)
        case WentBack():
            _go_back(walk)
        case Resumed():
            _resume(walk, event)
        case Rang():
            _ring(walk, event)
        case Released():
            _look_again(walk)
        case Edited():
            pass
        case _:
            assert_never(event)


def _ask_anew(walk: Walk, event: Event) -> None:
    """The flow was published anew: before anything else its question is asked. What the person just said is kept."""
    if isinstance(event, Rang) and event.timer is not Timer.MOVED:
        return
    walk.effects.extend(unread(event, walk.run.step))
    walk.effects.append(ClearTimer(timer=Timer.MOVED))
    walk.lead = (common("question_changed"),)
    walk.run = replace(walk.run, moved=False)
    place, step = walk.here()
    if walk.run.path:
        walk.arrive(step)
    else:
        walk.follow(place)


def _begin(walk: Walk, event: Begun) -> None:
    flow = walk.flow
    entry = flow.entries.get(event.entry, "") if event.entry else ""
    place = place_of(flow, entry) if entry else 0
    if place < len(flow.steps):
        walk.run = replace(walk.run, began=flow.steps[place].id)
    walk.follow(place)
    if flow.expires_after is not None and walk.run.state is RunState.WAITING:
        walk.set_timer(Timer.EXPIRE, event.at + flow.expires_after)


def _listen(walk: Walk, event: Said, gather: timedelta) -> None:
    """While we ask whether to carry on, an answer to the question itself carries on too."""
    found = pick(OFFER, event.text) if walk.run.offering else None
    if found is not None:
        return _choose(walk, found.key)
    return _hear(walk, event, gather)


def _press(walk: Walk, event: Tapped, gather: timedelta) -> None:
    """Only a button of the open question counts, but on any of its prompts."""
    run = walk.run
    if run.offering and event.asked == run.asked:
        return _choose(walk, event.key)
    if not run.since <= event.asked <= run.asked:
        return walk.state(common("already"))
    return _hear(walk, event, gather)


def _look(walk: Walk, event: Showed, gather: timedelta) -> None:
    _, step = walk.here()
    if event.media.kind in RECORDED and walk.facts.get("consent.media") == "no":
        return walk.state(common("no_media"))
    young = event.media.kind in ADULTS_ONLY and walk.facts.get("profile.youth") == "yes"
    if young or not kind_of(step).takes(walk.question(step), event.media.kind):
        return walk.state(common("no_photo"))
    return _hear(walk, event, gather)


def _choose(walk: Walk, key: str) -> None:
    """Carry on, start again, or leave it for now."""
    match key:
        case "carry_on":
            walk.repeat()
        case "start_again":
            walk.run = replace(walk.run, path=())
            walk.follow(place_of(walk.flow, walk.run.began) if walk.run.began else 0)
        case "leave":
            _settle(walk)
            walk.end(RunState.LEFT)
        case _:
            walk.state(common("already"))


def _hear(walk: Walk, event: Said | Showed | Tapped, gather: timedelta) -> None:
    """Let the open question react."""
    _, step = walk.here()
    reaction = kind_of(step).react(walk.question(step), event)
    match reaction:
        case Accepted():
            if walk.run.gathering:
                walk.effects.append(ClearTimer(timer=Timer.GATHER))
            _accept(walk, reaction, asks=walk.run.gathering)
        case Continue():
            _go_on_listening(walk, event, reaction, gather)
        case Again():
            if walk.run.gathering and reaction.run and not reaction.run.gathering:
                walk.effects.append(ClearTimer(timer=Timer.GATHER))
            _again(walk, reaction)
        case Missed() if isinstance(event, Tapped):
            _press_in_vain(walk, event.key)
        case Missed():
            _miss(walk, step, event)


def _go_on_listening(walk: Walk, event: Said | Showed | Tapped, reaction: Continue, gather: timedelta) -> None:
    """More of an answer may come: wait for it a little, unless there is nothing to wait for."""
    walk.run = replace(reaction.run, offering=False) if reaction.run.offering else reaction.run
    walk.effects.extend(reaction.effects)
    if reaction.redraw:
        walk.redraw()
    if not walk.run.gathering or isinstance(event, Tapped):
        return
    if gather and reaction.more:
        walk.set_timer(Timer.GATHER, event.at + gather)
    else:
        _close(walk)


def _press_in_vain(walk: Walk, key: str) -> None:
    """A button that is no answer: a way out, DONE before anything was said, or a leftover."""
    match key:
        case "skip":
            _skip(walk)
        case "human":
            walk.effects.append(Do(action="ask_human"))
            walk.state(common("human_asked"))
        case "done":
            walk.repeat()
        case _:
            walk.state(common("already"))


def _miss(walk: Walk, step: Step, event: Said | Showed) -> None:
    """Not understood: keep it and ask again in simpler words; from the second time on with the ways out.

    What was spoken is understood by the team, who write it down; it is no miss.
    """
    found = pick(open_choices(walk.flow, walk.run, walk.facts), event.text) if isinstance(event, Said) else None
    if found is not None and found.key in WAYS_OUT:
        return _press_in_vain(walk, found.key)
    walk.effects.extend(unread(event, step.id))
    if isinstance(event, Showed) and event.media.kind in RECORDED:
        return walk.repeat(common("voice_kept"))
    again = () if walk.run.misses else (Line(block=f"{step.id}__again", optional=True),)
    return walk.repeat(common("not_understood"), *again, missed=True)


def _again(walk: Walk, reaction: Again) -> None:
    walk.effects.extend(reaction.effects)
    walk.run = reaction.run or walk.run
    walk.repeat(*reaction.lines)


def _accept(walk: Walk, answer: Accepted, *, asks: bool = False) -> None:
    """Record the answer, do what it asks for, and go on. `asks`: unless the question has more to ask first."""
    place, step = walk.here()
    more = kind_of(step).linger(walk.question(step), answer) if asks else None
    if more is not None:
        return _again(walk, more)
    walk.record(step, answer)
    for option in chosen(step, answer.value):
        walk.do(option.do)
    walk.do(step.do)
    walk.lead = answer.lines
    return walk.leave_step(place, step, answer.value)


def _so_far(walk: Walk) -> Accepted | None:
    """The answer that an open question has so far."""
    _, step = walk.here()
    reaction = kind_of(step).react(walk.question(step), Rang(at=walk.at, timer=Timer.GATHER, asked=walk.run.asked))
    return reaction if isinstance(reaction, Accepted) else None


def _close(walk: Walk) -> None:
    """Enough gathered: what there is, is the answer."""
    answer = _so_far(walk)
    if answer is not None:
        _accept(walk, answer, asks=True)


def _settle(walk: Walk) -> None:
    """The run ends here: keep what there is of an answer, without going on."""
    answer = _so_far(walk)
    if answer is not None:
        _, step = walk.here()
        walk.record(step, answer)


def _stop_gathering(walk: Walk) -> None:
    walk.effects.append(ClearTimer(timer=Timer.GATHER))
    _close(walk)


def _skip(walk: Walk) -> None:
    """Go on without an answer. What was given before stays: a half-told answer, or the one gone back to."""
    if walk.run.gathering:
        return _stop_gathering(walk)
    place, step = walk.here()
    if kind_of(step).holds:
        return walk.repeat()
    so_far = _so_far(walk) if kind_of(step).keeps else None
    if so_far is not None:
        return _accept(walk, so_far)
    before = walk.run.answers.get(step.id)
    value = before.value if before else None
    if step.required and value is None:
        return walk.repeat(common("required"))
    if value is None:
        walk.effects.append(Keep(step=step.id, value=None, at=walk.at))
        walk.remember(step, Answer())
    walk.lead = (common("skipped"),)
    return walk.leave_step(place, step, value)


def _go_back(walk: Walk) -> None:
    """The question before, with its answer; that answer stays until a new one comes."""
    if walk.run.gathering:
        walk.effects.append(ClearTimer(timer=Timer.GATHER))
    behind = [step for step in walk.run.path if step != walk.run.step]
    before = behind[-1] if behind else walk.run.step
    step = walk.flow.steps[place_of(walk.flow, before)]
    walk.lead = _earlier(walk, step)
    walk.arrive(step)


def _earlier(walk: Walk, step: Step) -> tuple[Line, ...]:
    """The answer given before: its beginning, or the labels or keys that were chosen."""
    answer = walk.run.answers.get(step.id)
    if answer is None or answer.value is None:
        return ()
    if answer.parts:
        return (common("earlier_answer", ("answer", answer.gist)),) if answer.gist else ()
    if isinstance(answer.value, int):
        return (common("earlier_answer", ("answer", answer.value)),)
    keys = (answer.value,) if isinstance(answer.value, str) else answer.value
    labels = {found.key: found.label for found in kind_of(step).choices(walk.question(step))}
    shown = ", ".join(labels.get(key) or key for key in keys)
    return (common("earlier_answer", ("answer", shown), ("keys", " ".join(keys))),)


def _resume(walk: Walk, event: Resumed) -> None:
    if walk.run.gathering:
        return _stop_gathering(walk)
    _, step = walk.here()
    if kind_of(step).holds:
        return None if _look_again(walk) else walk.repeat()
    return walk.offer() if event.offer else walk.repeat()


def _look_again(walk: Walk) -> bool:
    """Where the run waits for the team, go on if the team has let it."""
    place, step = walk.here()
    kind = kind_of(step)
    if not kind.holds or kind.applies(walk.question(step)):
        return False
    walk.do(step.do)
    walk.leave_step(place, step, None)
    return True


def _ring(walk: Walk, event: Rang) -> None:
    """A timer that is fenced by a prompt does nothing once another one is open."""
    run = walk.run
    in_time = event.asked == run.asked
    match event.timer:
        case Timer.GATHER if in_time and run.gathering:
            _close(walk)
        case Timer.NUDGE if in_time and not run.nudged and not run.gathering:
            walk.run = replace(run, nudged=True)
            walk.repeat(common("nudge"))
        case Timer.EXPIRE:
            _settle(walk)
            walk.end(RunState.EXPIRED)
