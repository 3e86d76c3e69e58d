"""Ways through a flow, and names that have to exist."""

import shutil
from pathlib import Path

import pytest

from flows.findings import suggest
from flows.loading import load_programme
from flows.paths import Way, cannot_end, circles, reachable

SOUND = Path(__file__).parent / "sound"


def findings(tmp_path: Path, *steps: str, head: str = "") -> list[str]:
    """The findings of a flow of these steps, without their places."""
    folder = Path(shutil.copytree(SOUND, tmp_path / "programme"))
    lines = "".join(f"  - {step}\n" for step in steps)
    (folder / "flows/talk.yaml").write_text(f"id: talk\n{head}steps:\n{lines}")
    return [f"{finding.code} {finding.text}" for finding in load_programme(folder).findings]


@pytest.mark.parametrize(
    "steps",
    [
        ["{id: a, type: text, goto: end}"],
        ["{id: a, type: choice, options: [{key: again, goto: a}, go_on]}"],
        ["{id: a, type: choice, required: yes, options: [{key: again, goto: a}, {key: out, goto: end}]}"],
        ["{id: a, type: text}", "{id: b, type: info, branch: [{when: {a: skipped}, goto: a}]}"],
        ["{id: a, type: text}", "{id: b, type: text, when: {a: skipped}}", "{id: c, type: share}"],
        ["{id: a, type: confirm}", "{id: b, type: text, when: {a: yes}}", "{id: c, type: text, when: {a: no}}"],
    ],
)
def test_sound_ways_give_no_finding(steps: list[str], tmp_path: Path) -> None:
    assert findings(tmp_path, *steps) == []


def test_entry_makes_its_step_reachable(tmp_path: Path) -> None:
    steps = ("{id: a, type: text, goto: end}", "{id: b, type: info}")

    assert findings(tmp_path, *steps, head="service: yes\nentries: {HELP: b}\n") == []


def test_question_that_cannot_be_skipped_hides_the_step_below(tmp_path: Path) -> None:
    options = "options: [{key: x, goto: end}, {key: y, goto: end}]"

    skippable = findings(tmp_path / "1", f"{{id: a, type: choice, {options}}}", "{id: b, type: text}")
    required = findings(tmp_path / "2", f"{{id: a, type: choice, required: yes, {options}}}", "{id: b, type: text}")

    assert skippable == []
    assert required == ["F104 The step “b” can never be reached."]


def test_step_of_an_unknown_kind_can_still_be_led_to(tmp_path: Path) -> None:
    told = findings(tmp_path, "{id: a, type: txt}", "{id: b, type: text, when: {a: x}, goto: a}", "{id: c, type: info}")

    assert [line[:4] for line in told] == ["F107"]


def test_answers_of_a_list_are_not_guessed(tmp_path: Path) -> None:
    steps = ("{id: a, type: choice, options_from: neighbourhoods}", "{id: b, type: text, when: {a: orchard_park}}")

    assert findings(tmp_path, *steps) == []


def test_fact_stored_by_any_flow_is_known_with_its_values(tmp_path: Path) -> None:
    good = findings(tmp_path / "1", "{id: a, type: text, when: {profile.pace: [light, standard]}}")
    bad = findings(tmp_path / "2", "{id: a, type: text, when: {profile.pace: slow}}")

    assert good == []
    assert bad == ["F115 “profile.pace” is never “slow”."]


def ways(**steps: str) -> dict[str, tuple[Way, ...]]:
    """`a="b c!"`: from a to b without waiting, and to c after waiting."""
    return {
        step: tuple(Way(to=to.rstrip("!"), waits=to.endswith("!")) for to in targets.split())
        for step, targets in steps.items()
    }


def test_circle_is_told_once_in_the_order_of_the_flow() -> None:
    graph = ways(a="b", b="c d", c="a", d="end")

    assert circles(graph, reachable(graph, ["a"])) == [("a", "b", "c")]


def test_circle_that_waits_is_none() -> None:
    graph = ways(a="b", b="a! end")

    assert circles(graph, reachable(graph, ["a"])) == []


def test_step_that_leads_to_itself_is_a_circle() -> None:
    graph = ways(a="a end")

    assert circles(graph, reachable(graph, ["a"])) == [("a",)]


def test_steps_without_a_way_out_are_found() -> None:
    graph = ways(a="b! end", b="c!", c="b!")

    assert cannot_end(graph, reachable(graph, ["a"])) == {"b", "c"}


def test_suggestion_is_the_nearest_word_or_the_list() -> None:
    assert suggest("chioce", ["choice", "text"]) == "did you mean choice?"
    assert suggest("zzz", ["choice", "text"]) == "known: choice, text"
