"""text: an open answer, gathered until the person is done."""

from datetime import timedelta

import pytest

from flows.effects import ClearTimer, Keep, KeepPart, Say, SetFact, SetTimer
from flows.events import Said, Timer
from flows.run import RunState
from flows.steps.base import BadField
from flows.steps.text import KIND
from tests.builders import MONDAY, Dialogue, a_flow, a_step, begun, text


def test_several_messages_and_a_voice_note_make_one_answer() -> None:
    chat = begun(text("a"), text("b"))

    first = chat.write("It was quiet").effects
    chat.write("and warm")
    second = chat.all(KeepPart)
    third = chat.show("voice").all(KeepPart)

    assert first == (
        KeepPart(step="a", message="m1", at=MONDAY, text="It was quiet", first=True),
        Keep(step="a", value="text", at=MONDAY),
        SetTimer(timer=Timer.GATHER, at=MONDAY + timedelta(seconds=8), asked=1),
    )
    assert [part.first for part in second + third] == [False, False]
    assert third[0].media is not None
    assert chat.run.answers["a"].parts == 3
    assert chat.all(SetTimer)
    assert chat.ring(Timer.GATHER).lines[0][1:] == ["b"]


def test_a_timer_of_an_earlier_prompt_does_not_close_the_answer() -> None:
    chat = begun(text("a"), text("b")).answer("x").write("y")

    assert chat.ring(Timer.GATHER, asked=1).effects == ()
    assert chat.run.step == "b"


def test_done_goes_on_at_once() -> None:
    chat = begun(text("a"), text("b")).write("x").tap("done")

    assert chat.all(ClearTimer) == [ClearTimer(timer=Timer.GATHER)]
    assert chat.run.step == "b"


def test_done_before_anything_was_said_asks_again() -> None:
    chat = begun(text("a"), text("b")).tap("done")

    assert chat.lines == [["a"]]
    assert chat.run.misses == 0


def test_without_a_time_to_gather_it_goes_on_at_once() -> None:
    chat = Dialogue(a_flow(text("a"), text("b")), gather=timedelta(0)).begin().write("x")

    assert chat.run.step == "b"
    assert chat.all(SetTimer) == []


def test_a_long_answer_is_kept_whole_and_thanked_as_such() -> None:
    chat = begun(text("a"), text("b")).write("x" * 1500)
    chat.write("y" * 600)
    assert chat.kept == ["y" * 600]

    chat.ring(Timer.GATHER)

    assert chat.lines == [["common:long_thanks", "b"]]
    assert len(chat.run.answers["a"].gist) == 200


def test_who_sees_no_way_out_is_thanked_for_telling_it() -> None:
    chat = begun(text("a"), text("b"))
    chat.take(Said(at=MONDAY, text="Nothing changes here.", message="m1", signs=("hopeless",)))

    assert chat.ring(Timer.GATHER).lines == [["common:thanks_hard", "b"]]


def test_without_consent_to_media_a_voice_note_is_not_kept() -> None:
    chat = begun(text("a", {"photo": "yes"}), facts={"consent.media": "no"})

    for media in ("voice", "photo"):
        assert chat.show(media).lines == [["common:no_media"]]
        assert chat.all(KeepPart) == []

    assert chat.write("So I write").kept == ["So I write"]


def test_a_photo_is_taken_only_where_the_step_says_so() -> None:
    assert begun(text("a", {"photo": "no"})).show("photo").lines == [["common:no_photo"]]
    assert begun(text("a", {"photo": "yes"})).show("photo").all(KeepPart)[0].first


def test_skip_while_an_answer_is_open_keeps_it_and_goes_on() -> None:
    chat = begun(text("a"), text("b")).write("Half a").skip()

    assert chat.value("a") == "text"
    assert chat.run.step == "b"


def test_coming_back_while_an_answer_is_open_goes_on_with_it() -> None:
    chat = begun(text("a"), text("b")).write("Half a").resume(offer=True)

    assert chat.run.step == "b"
    assert not chat.run.offering


def test_going_back_while_an_answer_is_open_leaves_it_kept() -> None:
    chat = begun(text("a"), text("b")).answer("One").write("Half a").back()

    assert chat.all(ClearTimer) == [ClearTimer(timer=Timer.GATHER)]
    assert chat.run.step == "a"
    assert chat.run.answers["b"].gist == "Half a"


def test_what_it_stores_is_the_text_itself() -> None:
    chat = begun(text("access", stores="profile.access")).answer("A lift, please")

    assert chat.all(SetFact) == [SetFact(name="profile.access", value="A lift, please", step="access")]


def test_a_spoken_answer_stores_no_text() -> None:
    chat = begun(text("access", stores="profile.access")).show("voice").ring(Timer.GATHER)

    assert chat.all(SetFact) == []
    assert chat.state is RunState.FINISHED


def test_a_short_answer_is_one_message_and_what_it_stores_is_cut() -> None:
    chat = begun(text("name", {"short": "5"}, stores="profile.name"), text("b")).write("Josephine the Great")

    assert chat.kept == ["Josephine the Great"]
    assert chat.all(SetFact)[0].value == "Josep"
    assert chat.run.step == "b"


def test_an_empty_message_is_no_answer() -> None:
    chat = begun(text("a")).write("  \n ")

    assert chat.lines == [["a"]]
    assert "a" not in chat.run.answers


def test_an_open_question_has_no_buttons() -> None:
    assert begun(text("a")).all(Say)[0].choices == ()


@pytest.mark.parametrize("fields", [{"photo": "maybe"}, {"short": "many"}, {"short": "0"}, {"photo": ["yes"]}])
def test_wrong_keys_are_told(fields: dict[str, object]) -> None:
    with pytest.raises(BadField) as told:
        KIND.parse(fields)

    assert told.value.key in fields
    assert told.value.fix


def test_the_step_is_of_the_kind_text() -> None:
    assert a_step("a", "text").spec == KIND.parse({})
