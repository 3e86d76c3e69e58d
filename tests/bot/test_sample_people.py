"""The invented people fit the programme they come with."""

from collections import Counter
from functools import cache

from bot.cast import OPEN, WRITTEN, Habit, Invented, Pool, load_cast
from flows.definition import Programme
from flows.loading import library, load_programme


@cache
def shipped() -> tuple[Programme, tuple[Invented, ...], Pool]:
    programme = load_programme(library("life-here")).programme
    assert programme
    return programme, *load_cast(library("life-here") / "sample" / "people.yaml")


def test_with_the_visitor_there_are_as_many_as_took_part_in_2014() -> None:
    programme, people, _ = shipped()

    assert len(people) + 1 == sum(area.target for area in programme.areas.values()) + 1 == 87
    assert Counter(person.area for person in people) == {area.id: area.target for area in programme.areas.values()}


def test_they_have_all_habits_and_speak_in_known_locales() -> None:
    programme, people, _ = shipped()

    assert {person.habit for person in people} == set(Habit)
    assert {person.locale for person in people} <= programme.locales.keys()


def test_what_they_say_answers_a_question_that_is_asked() -> None:
    programme, _, pool = shipped()
    steps = {step.id for flow in programme.flows.values() for step in flow.steps if step.kind in WRITTEN}

    assert pool.keys() - steps - programme.flows.keys() == {OPEN}
    for words in pool.values():
        assert words.keys() - programme.areas.keys() <= {"any"}


def test_every_diary_and_every_question_before_the_workshop_has_words_of_its_own() -> None:
    programme, _, pool = shipped()
    own = [flow for name, flow in programme.flows.items() if name.startswith("diary_") or name == "before_w1"]

    for flow in own:
        assert flow.id in pool or any(step.id in pool for step in flow.steps)
