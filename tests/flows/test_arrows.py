"""The ways through a flow, each with what makes somebody go that way."""

from flows.arrows import Arrow, Why, arrows
from flows.definition import Operator, Option
from tests.builders import a_flow, a_step, branch, text, when


def test_a_flow_without_choices_is_one_line_to_the_end() -> None:
    found = arrows(a_flow(text("one"), text("two")))

    assert found == (
        Arrow(start="one", to="two", why=Why.NEXT),
        Arrow(start="two", to="end", why=Why.NEXT),
    )


def test_answers_that_lead_to_the_same_place_are_one_arrow() -> None:
    ask = a_step("ask", "choice", Option(key="no", goto="end"), Option(key="never", goto="end"), "yes")

    found = arrows(a_flow(ask, text("more")))

    assert found[:2] == (
        Arrow(start="ask", to="end", why=Why.ANSWER, answers=("no", "never")),
        Arrow(start="ask", to="more", why=Why.ELSE),
    )


def test_a_question_whose_every_answer_leads_away_does_not_go_on_by_itself() -> None:
    ask = a_step("ask", "choice", Option(key="a", goto="end"), Option(key="b", goto="two"), required=True)

    found = arrows(a_flow(ask, text("one"), text("two")))

    assert [arrow.to for arrow in found if arrow.start == "ask"] == ["end", "two"]


def test_a_branch_says_what_it_depends_on() -> None:
    aside = branch("one", Operator.IS, "x", goto="end")

    found = arrows(a_flow(text("one"), text("two", branches=(aside,)), text("three")))

    assert Arrow(start="two", to="end", why=Why.BRANCH, when=aside.when) in found


def test_whoever_a_step_is_not_for_goes_on_behind_it() -> None:
    aside = text("aside", when=when("one", Operator.IS, "x"), goto="end")

    found = arrows(a_flow(text("one"), aside, text("two")))

    assert Arrow(start="aside", to="end", why=Why.NEXT) in found
    assert Arrow(start="aside", to="two", why=Why.PASSED) in found
