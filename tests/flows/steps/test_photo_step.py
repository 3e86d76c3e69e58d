"""photo: a picture, words, or both."""

from flows.effects import KeepPart
from flows.events import Timer
from tests.builders import Dialogue, a_step, begun, text


def photo() -> Dialogue:
    return begun(a_step("photo", "photo"), text("b"))


def test_a_picture_and_its_words_are_one_answer() -> None:
    chat = photo().show("photo")
    first = chat.all(KeepPart)
    second = chat.write("The bench by the lock").all(KeepPart)
    chat.ring(Timer.GATHER)

    assert [part.media is not None for part in (*first, *second)] == [True, False]
    assert [part.first for part in (*first, *second)] == [True, False]
    assert chat.run.step == "b"


def test_words_alone_are_an_answer() -> None:
    assert photo().answer("I have no camera. It is the old baths.").run.step == "b"


def test_a_voice_note_is_not_taken_here() -> None:
    assert photo().show("voice").lines == [["common:no_photo"]]


def test_without_consent_no_picture_is_kept() -> None:
    chat = begun(a_step("photo", "photo"), facts={"consent.media": "no"}).show("photo")

    assert chat.all(KeepPart) == []
    assert chat.lines == [["common:no_media"]]
