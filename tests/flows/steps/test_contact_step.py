"""contact: the same number however it is written."""

import pytest

from tests.builders import a_step, begun


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("07700 900 123", "07700900123"),
        ("07700-900-123", "07700900123"),
        ("(01632) 960 001", "01632960001"),
        ("+44 7700 900123", "+447700900123"),
        ("Mum (Sue): 07700 900123", "Mum (Sue), 07700900123"),
        ("sue@example.org", "sue@example.org"),
        ("my dad, dad.k@example.co.uk please", "my dad, please, dad.k@example.co.uk"),
    ],
)
def test_a_way_to_reach_somebody_is_kept_in_one_form(said: str, kept: str) -> None:
    assert begun(a_step("adult", "contact")).write(said).value("adult") == kept


@pytest.mark.parametrize("said", ["ask my mum", "12", "07700", "9" * 40, "x" * 300 + " 07700900123", "@home"])
def test_anything_else_is_kept_and_asked_again(said: str) -> None:
    chat = begun(a_step("adult", "contact")).write(said)

    assert chat.kept == [said]
    assert chat.run.misses == 1
