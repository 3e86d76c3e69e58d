"""Files that leave the program."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export import COLUMNS, as_csv, as_json, safe
from storage.reflections import Part, Reflection


def reflection(text: str = "", **more: object) -> Reflection:
    known: dict[str, object] = {
        "id": "r.day",
        "code_name": "Heron-1",
        "area": "hull",
        "wave": 1,
        "flow": "diary_1",
        "version": "v1",
        "step": "day",
        "kind": "text",
        "revision": 2,
        "share": "group",
        "value": "text",
        "parts": (Part(text=text),) if text else (),
        "locale": "en",
        "via": "self",
        "at": datetime(2026, 11, 5, 12, 0, tzinfo=UTC),
        "attributes": {"pace": "light", "channel": "demo"},
    }
    return Reflection(**{**known, **more})  # type: ignore[arg-type]


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_keeps_the_circumstances_of_the_answer() -> None:
    [row] = cells(as_csv([reflection("A bus, “late”\nagain")]))

    assert tuple(row) == COLUMNS
    assert row["time"] == "2026-11-05T12:00:00+00:00"
    assert row["text"] == "A bus, “late”\nagain"
    assert (row["value"], row["revision"], row["share"], row["flow_version"]) == ("", "2", "group", "v1")
    assert row["attributes"] == "channel=demo; pace=light"


def test_choices_numbers_and_skips_are_told_apart() -> None:
    answers = [
        reflection(kind="multi", value=("income", "homes")),
        reflection(kind="number", value=-3),
        reflection(kind="choice", value=None),
    ]

    assert [row["value"] for row in json.loads(as_json(answers))] == ["income; homes", "-3", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u00a0@"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    [row] = cells(as_csv([reflection(f"{start}cmd|' /C calc'!A0")]))

    assert row["text"].startswith("'")


@given(st.text())
def test_a_safe_cell_keeps_every_word(text: str) -> None:
    assert safe(text).removeprefix("'") == text.removeprefix("'")
    assert not safe(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))


def test_no_answers_still_make_a_file() -> None:
    assert as_csv([]).strip().split(",") == list(COLUMNS)
    assert json.loads(as_json([])) == []
