"""Whatever a person or a timer does, in any order, the engine holds its promises."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.definition import Operator, Option
from flows.effects import Ended, Flaw, Keep, KeepPart, Say, SetTimer
from flows.engine import advance, open_choices
from flows.events import Begun, Edited, Event, Rang, Released, Resumed, Said, Showed, Skipped, Tapped, Timer, WentBack
from flows.run import Fact, Media, Run, RunState
from flows.steps.base import pick
from flows.walk import OFFER, WAYS_OUT
from tests.builders import MONDAY, a_flow, a_step, action, branch, info, one_of, saved, text, when

FLOW = a_flow(
    info("hello"),
    text("good_day", {"photo": "yes"}),
    one_of(
        "check",
        Option(key="team"),
        Option(key="nobody", goto="again"),
        Option(key="young", goto="bye", do=(action("forget"),)),
        required=True,
    ),
    text("name", {"short": "30"}, stores="profile.name"),
    text("deep", {"probes": "2"}),
    text("line", {"reading_age": "11"}),
    a_step("when", "date"),
    a_step(
        "shapes",
        "multi",
        "income",
        "homes",
        "food",
        fields={"most": "2", "rotate": "yes", "other": "yes", "unsure": "yes"},
    ),
    text("shapes_other", when=when("shapes", Operator.IN, "other")),
    a_step(
        "assets", "number", fields={"to": "50"}, branches=(branch("assets", Operator.AT_LEAST, "40", goto="share"),)
    ),
    a_step("say", "scale"),
    one_of("patch", options_from="neighbourhoods", stores="profile.patch"),
    a_step("c_media", "confirm", stores="consent.media"),
    a_step("top", "rank", "income", "homes", "food", fields={"most": "2"}),
    a_step("pin", "location"),
    a_step("photo", "photo"),
    a_step("adult", "contact"),
    a_step("vote", "vote", options_from="statements"),
    a_step("review", "chain", fields={"links": ["check", "good_day", "photo"]}),
    a_step("wait_1", "hold", fields={"until": "room.stage", "at_least": "1"}),
    a_step("share", "share"),
    a_step("wait_2", "hold", fields={"until": "room.stage", "at_least": "2"}),
    info("bye", goto="end", do=(action("plan"),)),
    info("again", goto="check"),
    nudge_after=timedelta(days=1),
    expires_after=timedelta(days=5),
    entries={
        name: name for name in ("check", "name", "shapes", "assets", "say", "patch", "share", "top", "vote", "review")
    },
)
FACTS: dict[str, Fact] = {
    "neighbourhoods": (("docks", "Docks"), ("old_town", "Old Town")),
    "statements": (("s1", "More buses"), ("s2", "Less")),
    "room.stage": 1,
}
KEYS = sorted(
    {option.key for step in FLOW.steps for option in step.options}
    | {
        "done",
        "skip",
        "human",
        "team",
        "group",
        "me",
        "tell_more",
        "next",
        "as_it_is",
        "carry_on",
        "start_again",
        "leave",
        "yes",
        "no",
        "3",
        "docks",
        "?",
    }
)
TYPED = [
    "1",
    "2",
    "4",
    "5",
    "1 3",
    "12",
    "99",
    "yes",
    "done",
    "skip",
    "human",
    "leave",
    "The bus",
    "agree",
    "53.7, -0.3",
    "07700 900123",
    "x" * 2100,
]
WORDS = st.one_of(st.sampled_from(TYPED), st.text(min_size=1))
MEDIA = st.builds(Media, kind=st.sampled_from(["voice", "photo", "video", "location"]), reference=st.just("f"))
WHEN = st.just(MONDAY)
ASKED = st.integers(-1, 12)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Said, at=WHEN, text=WORDS, message=st.uuids().map(str)),
    st.builds(Tapped, at=WHEN, asked=ASKED, key=st.sampled_from(KEYS)),
    st.builds(Showed, at=WHEN, media=MEDIA, message=st.just("v")),
    st.builds(Rang, at=WHEN, timer=st.sampled_from([Timer.GATHER, Timer.NUDGE]), asked=ASKED),
    st.sampled_from(
        [
            Begun(at=MONDAY),
            Skipped(at=MONDAY),
            WentBack(at=MONDAY),
            Released(at=MONDAY),
            Resumed(at=MONDAY),
            Resumed(at=MONDAY, offer=True),
            Edited(at=MONDAY, text="new", message="m1"),
        ]
    ),
)
STEPS = st.lists(st.tuples(EVENTS, st.integers(-8, 8)), max_size=30)
"""An event, and where it is aimed: below zero as drawn, else at the open prompt and, for a tap, at that button."""
LAST = st.sampled_from([None, Rang(at=MONDAY, timer=Timer.EXPIRE, asked=0)])


def aimed(event: Event, at: int, run: Run) -> Event:
    """Point a tap or a timer at what is open: random numbers seldom get far into a flow."""
    match event:
        case Tapped() if at >= 0:
            keys = [choice.key for choice in open_choices(FLOW, run, FACTS)] or ["done"]
            return Tapped(at=event.at, asked=run.asked, key=keys[at % len(keys)])
        case Rang() if at >= 0:
            return Rang(at=event.at, timer=event.timer, asked=run.asked)
    return event


def check_words_survive(event: Event, before: Run, after: Run, effects: Sequence[object]) -> None:
    """A text is kept, or it decided something: an answer, or what the offer asked."""
    if not isinstance(event, Said) or before.state is not RunState.WAITING or not before.step or not event.text.strip():
        return
    kept = any(isinstance(effect, KeepPart) and effect.text == event.text for effect in effects)
    decided = any(isinstance(effect, Keep) for effect in effects)
    button = pick(open_choices(FLOW, before, FACTS), event.text)
    pressed = button is not None and button.key in {choice.key for choice in OFFER} | set(WAYS_OUT)
    one_part = before.picked != after.picked  # a vote on one line of several, a step of changing a chain
    assert kept or decided or pressed or one_part


@settings(max_examples=400, deadline=None)
@given(
    steps=STEPS,
    last=LAST,
    seed=st.integers(0, 9),
    gather=st.sampled_from([0, 8]),
    entry=st.sampled_from(["", *FLOW.entries]),
)
def test_any_sequence_of_events_keeps_the_promises(
    steps: list[tuple[Event, int]], last: Event | None, seed: int, gather: int, entry: str
) -> None:
    run = Run(id="r", flow=FLOW.id, version=FLOW.version, seed=seed)
    script = [(Begun(at=MONDAY, entry=entry), 0), *steps, *([(last, 0)] if last else [])]
    for drawn, at in script:
        before = saved(run)
        event = aimed(drawn, at, before)

        sprint = advance(FLOW, before, event, FACTS, gather=timedelta(seconds=gather))
        run = sprint.run

        assert advance(FLOW, before, event, FACTS, gather=timedelta(seconds=gather)) == sprint
        assert run.asked >= before.asked
        assert saved(run) == run
        check_words_survive(event, before, run, sprint.effects)
        check_state(before, run, sprint.effects)


def check_state(before: Run, run: Run, effects: Sequence[object]) -> None:
    """Waiting at a known question, or over for good; every question carries the number that is now open."""
    ended = [effect for effect in effects if isinstance(effect, Ended)]
    assert not any(isinstance(effect, Flaw) for effect in effects)
    assert len(run.path) == len(set(run.path))
    if run.state is RunState.WAITING:
        assert ended == []
        assert run.step in (*run.path[-1:], "wait_2"), "a wait is no question to go back to"
    else:
        assert before.state is not RunState.WAITING or ended == [Ended(state=run.state)]
        assert not run.gathering
        assert not run.offering
    asked = [effect.asked for effect in effects if isinstance(effect, Say) and effect.asked]
    assert asked in ([], [run.asked])
    assert all(effect.asked == run.asked for effect in effects if isinstance(effect, SetTimer))


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "end", ""]), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_any_ways_through_a_flow_come_to_rest(gotos: list[str], asks: list[bool]) -> None:
    names = ("a", "b", "c", "d")
    flow = a_flow(
        *((text if ask else info)(name, goto=goto) for name, ask, goto in zip(names, asks, gotos, strict=True))
    )

    sprint = advance(flow, Run(id="r", flow=flow.id, version=flow.version), Begun(at=MONDAY), {})

    assert sprint.run.state in (RunState.WAITING, RunState.FINISHED, RunState.PARKED)
    assert len(sprint.effects) <= 52
