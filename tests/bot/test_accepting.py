"""Warnings that somebody accepted, translations that are out of date, and made-up languages."""

import shutil
from pathlib import Path

import pytest

from bot import cli
from bot.check import Report, check
from bot.starting import CannotStart, read_script
from tests.bot.test_method import METHOD, change

LEADING = ("prompts/en/link.j2", "What does that do", "Surely it hurts. What does that do")
ACCEPT = """- code: {code}
  flow: link
  step: feel
  reason: It is a quotation.
  by: Amina
  date: "2026-11-30"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the programme that keeps every rule."""
    return Path(shutil.copytree(METHOD, tmp_path / "mine"))


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_an_accepted_warning_is_kept_with_its_reason(folder: Path) -> None:
    change(folder, *LEADING)
    (folder / "accepted.yaml").write_text(ACCEPT.format(code="R2.4"), encoding="utf-8")

    report = check(folder)

    assert codes(report) == []
    ((finding, decision),) = report.accepted
    assert (finding.code, decision.reason, decision.by) == ("R2.4", "It is a quotation.", "Amina")


def test_an_acceptance_that_fits_nothing_is_told_at_its_line(folder: Path) -> None:
    (folder / "accepted.yaml").write_text("# nothing\n" + ACCEPT.format(code="R2.4"), encoding="utf-8")

    (finding,) = check(folder).findings

    assert (finding.code, finding.severity, finding.file, finding.line) == ("A501", "warning", "accepted.yaml", 2)
    assert "link.feel" in finding.text


def test_an_error_cannot_be_accepted(folder: Path) -> None:
    change(folder, "prompts/en/link.j2", "What does that do", "What do stakeholders say? What does that do")
    (folder / "accepted.yaml").write_text(ACCEPT.format(code="R6.1"), encoding="utf-8")

    report = check(folder)

    assert sorted(codes(report)) == ["A501", "R6.1"]
    assert report.errors == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ACCEPT.format(code="R2.4").replace("  reason: It is a quotation.\n", ""), "Y021"),
        (ACCEPT.format(code="R2.4").replace("2026-11-30", "next week"), "Y030"),
        (ACCEPT.format(code="R2.4").replace("by:", "bye:"), "Y020"),
        ("code: R2.4\n", "Y023"),
        ("- [", "Y004"),
    ],
)
def test_an_acceptance_needs_a_reason_a_name_and_a_day(folder: Path, text: str, code: str) -> None:
    (folder / "accepted.yaml").write_text(text, encoding="utf-8")

    found = [finding for finding in check(folder).findings if finding.code == code]

    assert [finding.file for finding in found] == ["accepted.yaml"]


def test_an_error_against_the_method_keeps_a_programme_from_starting(folder: Path) -> None:
    assert read_script(folder).programme.id == "method"
    change(folder, "prompts/en/welcome.j2", "what life is like", "what health inequality is like")

    with pytest.raises(CannotStart, match=r"prompts/en/welcome\.j2:\d+:1 R1\.1"):
        read_script(folder)


def test_a_warning_does_not_keep_a_programme_from_starting(folder: Path) -> None:
    change(folder, *LEADING)

    assert read_script(folder).programme.id == "method"


def test_a_translation_older_than_its_source_is_told_until_it_is_looked_over(folder: Path) -> None:
    assert cli.run(["translated", str(folder)]) == 0
    assert codes(check(folder)) == []
    change(folder, "prompts/en/link.j2", "Pick a thing that matters.", "Pick one thing that matters.")

    (finding,) = check(folder).findings
    assert (finding.code, finding.file, finding.severity) == ("T601", "prompts/en-easy/link.j2", "warning")
    assert "link was changed in en" in finding.text

    assert cli.run(["translated", str(folder), "--flow", "ideas"]) == 0
    assert codes(check(folder)) == ["T601"]
    assert cli.run(["translated", str(folder), "--flow", "link", "--locale", "en-easy"]) == 0
    assert codes(check(folder)) == []


def test_notes_for_translators_do_not_make_a_translation_old(folder: Path) -> None:
    cli.run(["translated", str(folder)])
    change(folder, "prompts/en/link.j2", "{% block intro %}", "{# F08, first line #}\n\n{% block intro %}")

    assert codes(check(folder)) == []


def test_a_record_of_what_is_gone_is_told(folder: Path) -> None:
    record = 'en-easy:\n  gone: "0"\nfr:\n  link: "0"\n'
    (folder / "translations.yaml").write_text(record, encoding="utf-8")

    found = check(folder).findings

    assert [(finding.code, finding.line) for finding in found] == [("T602", 2), ("T602", 4)]


def test_a_label_that_fits_in_english_only_is_told_by_the_longer_language(folder: Path) -> None:
    change(folder, "prompts/en/ideas.j2", "A local group", "A local group of people who meet and do things together")
    assert codes(check(folder)) == []

    found = check(folder, pseudo=True).findings

    assert [(finding.code, finding.severity, finding.file) for finding in found] == [
        ("W413", "warning", "prompts/en/ideas.j2")
    ]


def test_the_coverage_table_names_the_flows_that_serve_each_principle(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["check", str(folder), "--coverage"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line[:2] for line in lines[:7]] == ["P1", "P2", "P3", "P4", "P5", "P6", "P7"]
    assert lines[6].endswith("rights, welcome")
