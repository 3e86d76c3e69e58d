"""The rules that the flow of a mailbox has to keep."""

from datetime import timedelta

from flows.definition import Flow, Place, Step
from flows.findings import Notes
from flows.loading import library, load_programme
from flows.mailbox import KEPT, check_mailbox
from tests.builders import a_flow, info, one_of, text

HERE = Place(file="programme.yaml", line=1, column=1)
DAY = timedelta(days=1)


def found(*steps: Step, **rest: timedelta) -> list[str]:
    """What is wrong with such a flow."""
    notes = Notes()
    flow: Flow = a_flow(*steps, **({"expires_after": DAY} | rest))
    check_mailbox(flow, HERE, notes)
    return [finding.text for finding in notes.found]


def test_what_can_be_kept_may_be_asked() -> None:
    asked = [text(step) if kind == "text" else one_of(step, "x") for step, kind in KEPT.items()]

    assert found(info("hello"), *asked) == []


def test_nothing_is_asked_that_would_not_be_kept() -> None:
    assert found(text("name")) == ["The mailbox does not keep an answer to “name”."]
    assert found(one_of("day", "x")) == ["In the mailbox “day” is asked as type: text."]


def test_it_closes_by_itself_and_writes_to_nobody() -> None:
    notes = Notes()
    check_mailbox(a_flow(text("day"), nudge_after=DAY), HERE, notes)

    assert [finding.code for finding in notes.found] == ["P309", "P309"]


def test_the_shipped_programme_has_a_mailbox_and_the_small_one_has_none() -> None:
    shipped, small = (load_programme(library(name)).programme for name in ("life-here", "library-hours"))
    assert shipped
    assert small

    assert shipped.flows[shipped.mailbox].number == "M01"
    assert small.mailbox == ""
