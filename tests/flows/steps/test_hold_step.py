"""hold: the team leads; what people say meanwhile is kept."""

from datetime import timedelta

import pytest

from flows.effects import Keep, KeepPart, SetTimer
from flows.events import Timer
from flows.run import Answer, RunState
from flows.steps.base import BadField
from tests.builders import Dialogue, a_step, action, begun, text


def in_the_room(stage: int = 0) -> Dialogue:
    first, second = (a_step(f"wait_{n}", "hold", fields={"until": "room.stage", "at_least": str(n)}) for n in (1, 2))
    steps = (text("here"), first, text("recognise"), second, text("describe"))
    return begun(*steps, facts={"room.stage": stage}, nudge_after=timedelta(days=1))


def test_it_waits_for_the_team_and_reminds_nobody() -> None:
    chat = in_the_room().answer("yes")

    assert chat.lines == [["common:thanks_2", "wait_1"]]
    assert chat.all(SetTimer) == []
    assert chat.release().lines == [], "nothing was let go"
    assert chat.run.step == "wait_1"


def test_when_the_team_goes_on_so_does_the_dialogue() -> None:
    chat = in_the_room().answer("yes").release(room_stage=1)

    assert chat.lines == [["recognise"]]


def test_who_still_answers_is_not_held_afterwards() -> None:
    chat = in_the_room().release(room_stage=2)
    assert chat.lines == [], "the open question stays open"

    chat.answer("yes").answer("the houses")

    assert chat.run.step == "describe"


def test_words_that_come_meanwhile_are_kept_and_answered_once() -> None:
    chat = in_the_room().answer("yes").write("I know that street")

    assert chat.kept == ["I know that street"]
    assert [keep.step for keep in chat.all(Keep)] == ["wait_1"]
    assert chat.lines == [["common:hold_kept", "wait_1"]]

    chat.show("voice")

    assert [(part.step, part.first) for part in chat.all(KeepPart)] == [("wait_1", False)]
    assert chat.lines == []
    assert chat.run.answers["wait_1"] == Answer(value="text", gist="I know that street", parts=2, size=18)


def test_skip_does_not_lead_past_it_and_back_leads_to_the_question_before() -> None:
    chat = in_the_room().answer("yes").skip()
    assert chat.lines == [["wait_1"]]

    assert chat.back().run.step == "here"
    assert chat.answer("on my way").run.step == "wait_1"
    assert chat.release(room_stage=1).back().run.step == "here", "a wait is no question to go back to"


def test_coming_back_to_it_goes_on_if_the_team_has() -> None:
    chat = in_the_room().answer("yes")
    assert chat.resume(offer=True).lines == [["wait_1"]]

    chat.facts["room.stage"] = 1

    assert chat.resume().lines == [["recognise"]]


def test_it_can_wait_for_anything_to_be_known() -> None:
    held = a_step("wait", "hold", fields={"until": "profile.guardian"}, do=(action("plan"),))
    chat = begun(held, text("next"))

    assert chat.release(profile_guardian="no").lines == [["next"]]
    assert begun(held, text("next"), facts={"profile.guardian": "yes"}).run.step == "next"


def test_its_end_comes_as_for_any_other() -> None:
    chat = in_the_room().answer("yes")

    assert chat.ring(Timer.EXPIRE).state is RunState.EXPIRED


@pytest.mark.parametrize("fields", [{}, {"until": "stage"}, {"until": "room.stage", "at_least": "0"}])
def test_without_a_fact_there_is_nothing_to_wait_for(fields: dict[str, object]) -> None:
    with pytest.raises(BadField):
        a_step("wait", "hold", fields=fields)
