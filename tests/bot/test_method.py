"""The method's rules: a small programme keeps all of them; each change here breaks exactly one."""

import shutil
from pathlib import Path

import pytest

from bot import cli
from bot.check import Report, check
from flows.findings import Finding
from flows.principles.sheet import PROGRAMME, sheet

METHOD = Path(__file__).parent.parent / "method"
LONG = (
    "The municipal administration anticipates numerous opportunities regarding residential accommodation, "
    "transportation availability and educational establishments throughout neighbouring localities, "
    "notwithstanding considerable budgetary limitations, organisational difficulties and uncertainty."
)
GO_ON = "and then we go on and on until we come to a place where we can stop and think again for now"
MORE = "{% block kept %}One.{% endblock %}\n{% block more %}Two.{% endblock %}\n{% block daily"
ONWARD = (
    "{% block on %}Go on?{% endblock %}{% block on__next %}Yes{% endblock %}"
    "{% block on__later %}No{% endblock %}{% block daily"
)
STATEMENTS = "  - {id: intro, type: info}\n  - {id: kept, type: info}\n  - {id: more, type: info}\n"

# rule, file, what stands there, what takes its place, and where the finding points (step, or "" for none)
BREACHES = [
    ("R0.1", "flows/review.yaml", "principles: [P1, P6]", "principles: []", ""),
    ("R1.1", "prompts/en/welcome.j2", "what life is like", "what public health is like", "hello"),
    ("R1.1", "prompts/en/before.j2", "Think of a good day in", "Think of the health inequalities in", "good_day"),
    ("R1.1", "programme.yaml", "org: The Town", "org: The Public Health Team", "org"),
    ("R1.1", "programme.yaml", 'title: "Life in', 'title: "Deprivation in', "title"),
    ("R1.2", "flows/link.yaml", "daily_life, chain", "chain", "daily"),
    ("R1.3", "flows/ideas.yaml",
     "type: text, tags: [open, recall, idea]",
     "type: number, from: 0, to: 9, tags: [recall, idea]", ""),
    ("R1.4", "prompts/en/before.j2", "good day in {{ area }}", "good day here", "good_day"),
    ("R1.4", "prompts/en/before.j2", "Now a hard day.", "Now a hard day in {place}.", "hard_day"),
    ("R1.4", "prompts/en/ideas.j2", "Who could make", "TODO Who could make", "who"),
    ("R2.1", "flows/cards.yaml",
     "  - {id: look_2, type: text, tags: [open]}\n",
     "  - {id: look_2, type: number, from: 0, to: 5}\n", "aim_2"),
    ("R2.2", "calendar.yaml", "W1+10d@18:00", "W1+1d@18:00", "top"),
    ("R2.2", "flows/link.yaml", "daily_life, chain", "daily_life", "top"),
    ("R2.3", "prompts/en/cards.j2", "Town report, 2024", "Town report", "gap"),
    ("R2.3", "prompts/en/cards.j2", "may live to 76", "may live to 76, to 77 or to 78", "gap"),
    ("R2.3", "prompts/en/cards.j2", "Hull has strong ties between streets.", "Hull has strong ties. " * 14, "gap"),
    ("R2.4", "prompts/en/link.j2", "What does that do", "Surely it hurts. What does that do", "feel"),
    ("R3.1", "prompts/en/ideas.j2", "It takes two minutes, and only", "Only", "idea"),
    ("R3.1", "prompts/en/ideas.j2", "It takes two minutes", "It takes nine minutes", "idea"),
    ("R3.1", "prompts/en/ideas.j2", ", and only the team will read it", "", "idea"),
    ("R3.1", "prompts/en/ideas.j2", "Now we look at what could be done. ", "", "idea"),
    ("R3.2", "flows/cards.yaml", "minutes: 7", "minutes: 3", ""),
    ("R3.2", "flows/cards.yaml",
     "look_6, type: text, tags: [open]}",
     "look_6, type: text, tags: [open]}\n  - {id: recall, type: text}", ""),
    ("R3.3", "prompts/en/welcome.j2", "We ask, so that all ages are heard.", "", "age_band"),
    ("R4.1", "flows/before.yaml", "      - {key: home, frame: home}\n", "", "shapes"),
    ("R4.1", "flows/before.yaml", "key: income, frame: income", "key: income, frame: health_services", "shapes"),
    ("R4.2", "flows/before.yaml", "    rotate: yes\n", "", "shapes"),
    ("R4.2", "flows/before.yaml", "key: streets_green, frame: streets_green", "key: job, frame: job", "shapes"),
    ("R4.3", "flows/before.yaml", "    unsure: yes\n", "", "shapes"),
    ("R4.4", "prompts/en/link.j2", "What does that do to people", "What does that do to hard to reach people", "feel"),
    ("R4.5", "flows/cards.yaml", "aim_6, type: info, tags: [card, aim]", "aim_6, type: info, tags: [card]", "aim_1"),
    ("R4.5", "prompts/en/cards.j2",
     "Aim C. For example: help at home, help at school.",
     "Aim C. For example: help at home.", "aim_3"),
    ("R4.6", "flows/cards.yaml", "card, gap, strength", "card, gap", "gap"),
    ("R5.1", "flows/ideas.yaml",
     "who, type: multi, options: [us, group, council, nhs, government]",
     "who, type: text", ""),
    ("R5.2", "flows/ideas.yaml", "[us, group, council, nhs, government]", "[us, group, council, nhs]", "idea"),
    ("R5.4", "flows/before.yaml",
     "helps, type: text, tags: [open, action]",
     "helps, type: text, tags: [open, problem]", "helps"),
    ("R6.1", "prompts/en/link.j2", "What does that do to people?", LONG, "feel"),
    ("R6.1", "prompts/en/link.j2", "What does that do to people?", f"Now we stop here {GO_ON}.", "feel"),
    ("R6.1", "prompts/en/link.j2", "What does that do to people?", "What do our stakeholders say?", "feel"),
    ("R6.1", "programme.yaml", "decision_use: choose", "decision_use: engagement and to choose", "decision_use"),
    ("R6.4", "flows/link.yaml",
     "feel, type: text, tags: [open]}",
     "feel, type: text, tags: [open]}\n  - {id: views, type: vote, options_from: key_issues}", "views"),
    ("R6.2", "flows/link.yaml", "feel, type: text", "feel, required: yes, type: text", "feel"),
    ("R6.6", "broadcasts.yaml", "[feedback, others]", "[feedback]", ""),
    ("R7.1", "prompts/en/link.j2",
     "{% if next_date %} I will write again on {{ next_date | day }}.{% endif %}",
     "", "bye"),
    ("R7.1", "flows/link.yaml",
     "  - {id: bye, type: info}",
     "  - {id: bye, type: info}\n  - {id: extra, type: text}", "extra"),
    ("R7.2", "calendar.yaml", '- {id: heard, at: "W1+15d@18:00"', '- {id: heard, at: "W1-15d@18:00"', "w1"),
    ("R7.5", "prompts/en/ideas.j2", "Who could make", "It will definitely be done. Who could make", "who"),
]  # fmt: skip
IN_COMPANY = {  # rules that cannot be broken alone: what else is broken with them
    ("R5.1", "who, type: text"): {"R5.2"},
    ("R3.2", "minutes: 3"): {"R3.1"},
    ("R7.2", '- {id: heard, at: "W1-15d@18:00"'): {"R6.6"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the programme that keeps every rule."""
    return Path(shutil.copytree(METHOD, tmp_path / "mine"))


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Put one text in the place of another; the line it stands in."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {file}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def rules(report: Report) -> dict[str, list[Finding]]:
    """The breaches of the method by their rule."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.code.startswith("R"):
            found.setdefault(finding.code, []).append(finding)
    return found


def test_the_small_programme_keeps_every_rule() -> None:
    assert [str(finding) for finding in check(METHOD).findings] == []


@pytest.mark.parametrize(("code", "file", "old", "new", "step"), BREACHES)
def test_each_change_breaks_one_rule(folder: Path, code: str, file: str, old: str, new: str, step: str) -> None:
    line = change(folder, file, old, new)

    found = rules(check(folder))

    assert found.keys() == {code} | IN_COMPANY.get((code, new), set())
    (first, *_) = found[code]
    assert first.step == step
    assert first.fix
    assert first.severity == ("warning" if code == "R7.2" and "w2" in step else sheet().rules[code].severity)
    if first.file == file:
        assert first.line <= line + 1


def test_every_rule_that_is_judged_here_is_broken_once() -> None:
    judged = {code for code, rule in sheet().rules.items() if rule.judged == PROGRAMME}

    assert judged - {code for code, *_ in BREACHES} == {"R0.2", "R6.3", "R6.5", "R7.4"}  # tested below


def test_a_principle_that_only_one_flow_serves_is_an_error(folder: Path) -> None:
    change(folder, "flows/link.yaml", "[P1, P2, P5]", "[P1, P5]")

    (finding,) = rules(check(folder))["R0.2"]

    assert (finding.severity, finding.step) == ("error", "P2")
    assert "only cards serves" in finding.text


def test_a_flow_without_a_translation_is_a_warning_that_names_what_is_said_instead(folder: Path) -> None:
    (folder / "prompts/en-easy/link.j2").unlink()

    (finding,) = rules(check(folder))["R6.3"]

    assert (finding.severity, finding.flow, finding.locale) == ("warning", "link", "en-easy")
    assert finding.text.endswith("it is said in en.")


def test_a_message_without_a_translation_is_a_warning(folder: Path) -> None:
    change(folder, "prompts/en-easy/link.j2", "{% block feel %}\nWhat does that do to people?\n{% endblock %}\n", "")

    (finding,) = rules(check(folder))["R6.3"]

    assert (finding.step, finding.locale) == ("feel", "en-easy")


def test_a_programme_without_an_evaluation_is_refused(folder: Path) -> None:
    change(folder, "flows/review.yaml", ", tags: [evaluation]", "")

    assert rules(check(folder)).keys() == {"R7.4"}


def test_an_evaluation_that_is_never_told_back_is_refused(folder: Path) -> None:
    change(folder, "calendar.yaml", 'at: "W2+14d@18:00", broadcast: back', 'at: "W2+2d@18:00", broadcast: back')

    assert rules(check(folder)).keys() == {"R7.4"}


def test_three_statements_in_a_row_are_a_lecture(folder: Path) -> None:
    change(folder, "flows/link.yaml", "  - {id: intro, type: info}\n", STATEMENTS)
    change(folder, "prompts/en/link.j2", "{% block daily", MORE)

    (finding, *_) = rules(check(folder))["R2.1"]

    assert finding.step == "more"


def test_a_second_wave_in_which_nobody_is_asked_anything_is_a_warning(folder: Path) -> None:
    lines = (folder / "calendar.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "calendar.yaml").write_text("".join(line for line in lines if '"W2+' not in line), encoding="utf-8")

    (finding,) = rules(check(folder))["R7.2"]

    assert (finding.severity, finding.step) == ("warning", "w2")


def test_a_language_nobody_has_listed_words_for_is_said_to_be_unjudged(folder: Path) -> None:
    change(folder, "programme.yaml", "en-easy: en", "cy: en")
    (folder / "prompts/en-easy").rename(folder / "prompts/cy")

    (finding,) = rules(check(folder))["R6.1"]

    assert (finding.severity, finding.locale) == ("warning", "cy")


def test_a_number_that_is_filled_in_needs_its_source_too(folder: Path) -> None:
    change(folder, "programme.yaml", "  org: The Town", "  org: The Town\n  years: '8'")
    change(folder, "prompts/en/cards.j2", "may live to 76", "may live {{ years }} years less")
    change(folder, "prompts/en/cards.j2", "(Town report, 2024)", "")

    assert rules(check(folder)).keys() == {"R2.3"}


def test_what_is_filled_in_may_make_a_message_hard_to_read(folder: Path) -> None:
    change(
        folder,
        "programme.yaml",
        "choose what to do next year",
        "the prioritisation of municipal expenditure and organisational accountability",
    )
    text = "They will use your words in {{ decision_use }}. We want to hear a lot of views on it"
    change(folder, "prompts/en/link.j2", "What does that do to people?", f"{text} from you all, so take your time.")

    (finding,) = rules(check(folder))["R6.1"]

    assert finding.severity == "warning"
    assert "fills in" in finding.text


def test_a_choice_of_how_to_go_on_is_no_question_of_the_dialogue(folder: Path) -> None:
    onward = "  - {id: on, type: choice, options: [next, {key: later, goto: bye}]}\n  - {id: daily"
    change(folder, "flows/link.yaml", "  - {id: daily", onward)
    for locale in ("en", "en-easy"):
        change(folder, f"prompts/{locale}/link.j2", "{% block daily", ONWARD)

    assert rules(check(folder)) == {}


def test_what_goes_on_in_another_flow_needs_no_date(folder: Path) -> None:
    change(folder, "flows/link.yaml", "{id: bye, type: info}", "{id: bye, type: info, do: [{begin: ideas}]}")
    for locale in ("en", "en-easy"):
        change(folder, f"prompts/{locale}/link.j2", "{{ next_date | day }}", "a day")

    assert rules(check(folder)) == {}


def test_statements_for_some_are_no_lecture_for_the_others(folder: Path) -> None:
    some = STATEMENTS.replace("kept, type: info", "kept, type: info, when: {area: hull}")
    change(folder, "flows/link.yaml", "  - {id: intro, type: info}\n", some)
    for locale in ("en", "en-easy"):
        change(folder, f"prompts/{locale}/link.j2", "{% block daily", MORE)

    assert rules(check(folder)) == {}


@pytest.mark.parametrize("named", ["code_name", "name"])
def test_what_stakeholders_read_names_no_participant(folder: Path, named: str) -> None:
    change(folder, "flows/review.yaml", "phase: post2", "phase: post2\nchannel: slack")
    assert rules(check(folder)) == {}
    line = change(folder, "prompts/en/review.j2", "Did all have", f"{{{{ {named} }}}}: did all have")

    (finding,) = rules(check(folder))["R6.5"]

    assert (finding.severity, finding.step, finding.file) == ("error", "fair", "prompts/en/review.j2")
    assert finding.line <= line


def test_people_at_work_read_longer_sentences_and_harder_words(folder: Path) -> None:
    hard = (
        "The council pays for homes and roads. This year there is less money to share among all areas, "
        "so we want to hear which services matter most to families in this area."
    )
    change(folder, "prompts/en/review.j2", "Did all have a fair chance to speak?", hard)
    assert rules(check(folder)).keys() == {"R6.1"}

    change(folder, "flows/review.yaml", "phase: post2", "phase: post2\nchannel: slack")

    assert rules(check(folder)) == {}


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("welcome", "what life is like", "what health inequality is like", "prompts/en/welcome.j2:1:1 R1.1 "),
        (
            "link",
            "{% if next_date %} I will write again on {{ next_date | day }}.{% endif %}",
            "",
            "flows/link.yaml:9:5 R7.1 ",
        ),
    ],
    ids=["it names health inequality in its first message", "it ends without a next step"],
)
def test_such_a_flow_does_not_pass_and_the_place_is_told(
    folder: Path, file: str, old: str, new: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scenario 7: a flow that names health inequality in its first message, or ends without a next step, fails lint
    with file and line."""
    change(folder, f"prompts/en/{file}.j2", old, new)

    ended = cli.run(["check", str(folder)])

    (first, *_) = capsys.readouterr().out.splitlines()
    assert ended == 1
    assert first.startswith(told)
