"""A programme's folder becomes a Programme, or every mistake in it with its place."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition import Action, Condition, Operator, Visibility
from flows.findings import CODES, Finding
from flows.loading import (
    Loaded,
    Unreadable,
    flow_version,
    library,
    load_programme,
    load_words,
    read_flow,
    read_programme,
)
from flows.loading_programme import slug

HERE = Path(__file__).parent
SOUND = HERE / "sound"
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
TARGETS = {
    "flow": "flows/talk.yaml",
    "programme": "programme.yaml",
    "calendar": "calendar.yaml",
    "broadcasts": "broadcasts.yaml",
}
ELSEWHERE = {"Y001", "Y002", "F120", "P303", "P304", "P306", "P308", "P311", "P312"} | {"Y032", "A501", "T601", "T602"}
"""Codes about whole files and folders, tested one by one below, and of decisions, in tests/bot/test_accepting.py."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "programme"))


def told(loaded: Loaded) -> list[str]:
    return [f"{f.file}:{f.line}:{f.column} {f.code}" for f in loaded.findings]


def test_sound_programme_loads_clean() -> None:
    loaded = load_programme(SOUND)

    assert loaded.findings == ()
    assert loaded.programme is not None
    assert loaded.programme == loaded.draft


@pytest.mark.parametrize("case", BROKEN, ids=lambda path: path.name)
def test_broken_file_gives_exactly_these_findings(case: Path, folder: Path) -> None:
    raw = case.read_bytes()
    expected = [line[9:].decode() for line in raw.splitlines() if line.startswith(b"# expect ")]
    (folder / TARGETS[case.name.split(".")[1]]).write_bytes(raw)

    loaded = load_programme(folder)

    assert told(loaded) == expected
    assert case.name[:4] in {finding.code for finding in loaded.findings}
    assert loaded.programme is None


def test_every_code_has_a_broken_file() -> None:
    assert {path.name[:4] for path in BROKEN} | ELSEWHERE == set(CODES)


@pytest.mark.parametrize("case", BROKEN, ids=lambda path: path.name)
def test_finding_says_what_is_wrong_and_what_would_be_right(case: Path, folder: Path) -> None:
    (folder / TARGETS[case.name.split(".")[1]]).write_bytes(case.read_bytes())

    for finding in load_programme(folder).findings:
        assert finding.text.endswith(".")
        assert finding.fix
        assert "\n" not in str(finding)


@pytest.mark.parametrize("home", [SOUND, library("life-here"), library("library-hours")], ids=lambda path: path.name)
def test_a_programme_is_the_same_when_read_again_from_what_was_kept(home: Path) -> None:
    programme = load_programme(home).programme
    assert programme is not None

    assert read_programme(programme.files) == programme


def test_kept_files_that_are_no_programme_are_told() -> None:
    with pytest.raises(Unreadable, match=r"programme.yaml:1:1 Y001"):
        read_programme({})


def test_finding_reads_as_one_line() -> None:
    finding = Finding(file="flows/talk.yaml", line=3, column=5, code="F103", text="There is no step “b”.", fix="add it")

    assert str(finding) == "flows/talk.yaml:3:5 F103 There is no step “b”. → add it"


def test_step_carries_what_its_line_says() -> None:
    programme = load_programme(SOUND).programme
    assert programme is not None
    talk = programme.flows["talk"]
    steps = {step.id: step for step in talk.steps}

    assert (talk.nudge_after, talk.expires_after, talk.minutes) == (timedelta(days=1), timedelta(days=3), 4)
    assert talk.needs[1] == Condition(subject="attendance.w1", operator=Operator.IS_NOT, values=("missed",))
    assert steps["good_day"].vis is Visibility.G
    assert steps["good_day"].tags == {"open", "daily_life"}
    assert steps["shapes"].options[0].frame == "income"
    assert steps["assets"].branches[0].goto == "bye"
    assert [c.operator for c in steps["assets"].branches[0].when] == [Operator.AT_LEAST, Operator.ANSWERED]
    assert steps["bye"].do == (Action(name="plan"),)
    place = steps["patch"].place
    assert place is not None
    assert (place.file, place.line, place.column) == ("flows/talk.yaml", 15, 5)


def test_programme_carries_what_its_files_say() -> None:
    programme = load_programme(SOUND).programme
    assert programme is not None

    assert programme.locales == {"en": "", "en-easy": "en"}
    assert programme.gather == timedelta(seconds=5)
    assert (programme.quiet_from, programme.quiet_until, programme.quiet_until_sunday) == ("21:00", "08:30", "10:00")
    assert dict(programme.areas["hull"].neighbourhoods) == {
        "orchard_park": "Orchard Park",
        "st_marys_field": "St Mary's Field",
        "lodz_road": "Łódź Road",
        "place_4": "中",
    }
    assert [(e.id, e.wave, e.light, e.counts) for e in programme.entries] == [
        ("remind_24h", 1, True, False),
        ("talk", 1, True, True),
        ("talk_again", 2, False, True),
    ]
    assert programme.broadcasts["remind_24h"].policy == "resend"
    assert not programme.broadcasts["remind_24h"].needs_consent
    assert programme.broadcasts["thanks"].options == ()
    assert set(programme.prompts) == {"broadcasts"}
    assert set(programme.flows["talk"].prompts) == {"en", "en-easy"}


def test_yaml_words_stay_text(folder: Path) -> None:
    path = folder / "programme.yaml"
    path.write_text(
        path.read_text().replace("org: The Town", "a: NO, b: 012, c: 12:30, d: null, e: 1e3, f: 2026-01-01")
    )

    programme = load_programme(folder).programme

    assert programme is not None
    expected = {"a": "NO", "b": "012", "c": "12:30", "d": "null", "e": "1e3", "f": "2026-01-01", "bot_name": "Robin"}
    assert programme.texts == expected


def test_version_names_everything_a_flow_says_and_does(folder: Path) -> None:
    before = load_programme(folder).programme
    (folder / "prompts/en-easy/talk.j2").write_text("{% block intro %}Hello{% endblock %}")
    after = load_programme(folder).programme

    assert before is not None
    assert after is not None
    changed = {name for name, flow in after.flows.items() if flow.version != before.flows[name].version}
    assert changed == {"talk"}
    assert after.version != before.version
    assert len(after.version) == len(after.flows["talk"].version) == 16


def test_version_does_not_depend_on_line_ends(folder: Path) -> None:
    before = load_programme(folder).programme
    for path in folder.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    after = load_programme(folder).programme

    assert before == after


def test_pinned_flow_is_read_again_as_it_was() -> None:
    programme = load_programme(SOUND).programme
    assert programme is not None
    for flow in programme.flows.values():
        again = read_flow(flow.source, flow.prompts, flow.version, f"flows/{flow.id}.yaml")

        assert again == flow
        assert flow_version(again.source, again.prompts) == flow.version


def test_pinned_flow_that_is_no_flow_is_refused_with_its_mistakes() -> None:
    with pytest.raises(Unreadable, match="F107"):
        read_flow("id: a\nsteps:\n  - {id: b, type: gone}\n", {}, "v", "flows/a.yaml")


def test_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "flows/welcome.yaml").write_text("id: welcome\nsteps:\n  - {id: a, type: text, goto: b}\n")
    (folder / "calendar.yaml").write_text("- {id: x, at: soon, flow: talk}\n")
    (folder / "programme.yaml").write_text((SOUND / "programme.yaml").read_text() + "moon: full\n")

    codes = {finding.code for finding in load_programme(folder).findings}

    assert {"F103", "C201", "Y020"} <= codes


def remove_outline(folder: Path) -> None:
    (folder / "programme.yaml").unlink()


def remove_flows(folder: Path) -> None:
    shutil.rmtree(folder / "flows")


def remove_wording(folder: Path) -> None:
    (folder / "prompts/en/talk.j2").unlink()


def add_strange_locale(folder: Path) -> None:
    (folder / "prompts/cy").mkdir()


def add_homeless_wording(folder: Path) -> None:
    (folder / "prompts/en/tlak.j2").write_text("")


def add_other_ending(folder: Path) -> None:
    (folder / "flows/walk.yml").write_text("id: walk\n")


def make_folder_of_a_file(folder: Path) -> None:
    (folder / "flows/rights.yaml").unlink()
    (folder / "flows/rights.yaml").mkdir()


def make_huge(folder: Path) -> None:
    (folder / "flows/rights.yaml").write_text("#" * 1_000_001)


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (remove_outline, "programme.yaml:1:1 Y001"),
        (remove_flows, "programme.yaml:1:1 P306"),
        (remove_wording, "flows/talk.yaml:1:1 F120"),
        (add_strange_locale, "prompts/cy:1:1 P303"),
        (add_homeless_wording, "prompts/en/tlak.j2:1:1 P304"),
        (add_other_ending, "flows/walk.yml:1:1 P308"),
        (make_folder_of_a_file, "flows/rights.yaml:1:1 Y001"),
        (make_huge, "flows/rights.yaml:1:1 Y002"),
    ],
)
def test_harm_to_the_folder_is_found(harm: Callable[[Path], None], expected: str, folder: Path) -> None:
    harm(folder)

    assert expected in told(load_programme(folder))


def test_missing_folder_is_one_finding(tmp_path: Path) -> None:
    assert told(load_programme(tmp_path / "nowhere")) == [":1:1 Y001"]


def test_warning_does_not_keep_a_programme_from_running(folder: Path) -> None:
    add_homeless_wording(folder)

    loaded = load_programme(folder)

    assert [finding.severity for finding in loaded.findings] == ["warning"]
    assert loaded.programme is not None


@given(st.sampled_from(["flows/talk.yaml", "programme.yaml", "calendar.yaml", "broadcasts.yaml"]), st.data())
def test_no_damage_to_a_file_raises(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damaged") / "programme"
    shutil.copytree(SOUND, folder)
    raw = (folder / name).read_bytes()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 30)))
    junk = data.draw(
        st.one_of(st.binary(max_size=8), st.text("{}[]:,-#&*!|>'\"%@`\n\t ay1", max_size=8).map(str.encode))
    )
    (folder / name).write_bytes(raw[:start] + junk + raw[end:])

    loaded = load_programme(folder)

    assert (loaded.programme is None) == any(finding.severity == "error" for finding in loaded.findings)
    assert all(finding.code in CODES and finding.line > 0 and finding.column > 0 for finding in loaded.findings)


def test_universal_words_are_found_in_other_languages() -> None:
    words = load_words()

    assert words["stop"] == "STOP"
    assert words["my data"] == "MY_DATA"
    assert len({word for phrase, word in words.items()}) > 10


def test_library_names_a_folder_beside_the_code() -> None:
    assert library("life-here").name == "life-here"
    assert (library("life-here").parent / "words.yaml").is_file()


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Orchard Park", "orchard_park"),
        ("St. Mary’s Field", "st_marys_field"),
        ("Ynys Môn", "ynys_mon"),
        ("42nd Street", ""),
        ("中", ""),
        ("A very long name of a place in the west", "a_very_long_name_of_a_pl"),
    ],
)
def test_label_becomes_a_key(label: str, key: str) -> None:
    assert slug(label) == key
