"""What people of 16 and 17 are not asked for, in the shipped programme and anywhere."""

import pytest

from flows.loading import library, load_programme
from flows.run import Fact
from tests.builders import Dialogue, begun, text


@pytest.mark.parametrize(("flow", "left_out"), [("assets", {"pin", "photo"}), ("exchange", {"mine", "checked"})])
def test_no_pin_no_photo_and_no_line_for_others(flow: str, left_out: set[str]) -> None:
    programme = load_programme(library("life-here")).programme
    assert programme is not None

    def asked(youth: bool) -> set[str]:
        facts: dict[str, Fact] = {"statements": (("s1", "More buses"),)}
        if youth:
            facts["profile.youth"] = "yes"
        chat = Dialogue(flow=programme.flows[flow], facts=facts).begin()
        for _ in range(12):
            chat.skip()
        return set(chat.run.answers)

    assert asked(False) - asked(True) == left_out & asked(False)
    assert asked(False) & left_out


def test_a_photo_that_comes_all_the_same_is_not_kept() -> None:
    question = text("look_around", {"photo": "yes"})

    assert begun(question, facts={"profile.youth": "yes"}).show("photo").lines == [["common:no_photo"]]
    assert begun(question).show("photo").kept == [""]
