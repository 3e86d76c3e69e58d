"""The invented people who decide: as many as in 2014, and known to the programme they come with."""

from bot.company import FILE, load_company
from flows.agenda import LEVELS
from flows.loading import library, load_programme


def test_there_are_nineteen_of_known_kinds_in_all_areas() -> None:
    programme = load_programme(library("life-here")).programme
    company = load_company(library("life-here") / FILE)

    assert programme is not None
    assert programme.stakeholders is not None
    assert len(company) == programme.stakeholders.target == 19
    assert {one.area for one in company} == programme.areas.keys()
    assert {one.about["type"] for one in company} == programme.stakeholders.types.keys()
    assert {one.about["level"] for one in company} <= set(LEVELS)


def test_a_programme_without_them_has_none() -> None:
    assert load_company(library("library-hours") / FILE) == ()
