"""The engine, told as dialogues. The run travels to storage and back before every event."""

from datetime import timedelta

import pytest

from flows.definition import Operator, Option
from flows.effects import ClearTimer, Do, Ended, Flaw, Keep, KeepPart, RevisePart, Say, SetFact, SetTimer
from flows.events import Timer
from flows.run import RunState
from tests.builders import MONDAY, Dialogue, a_flow, a_step, action, begun, branch, info, one_of, text, when

DAY = timedelta(days=1)


def test_statements_are_passed_through_to_the_first_question() -> None:
    chat = begun(info("hello"), info("purpose"), text("good_day"), text("hard_day"))

    assert chat.lines == [["hello"], ["purpose"], ["good_day"]]
    assert [say.asked for say in chat.all(Say)] == [0, 0, 1]
    assert chat.run.step == "good_day"


def test_a_flow_of_statements_ends_at_once() -> None:
    chat = begun(info("bye", do=(action("ask_human", "call"),)), expires_after=DAY, nudge_after=DAY)

    assert chat.state is RunState.FINISHED
    assert chat.effects[0] == Do(action="ask_human", argument="call")
    assert chat.effects[-1] == Ended(state=RunState.FINISHED)
    assert not [*chat.all(SetTimer), *chat.all(ClearTimer)]


def test_a_flow_without_steps_ends() -> None:
    assert begun().state is RunState.FINISHED


def test_a_flow_begins_at_the_entry_of_a_universal_word() -> None:
    flow = a_flow(info("menu"), text("stop"), entries={"STOP": "stop"})

    assert Dialogue(flow).begin("STOP").lines == [["stop"]]
    assert Dialogue(flow).begin("UNHEARD_OF").lines == [["menu"], ["stop"]]


def test_the_rotated_thanks_begin_whatever_comes_next() -> None:
    steps = (text("a"), info("note"), text("b"))

    thanks = [begun(*steps, seed=seed).answer("Quiet").lines for seed in range(3)]

    assert {lines[0][0] for lines in thanks} == {"common:thanks_1", "common:thanks_2", "common:thanks_3"}
    assert all(lines[0][1:] == ["note"] and lines[1] == ["b"] for lines in thanks)


def test_the_last_answer_is_thanked_even_when_nothing_follows() -> None:
    chat = begun(text("a")).answer("Quiet")

    assert chat.lines == [["common:thanks_2"]]
    assert chat.state is RunState.FINISHED


def test_an_option_goes_first_then_branches_then_the_step_then_the_next() -> None:
    steps = (
        one_of(
            "pick",
            Option(key="own", goto="by_option"),
            "branch",
            "plain",
            branches=(
                branch("pick", Operator.IS, "own", goto="by_branch"),
                branch("pick", Operator.IS, "branch", goto="by_branch"),
            ),
            goto="by_step",
        ),
        text("next"),
        text("by_option"),
        text("by_branch"),
        text("by_step"),
    )

    assert [begun(*steps).tap(key).run.step for key in ("own", "branch", "plain")] == [
        "by_option",
        "by_branch",
        "by_step",
    ]


def test_a_step_whose_condition_does_not_hold_is_passed_over() -> None:
    steps = (
        one_of("like", "yes", "no"),
        text("why", when=when("like", Operator.IS, "no"), goto="end"),
        text("more"),
    )

    assert begun(*steps).tap("yes").run.step == "more"
    assert begun(*steps).tap("no").run.step == "why"
    assert begun(*steps).skip().run.step == "more"


def test_a_fact_just_learned_counts_for_the_next_condition() -> None:
    chat = begun(
        a_step("c_media", "confirm", stores="consent.media"),
        info("no_photos", when=when("consent.media", Operator.IS, "no")),
        text("a"),
    )

    chat.tap("no")

    assert chat.all(SetFact) == [SetFact(name="consent.media", value="no", step="c_media")]
    assert chat.lines == [["no_photos"], ["a"]]


def test_actions_of_the_option_come_before_those_of_the_step() -> None:
    chat = begun(one_of("age", Option(key="young", do=(action("forget"),), goto="end"), do=(action("plan"),)))

    chat.tap("young")

    assert chat.all(Do) == [Do(action="forget"), Do(action="plan")]
    assert chat.state is RunState.FINISHED


def test_a_late_tap_is_told_so_and_changes_nothing() -> None:
    chat = begun(one_of("a", "x", "y"), one_of("b", "x", "y")).tap("x", asked=1)
    before = chat.run

    chat.tap("y", asked=1)

    assert chat.lines == [["common:already"]]
    assert chat.run == before


@pytest.mark.parametrize("asked", [-1, 0, 3, 99])
def test_a_tap_on_a_prompt_that_never_was_is_not_taken(asked: int) -> None:
    chat = begun(one_of("a", "x", "y")).write("what?")

    chat.tap("x", asked=asked)

    assert chat.lines == [["common:already"]]


def test_an_earlier_prompt_of_the_open_question_still_counts() -> None:
    chat = begun(one_of("a", "x", "y"), text("b")).write("what?").write("eh?")

    chat.tap("y", asked=1)

    assert chat.value("a") == "y"
    assert chat.run.step == "b"


def test_not_understood_asks_again_in_simpler_words_then_offers_the_ways_out() -> None:
    chat = begun(one_of("a", "x", "y"))

    first = chat.write("what?").all(Say)[0]
    assert chat.kept == ["what?"]
    second = chat.write("eh?").all(Say)[0]

    assert [line.block for line in first.lines] == ["not_understood", "a__again", "a"]
    assert first.lines[1].optional
    assert first.numbered
    assert [choice.key for choice in first.choices] == ["x", "y"]
    assert [line.block for line in second.lines] == ["not_understood", "a"]
    assert [choice.key for choice in second.choices] == ["x", "y", "skip", "human"]
    assert second.asked == first.asked + 1 == 3


def test_the_ways_out_can_be_typed_by_number() -> None:
    chat = begun(one_of("a", "x", "y"), text("b")).write("what?").write("eh?")

    assert chat.write("4").lines == [["common:human_asked"]]
    assert chat.all(Do) == [Do(action="ask_human")]
    assert chat.write("3").run.step == "b"


def test_asking_for_a_person_keeps_the_question_open() -> None:
    chat = begun(one_of("a", "x", "y")).write("what?").write("eh?").tap("human")

    assert chat.all(Do) == [Do(action="ask_human")]
    assert chat.tap("x").value("a") == "x"


def test_a_required_question_offers_no_skip() -> None:
    chat = begun(one_of("a", "x", "y", required=True)).write("what?").write("eh?")

    assert chat.keys == ["x", "y", "human"]
    assert chat.skip().lines == [["common:required", "a"]]
    assert chat.run.step == "a"


def test_skip_is_kept_as_no_answer() -> None:
    chat = begun(text("a", stores="profile.name", do=(action("plan"),)), text("b")).skip()

    assert chat.all(Keep) == [Keep(step="a", value=None, at=MONDAY)]
    assert not [*chat.all(SetFact), *chat.all(Do)]
    assert chat.lines == [["common:skipped", "b"]]


def test_back_shows_the_earlier_answer_which_stays_until_a_new_one_comes() -> None:
    chat = begun(text("a"), text("b"), text("c")).answer("Old").answer("Middle")

    chat.back().back()

    assert chat.lines == [["common:earlier_answer", "a"]]
    assert chat.all(Say)[0].lines[0].values == (("answer", "Old"),)
    assert chat.value("a") == "text"
    chat.write("New")
    assert chat.all(KeepPart)[0].first
    assert chat.ring(Timer.GATHER).run.step == "b"
    assert chat.run.answers["a"].gist == "New"


def test_skip_after_back_leaves_the_earlier_answer() -> None:
    chat = begun(one_of("a", Option(key="x", goto="c"), "y", required=True), text("b"), text("c")).tap("x").back()

    chat.skip()

    assert chat.all(Keep) == []
    assert chat.value("a") == "x"
    assert chat.run.step == "c"


def test_back_names_what_was_chosen() -> None:
    facts = {"neighbourhoods": (("old_town", "Old Town"), ("docks", "The Docks"))}
    chat = begun(one_of("patch", options_from="neighbourhoods"), text("b"), facts=facts).tap("docks").back()

    assert chat.all(Say)[0].lines[0].values == (("answer", "The Docks"), ("keys", "docks"))


def test_back_at_the_first_question_asks_it_again() -> None:
    assert begun(text("a")).back().lines == [["a"]]


def test_a_loop_through_a_question_does_not_lengthen_the_path() -> None:
    chat = begun(one_of("check", Option(key="no", goto="again"), "yes"), text("b"), info("again", goto="check"))

    for _ in range(5):
        chat.tap("no")

    assert chat.lines == [["again"], ["check"]]
    assert chat.run.path == ("check",)


def test_resume_asks_the_open_question_again() -> None:
    chat = begun(text("a"), text("b")).answer("x").resume()

    assert chat.lines == [["b"]]
    assert chat.all(Say)[0].asked == chat.run.asked == 3


def test_the_offer_carries_on_starts_again_or_leaves() -> None:
    steps = (info("hello"), text("a"), one_of("b", "x", "y"))
    offered = begun(*steps).answer("One").resume(offer=True)
    assert offered.lines == [["common:resume", "b", "common:resume_choice"]]
    assert offered.keys == ["carry_on", "start_again", "leave"]

    carried_on = begun(*steps).answer("One").resume(offer=True).tap("carry_on")
    started_again = begun(*steps).answer("One").resume(offer=True).write("2")
    left = begun(*steps).answer("One").resume(offer=True).tap("leave")

    assert carried_on.lines == [["b"]]
    assert started_again.lines == [["hello"], ["a"]]
    assert started_again.value("a") == "text"
    assert started_again.run.path == ("a",)
    assert left.effects[-1] == Ended(state=RunState.LEFT)


def test_start_again_begins_where_the_run_began() -> None:
    flow = a_flow(text("menu"), info("sure"), text("stop"), entries={"STOP": "sure"})

    chat = Dialogue(flow).begin("STOP").resume(offer=True).tap("start_again")

    assert chat.lines == [["sure"], ["stop"]]


def test_an_answer_while_the_offer_is_open_carries_on() -> None:
    chat = begun(text("a"), one_of("b", "x", "y")).resume(offer=True)

    chat.write("A long thought")

    assert chat.kept == ["A long thought"]
    assert chat.run.gathering
    assert not chat.run.offering


def test_an_edit_revises_and_moves_nothing_even_after_the_end() -> None:
    chat = begun(text("a")).answer("x")
    before = chat.run

    chat.edit("m1", "y")

    assert chat.effects == (RevisePart(message="m1", text="y", at=MONDAY),)
    assert chat.run == before


def test_the_nudge_comes_once_and_only_for_the_question_still_open() -> None:
    chat = begun(text("a"), text("b"), nudge_after=DAY)
    assert chat.all(SetTimer) == [SetTimer(timer=Timer.NUDGE, at=MONDAY + DAY, asked=1)]
    chat.answer("x")
    assert chat.ring(Timer.NUDGE, asked=1).effects == ()

    chat.ring(Timer.NUDGE)

    assert chat.lines == [["common:nudge", "b"]]
    assert chat.all(SetTimer) == []
    assert chat.ring(Timer.NUDGE).effects == ()


def test_an_expired_run_keeps_what_was_given_and_says_nothing() -> None:
    chat = begun(text("a"), expires_after=DAY, nudge_after=DAY)
    assert SetTimer(timer=Timer.EXPIRE, at=MONDAY + DAY, asked=1) in chat.effects
    chat.write("Half a th")
    assert chat.kept == ["Half a th"]

    chat.ring(Timer.EXPIRE, asked=1)

    assert chat.state is RunState.EXPIRED
    assert chat.all(Say) == []
    assert chat.all(ClearTimer) == [ClearTimer(timer=Timer.GATHER), ClearTimer(timer=Timer.NUDGE)]
    assert chat.effects[-1] == Ended(state=RunState.EXPIRED)


def test_what_was_ticked_is_kept_when_the_run_expires() -> None:
    chat = begun(a_step("a", "multi", "x", "y")).tap("y").ring(Timer.EXPIRE)

    assert chat.all(Keep) == [Keep(step="a", value=("y",), at=MONDAY)]


def test_timers_are_put_away_at_the_end() -> None:
    chat = begun(one_of("a", "x"), expires_after=DAY, nudge_after=DAY).tap("x")

    assert chat.all(ClearTimer) == [ClearTimer(timer=Timer.NUDGE), ClearTimer(timer=Timer.EXPIRE)]


def test_nothing_happens_in_a_finished_run() -> None:
    chat = begun(one_of("a", "x")).tap("x")
    before = chat.run

    for happen in (chat.skip, chat.back, chat.resume, chat.begin, lambda: chat.write("hm"), lambda: chat.tap("x")):
        assert happen().effects == ()

    assert chat.run == before


def test_nothing_happens_before_the_beginning_and_it_begins_only_once() -> None:
    chat = Dialogue(a_flow(text("a")))

    assert chat.write("hm").effects == ()
    assert chat.begin().lines == [["a"]]
    assert chat.begin().effects == ()


def test_endless_statements_park_the_run_and_send_nothing() -> None:
    chat = begun(one_of("a", "x"), info("round", goto="round")).tap("x")

    assert chat.state is RunState.PARKED
    assert chat.all(Say) == []
    assert chat.all(Keep) == [Keep(step="a", value="x", at=MONDAY)]
    assert chat.all(Flaw) == [Flaw(reason="more than 50 statements follow each other, the last at round")]
    assert chat.effects[-1] == Ended(state=RunState.PARKED)


def test_fifty_statements_are_not_too_many() -> None:
    assert begun(*(info(f"i{n}") for n in range(50)), text("a")).state is RunState.WAITING
    assert begun(*(info(f"i{n}") for n in range(51)), text("a")).state is RunState.PARKED


def test_a_way_to_nowhere_parks_the_run() -> None:
    chat = begun(one_of("a", "x", goto="nowhere")).tap("x")

    assert chat.all(Flaw) == [Flaw(reason="there is no step nowhere")]


def test_words_are_kept_even_when_the_open_step_is_gone() -> None:
    chat = begun(text("a"))
    chat.flow = a_flow(text("b"))

    chat.write("Do not lose me")

    assert chat.kept == ["Do not lose me"]
    assert chat.state is RunState.PARKED


def test_end_ends() -> None:
    assert begun(one_of("a", "x", goto="end"), text("b")).tap("x").state is RunState.FINISHED


def test_a_thought_that_comes_with_its_own_question_is_gathered_and_shared() -> None:
    chat = begun(text("thought"), a_step("share", "share"), info("bye"))

    chat.answer("The swings are broken again").tap("team")

    assert chat.lines == [["bye"]]
    assert chat.state is RunState.FINISHED


def test_unclear_words_at_a_choice_do_not_make_it_an_open_answer() -> None:
    chat = begun(one_of("a", "x", "y"), a_step("share", "share"), text("b")).write("the buses").tap("x")

    assert chat.run.step == "b"


def test_a_leftover_button_of_the_offer_is_not_an_answer() -> None:
    chat = begun(one_of("a", "x", "y")).resume(offer=True).tap("carry_on").tap("leave", asked=2)

    assert chat.lines == [["common:already"]]
    assert chat.state is RunState.WAITING
