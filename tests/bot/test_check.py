"""What `reconvene check` finds in a folder: every mistake at its place, and none in what is shipped."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.check import CODES, Report, check
from flows import findings
from flows.loading import library

Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped programme."""
    copy = tmp_path / "mine"
    shutil.copytree(library("life-here"), copy)
    return copy


@pytest.fixture
def change(folder: Path) -> Change:
    """Put one text in the place of another; fails when it is not there."""

    def put(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old} is not in {file}"
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")

    return put


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


def test_the_shipped_programme_is_clean() -> None:
    assert [str(finding) for finding in check(library("life-here")).findings] == []


def test_no_code_has_two_meanings() -> None:
    assert CODES.keys() & findings.CODES.keys() == set()


def test_a_step_without_wording_is_told_in_each_locale(change: Change, folder: Path) -> None:
    change("prompts/en/before_w1.j2", "{% block good_day %}", "{% block godo_day %}")
    (folder / "prompts/en-easy/before_w1.j2").unlink()

    found = check(folder).findings

    missing = [finding for finding in found if finding.code == "W402"]
    assert {finding.file for finding in missing} == {"flows/before_w1.yaml"}
    assert {"en", "en-easy"} == {
        locale for locale in ("en", "en-easy") if any(f" {locale}." in f.text for f in missing)
    }
    assert any(finding.code == "W410" and "godo_day" in finding.text for finding in found)


def test_a_missing_translation_falls_back_and_is_no_mistake(folder: Path) -> None:
    shutil.rmtree(folder / "prompts" / "en-easy")

    assert check(folder).errors == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Think of a good day", "{{ wether }} Think of a good day", "W404"),
        ("Think of a good day", "{{ w1_date | day }} Think of a good day", "W405"),
        ("Think of a good day", "{{ next_date }} Think of a good day", "W405"),
        ("Think of a good day", "{{ ''.__class__ }} Think of a good day", "W401"),
        ("Think of a good day", "{{ 'a' * 10**8 }} Think of a good day", "W401"),
        ("Think of a good day", "{% if name Think of a good day", "W401"),
        ("Think of a good day", "Think of a **good day", "W407"),
        ("Think of a good day", "See [the map](http://example.org) of a good day", "W407"),
    ],
)
def test_a_broken_message_is_told_with_file_and_line(
    change: Change, folder: Path, old: str, new: str, code: str
) -> None:
    file = "prompts/en/before_w1.j2"
    block = (folder / file).read_text(encoding="utf-8").partition("{% block good_day %}")[0].count("\n") + 1
    change(file, old, new)

    (finding,) = (finding for finding in check(folder).findings if finding.code == code and finding.file == file)

    assert block <= finding.line <= block + 1
    assert finding.text


def test_a_message_that_may_be_empty_is_told(change: Change, folder: Path) -> None:
    change("prompts/en/diary_3.j2", "Ask one person", "{% if name %}Ask one person")
    change("prompts/en/diary_3.j2", "No names, please.", "No names, please.{% endif %}")

    assert "W408" in codes(check(folder))


def test_an_option_without_a_label_is_told(change: Change, folder: Path) -> None:
    change("flows/about_you.yaml", "[light, standard, full]", "[light, standard, full, hourly]")

    (finding,) = {f for f in check(folder).findings if f.code == "W403" and f.text.endswith("en.")}

    assert finding.file == "flows/about_you.yaml"
    assert "hourly" in finding.text


@pytest.mark.parametrize("label", ["x" * 65, "two\nlines", "{{ area }}" + "x" * 62])
def test_a_label_that_fits_on_no_button_is_told(change: Change, folder: Path, label: str) -> None:
    change("prompts/en/about_you.j2", "About twice a week", label)

    assert "W406" in codes(check(folder))


def test_a_broadcast_without_wording_is_told(folder: Path) -> None:
    with (folder / "broadcasts.yaml").open("a", encoding="utf-8") as file:
        file.write("snow_day: {options: [sledge]}\n")

    found = check(folder).findings

    assert {f.file for f in found if f.code == "W409"} == {"broadcasts.yaml"}


def test_what_the_calendar_sends_needs_no_value_from_a_sender(change: Change, folder: Path) -> None:
    change("prompts/en/broadcasts.j2", "The kettle is on.", "The kettle is on. {{ headline }}")

    assert "W404" in codes(check(folder))


def test_what_is_sent_by_hand_may_ask_its_sender(change: Change, folder: Path) -> None:
    change("prompts/en/broadcasts.j2", "Here is where we are:", "Here is where we are, {{ greeting }}:")

    assert check(folder).errors == 0


def test_values_of_an_action_are_known_only_where_the_action_is(change: Change, folder: Path) -> None:
    change("prompts/en/diary_3.j2", "Ask one person", "{{ receipt }} Ask one person")

    assert "W404" in codes(check(folder))


def test_a_card_that_an_area_has_not_filled_in_is_told(folder: Path) -> None:
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not (line.strip().startswith("c01:") and "part of Hull" in line)]
    (folder / "programme.yaml").write_text("\n".join(lines), encoding="utf-8")

    (finding,) = check(folder).findings

    assert (finding.code, finding.severity, finding.file) == ("W412", "warning", "programme.yaml")
    assert "c01" in finding.text
    assert "Hull" in finding.text


def test_a_card_that_nobody_has_filled_in_can_still_be_checked(folder: Path) -> None:
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.strip().startswith("c09:")]
    (folder / "programme.yaml").write_text("\n".join(lines), encoding="utf-8")

    assert codes(check(folder)) == {"W412"}


def test_a_value_that_is_missing_on_a_card_is_told(change: Change, folder: Path) -> None:
    change("programme.yaml", 'value: "9", ', "")

    assert "W405" in codes(check(folder))


def test_what_was_said_may_be_named_where_it_may_be_missing(change: Change, folder: Path) -> None:
    change(
        "prompts/en/rank.j2",
        "{% if said.top3 is defined %}Your first is: {{ said.top3[0] }}. {% endif %}",
        "{{ said.top3[0] }}",
    )

    assert "W405" in codes(check(folder))


def test_missing_people_are_a_warning(folder: Path) -> None:
    shutil.rmtree(folder / "sample")

    report = check(folder)

    assert codes(report) == {"W411"}
    assert report.errors == 0


def test_findings_of_structure_are_told_too(change: Change, folder: Path) -> None:
    change("flows/diary_1.yaml", "goto: share", "goto: shore")

    assert "F103" in codes(check(folder))


def test_an_empty_folder_is_told_and_nothing_is_raised(tmp_path: Path) -> None:
    assert check(tmp_path).errors > 0
    assert check(tmp_path / "nowhere").errors > 0


def test_findings_are_data_for_a_program(folder: Path) -> None:
    shutil.rmtree(folder / "sample")

    (finding,) = json.loads(check(folder).as_json)

    assert finding["code"] == "W411"
    assert finding["severity"] == "warning"
    assert {"file", "line", "column", "text", "fix"} <= finding.keys()


def test_a_sound_that_would_say_the_same_to_everybody_is_told(folder: Path) -> None:
    sound = folder / "audio/en/diary_1/bye.ogg"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"OggS")

    (finding,) = check(folder).findings

    assert (finding.code, finding.severity) == ("W414", "warning")
    assert "next_date" in finding.text or "name" in finding.text
