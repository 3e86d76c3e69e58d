"""text: asking for more in an interview, and sending a line back that is hard to read."""

import pytest

from flows.effects import ClearTimer, SetFact
from flows.events import Said, Timer
from flows.run import RunState
from flows.steps.base import BadField
from flows.steps.text import KIND
from tests.builders import MONDAY, Dialogue, begun, text

PROBED = {"probes": "2"}
FOR_ALL = {"reading_age": "11"}


def interview() -> Dialogue:
    return begun(text("a", PROBED, stores="profile.a"), text("b")).answer("The bus.")


def line(chat: Dialogue, words: str, years: str, promise: str = "") -> Dialogue:
    chat.messages += 1
    return chat.take(Said(at=MONDAY, text=words, message=f"m{chat.messages}", years=years, promise=promise))


def test_an_interview_offers_to_go_deeper_and_next_goes_on() -> None:
    chat = interview()

    assert chat.lines[0][1:] == ["common:go_deeper"]
    assert chat.keys == ["tell_more", "next"]
    assert chat.tap("next").run.step == "b"
    assert [(fact.name, fact.value) for fact in chat.all(SetFact)] == [("profile.a", "The bus.")]


def test_what_is_said_to_a_probe_belongs_to_the_same_answer() -> None:
    chat = interview().tap("tell_more")
    asked = chat.lines

    chat.write("It is never on time.")

    assert asked == [["a__probe_1"]]
    assert chat.kept == ["It is never on time."]
    assert chat.run.answers["a"].parts == 2
    chat.ring(Timer.GATHER)
    assert chat.keys == ["tell_more", "next"]
    assert chat.tap("tell_more").lines == [["a__probe_2"]]
    assert chat.answer("Ask anybody.").run.step == "b", "no probe is left, so it goes on by itself"


def test_more_may_be_written_without_any_button() -> None:
    chat = interview().write("And the rain.")

    assert chat.run.answers["a"].parts == 2
    assert chat.run.answers["a"].value == "text"


@pytest.mark.parametrize("way", ["skip", "done", "probe, then skip"])
def test_a_probe_can_be_passed_over_and_the_answer_stays(way: str) -> None:
    chat = interview()
    if way.startswith("probe"):
        chat.tap("tell_more")

    chat.tap("done") if way == "done" else chat.skip()

    assert chat.run.step == "b"
    assert chat.run.answers["a"].value == "text"


def test_done_while_more_may_come_offers_to_go_deeper_at_once() -> None:
    chat = begun(text("a", PROBED), text("b")).write("The bus.").tap("done")

    assert chat.all(ClearTimer) == [ClearTimer(timer=Timer.GATHER)]
    assert chat.keys == ["tell_more", "next"]


def test_a_tomorrow_later_the_question_is_where_it_was() -> None:
    chat = interview().resume()

    assert chat.lines == [["common:go_deeper"]]
    assert chat.state is RunState.WAITING


def test_a_plain_line_is_told_its_reading_age_and_goes_on() -> None:
    chat = line(begun(text("a", FOR_ALL), text("b")), "We mend roofs.", "5.2")

    assert chat.lines == [["common:reads_well", "b"]]


@pytest.mark.parametrize(("years", "promise"), [("13.4", ""), ("6.0", "guarantee")])
def test_a_hard_line_or_a_promise_is_asked_for_again_and_may_stay(years: str, promise: str) -> None:
    chat = line(begun(text("a", FOR_ALL), text("b")), "Multidisciplinary interventions.", years, promise)

    assert chat.lines == [["common:plainer"]]
    assert chat.keys == ["as_it_is"]
    assert chat.tap("as_it_is").run.step == "b"


def test_the_new_line_takes_the_place_of_the_hard_one() -> None:
    chat = line(begun(text("a", FOR_ALL), text("b")), "Multidisciplinary interventions.", "19.0")

    line(chat, "We mend roofs.", "5.2")

    assert chat.run.step == "b"
    assert chat.run.answers["a"].gist == "We mend roofs."
    assert chat.run.answers["a"].parts == 1


def test_a_line_to_be_read_is_not_spoken() -> None:
    chat = begun(text("a", FOR_ALL)).show("voice")

    assert chat.lines == [["common:no_photo"]]


def test_probes_and_a_reading_age_do_not_go_together() -> None:
    with pytest.raises(BadField):
        KIND.parse({"probes": "2", "reading_age": "11"})
