"""The small programme that is shipped: data alone, sound in both languages, and good to the people who live with it."""

from datetime import date
from functools import cache

import pytest

from bot.cast import load_cast
from bot.check import check
from bot.rehearsal.diary import Kind
from bot.rehearsal.rehearse import rehearse
from bot.starting import read_script
from flows.definition import Programme
from flows.loading import library, load_programme
from flows.loading_flow import PRINCIPLES

HOME = library("library-hours")


@cache
def shipped() -> Programme:
    loaded = load_programme(HOME)
    assert [str(finding) for finding in loaded.findings] == []
    assert loaded.programme
    return loaded.programme


def test_check_finds_nothing_in_it() -> None:
    assert [str(finding) for finding in check(HOME).findings] == []


def test_it_is_small_and_has_two_waves_in_two_areas() -> None:
    assert shipped().flows.keys() == {"welcome", "my_rights", "thought", "your_library", "two_weeks"}
    assert shipped().waves == len(shipped().areas) == 2
    assert {entry.at[:2] for entry in shipped().entries} == {"W1", "W2"}


def test_every_flow_is_worded_in_plain_and_easy_english() -> None:
    assert {tuple(sorted(flow.prompts)) for flow in shipped().flows.values()} == {("en", "en-easy")}


def test_every_principle_is_served_twice() -> None:
    served = [principle for flow in shipped().flows.values() for principle in flow.principles]

    assert [name for name in PRINCIPLES if served.count(name) < 2] == []


def test_it_has_people_for_the_demo() -> None:
    people, pool = load_cast(HOME / "sample" / "people.yaml")

    assert {person.area for person in people} == shipped().areas.keys()
    assert pool.keys() <= {step.id for flow in shipped().flows.values() for step in flow.steps}


@pytest.mark.parametrize("gap", [14, 28])
def test_a_rehearsal_of_it_breaks_no_promise(gap: int) -> None:
    lived = rehearse(read_script(HOME), people=40, seed=1, first=date(2027, 3, 1), gap=gap)

    assert list(lived.faults()) == []
    assert {"decided"} <= {note.what for d in lived.diaries for note in d.notes if note.kind is Kind.BROADCAST}
