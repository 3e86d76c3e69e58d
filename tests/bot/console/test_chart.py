"""A flow as a picture: every step has room, below what leads to it."""

from itertools import combinations

import pytest

from bot.console.chart import HIGH, WIDE, chart
from flows.definition import Option
from tests.builders import a_flow, a_step, text
from tests.stage import shipped

FLOWS = shipped().programme.flows


@pytest.mark.parametrize("name", FLOWS)
def test_no_step_of_a_shipped_flow_stands_on_another_or_outside(name: str) -> None:
    drawn = chart(FLOWS[name])

    assert {node.id for node in drawn.nodes} == {step.id for step in FLOWS[name].steps}
    for one, other in combinations(drawn.nodes, 2):
        assert abs(one.x - other.x) >= WIDE or abs(one.y - other.y) >= HIGH, (one, other)
    for node in drawn.nodes:
        assert 0 <= node.x <= drawn.width - WIDE
        assert 0 <= node.y <= drawn.height - HIGH


def test_a_step_lies_below_all_that_lead_to_it() -> None:
    ask = a_step("ask", "choice", Option(key="long"), Option(key="short", goto="last"))

    found = {node.id: node for node in chart(a_flow(ask, text("one"), text("two"), text("last"))).nodes}

    assert found["ask"].y < found["one"].y < found["two"].y < found["last"].y
    assert found["last"].ends


def test_a_way_back_is_drawn_as_one() -> None:
    again = a_step("again", "choice", Option(key="yes", goto="one"), Option(key="no", goto="end"), required=True)

    drawn = chart(a_flow(text("one"), again))

    assert [edge.back for edge in drawn.edges] == [False, True]
