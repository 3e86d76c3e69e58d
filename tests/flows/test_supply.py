"""An answer that the team brings later: for the question it was given to, and only where there is none yet."""

import pytest

from flows.definition import Flow
from flows.effects import Keep, Say, SetFact
from flows.engine import supply
from flows.events import Said
from flows.run import Answer, Run, RunState
from tests.builders import MONDAY, a_flow, a_step, text

FLOW = a_flow(
    a_step("top", "rank", "homes", "jobs", "parks", stores="profile.top"),
    a_step("how", "scale"),
    text("why"),
    a_step("bye", "info"),
)


def run(**answers: Answer) -> Run:
    return Run(id="r1", flow="chat", version="v1", state=RunState.FINISHED, step="why", answers=answers)


def said(words: str) -> Said:
    return Said(at=MONDAY, text=words, message="7")


def supplied(step: str, words: str, given: Run | None = None, flow: Flow = FLOW) -> list[object] | None:
    sprint = supply(flow, given or run(), step, said(words), {})
    return None if sprint is None else list(sprint.effects)


def test_the_answer_is_kept_as_if_it_had_been_typed_and_nothing_is_said() -> None:
    effects = supplied("top", "3 1")

    assert effects == [
        Keep(step="top", value=("parks", "homes"), at=MONDAY),
        SetFact(name="profile.top", value=("parks", "homes"), step="top"),
    ]
    assert not any(isinstance(one, Say) for one in effects or [])


def test_the_run_stays_where_it_is_and_knows_the_answer() -> None:
    sprint = supply(FLOW, run(), "how", said("4"), {})

    assert sprint is not None
    assert (sprint.run.state, sprint.run.step) == (RunState.FINISHED, "why")
    assert sprint.run.answers["how"].value == 4


def test_a_question_that_was_skipped_takes_the_answer() -> None:
    assert supplied("how", "4", run(how=Answer()))


@pytest.mark.parametrize(
    ("step", "words"),
    [("top", "well, let me think"), ("top", ""), ("how", "lots"), ("why", "because"), ("bye", "x"), ("gone", "x")],
)
def test_what_is_no_answer_changes_nothing(step: str, words: str) -> None:
    assert supplied(step, words) is None


def test_an_answer_that_is_there_stays() -> None:
    assert supplied("how", "4", run(how=Answer(value=2))) is None
