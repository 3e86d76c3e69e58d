"""Nobody is moved to a new version of a flow unless it says how; whoever is moved loses nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from flows.definition import RESTART, Flow, Move, Step
from flows.effects import KeepPart
from flows.events import Timer
from flows.moving import move, target
from flows.run import Run, RunState
from tests.builders import Dialogue, a_flow, begun, info, one_of, saved, text

OLD = a_flow(info("hello"), one_of("place", "park", "shop"), text("why"), one_of("who", "me", "us"), info("bye"))


def newer(*moves: tuple[str, str], steps: tuple[Step, ...] = (), **rest: Any) -> Flow:
    """The next version of OLD: "why" has become "reason"."""
    named = steps or (info("hello"), one_of("place", "park", "shop"), text("reason"), one_of("who", "me", "us"))
    return replace(a_flow(*named, **rest), version="v2", moves=tuple(Move(step=step, to=to) for step, to in moves))


def at_why() -> Dialogue:
    """Somebody who has answered one question and is asked the next."""
    return begun(*OLD.steps).tap("park")


def moved(dialogue: Dialogue, after: Flow) -> Dialogue:
    """The same person once the new version is live."""
    run = move(saved(dialogue.run), OLD, after)
    assert run is not None
    dialogue.flow, dialogue.run = after, run
    return dialogue


def test_without_a_move_for_their_step_people_stay() -> None:
    assert move(at_why().run, OLD, newer()) is None
    assert move(at_why().run, OLD, newer(("place", "place"))) is None


def test_a_move_takes_path_and_answers_along() -> None:
    run = moved(at_why(), newer(("why", "reason"))).run

    assert (run.version, run.step, run.path) == ("v2", "reason", ("place", "reason"))
    assert run.answers["place"].value == "park"
    assert saved(run) == run


def test_an_answer_counts_for_the_step_that_took_the_place_of_its_own() -> None:
    later = at_why().answer("It is quiet.")
    assert later.run.step == "who"

    run = moved(later, newer(("why", "reason"), ("who", "who"))).run

    assert run.path == ("place", "reason", "who")
    assert run.answers["reason"].gist == "It is quiet."


def test_an_answer_to_a_question_of_another_kind_counts_no_more() -> None:
    after = newer(("why", "why"), steps=(text("place"), text("why")))

    run = moved(at_why(), after).run

    assert "place" not in run.answers
    assert run.path == ("why",)


@pytest.mark.parametrize("what", ["write", "tap", "skip", "back", "resume", "ring"])
def test_whatever_comes_first_after_a_move_the_question_is_asked_anew(what: str) -> None:
    dialogue = moved(at_why(), newer(("why", "reason")))
    before = dialogue.run.asked
    acts: dict[str, Callable[[], object]] = {
        "write": lambda: dialogue.write("Because of the trees."),
        "tap": lambda: dialogue.tap("park", asked=before - 1),
        "skip": dialogue.skip,
        "back": dialogue.back,
        "resume": dialogue.resume,
        "ring": lambda: dialogue.ring(Timer.MOVED),
    }

    acts[what]()

    assert dialogue.lines == [["common:question_changed", "reason"]]
    assert not dialogue.run.moved
    assert dialogue.run.asked == before + 1
    assert dialogue.kept == (["Because of the trees."] if what == "write" else [])
    assert dialogue.answer("The trees").run.step == "who"


def test_a_label_that_somebody_types_is_no_answer_before_the_question_was_asked() -> None:
    dialogue = moved(begun(*OLD.steps), newer(("place", "who")))

    assert dialogue.choices == ()
    assert dialogue.write("me").all(KeepPart)[0].step == "who"
    assert dialogue.keys == ["me", "us"]


@pytest.mark.parametrize("timer", [Timer.NUDGE, Timer.GATHER])
def test_an_older_timer_says_nothing_after_a_move(timer: Timer) -> None:
    dialogue = moved(at_why(), newer(("why", "reason")))

    assert dialogue.ring(timer).effects == ()
    assert dialogue.run.moved


def test_a_moved_run_still_closes_in_its_time() -> None:
    dialogue = moved(at_why(), newer(("why", "reason")))

    assert dialogue.ring(Timer.EXPIRE).state is RunState.EXPIRED
    assert not dialogue.run.moved


def test_restart_begins_again_with_what_was_answered_known() -> None:
    dialogue = moved(at_why(), newer(("why", RESTART)))

    dialogue.resume()

    assert dialogue.lines == [["common:question_changed", "hello"], ["place"]]
    assert dialogue.run.path == ("place",)
    assert dialogue.run.answers["place"].value == "park"


def test_restart_goes_back_to_the_entry_it_began_at() -> None:
    old = a_flow(text("one"), text("two"), entries={"STOP": "two"})
    run = Dialogue(flow=old).begin("STOP").run

    found = move(run, old, replace(newer(("two", RESTART), steps=(text("one"), text("two")))))

    assert found is not None
    assert found.step == "two"


def test_whoever_is_in_the_middle_of_an_answer_stays() -> None:
    assert move(at_why().write("Because").run, OLD, newer(("why", "reason"))) is None


def test_a_run_that_is_over_stays_as_it_is() -> None:
    over = replace(at_why().run, state=RunState.LEFT)

    assert move(over, OLD, newer(("why", "reason"))) is None


def test_the_same_move_is_not_made_twice() -> None:
    first, second = newer(("why", "reason"), ("who", "who")), replace(newer(("why", "reason"), ("who", "who")))
    second = replace(second, version="v3")
    waiting = Run(id="r", flow="chat", version="v2", step="who")

    assert target(waiting, OLD, first) == "who"
    assert target(waiting, first, second) == ""
