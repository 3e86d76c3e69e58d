"""The demo's invented team, with somebody who came to look."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cast import CastFault
from bot.cast_team import Team, load_plans
from bot.demo import AGENDA
from flows.agenda import LEVELS, NO_REPLY, POSITIONS
from flows.loading import library
from flows.signs import FRAMES
from storage.database import Database
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
DAMP = "The damp in our homes. It never goes away."


async def nobody() -> frozenset[str]:
    return frozenset()


def team(stage: Stage) -> Team:
    plans = load_plans(library("life-here") / AGENDA)
    assert plans is not None
    return Team(office=stage.office, plans=plans, phrases=stage.parts.script.signs, invented=nobody)


async def somebody_shares(stage: Stage, words: str) -> None:
    await stage.workshops(W1)
    person = await stage.joins("hull")
    await stage.says(person, words)
    await stage.taps(person, "The group, no name")


async def test_a_visitor_finds_their_own_words_in_the_agenda(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await somebody_shares(stage, DAMP)

        await team(stage).see_to(MONDAY + timedelta(days=30))

        (issue,) = await stage.office.issues(OLIVE, ["hull"])
        assert (issue.title, issue.quote, issue.people) == ("Homes that are cold or damp", DAMP, 1)
        assert issue.approved
        assert all("invented" in name for name in issue.approved_by)


async def test_whoever_does_not_answer_is_shown_as_silent_when_the_news_goes_out(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await somebody_shares(stage, "The last bus goes at six and then nothing comes.")
        await team(stage).see_to(MONDAY + timedelta(days=30))
        await stage.passes_until(MONDAY + timedelta(days=60))

        await team(stage).see_to(stage.clock.now())

        (one,) = await stage.office.commitments(OLIVE, ["hull"])
        assert (one.commitment.owner, one.standing) == ("The bus company", "asked")
        await stage.passes(days=5)
        (one,) = await stage.office.commitments(OLIVE, ["hull"])
        assert one.standing == NO_REPLY


async def test_an_owner_who_answers_is_told_with_their_words_when_the_news_goes_out(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await somebody_shares(stage, DAMP)
        await team(stage).see_to(MONDAY + timedelta(days=30))
        await stage.passes_until(MONDAY + timedelta(days=65))

        await team(stage).see_to(stage.clock.now())

        (one,) = await stage.office.commitments(OLIVE, ["hull"])
        assert (one.standing, one.commitment.owner) == ("planned", "The head of housing")
        assert "forty worst homes" in one.commitment.reply


def test_the_shipped_plans_name_causes_levels_and_positions_that_exist() -> None:
    plans = load_plans(library("life-here") / AGENDA)

    assert plans is not None
    assert len(plans.team) == 2
    assert plans.issues.keys() <= FRAMES
    assert all(set(plan["decided_by"]) <= set(LEVELS) for plan in plans.issues.values())
    assert {plan["position"] for plan in plans.issues.values() if "position" in plan} == set(POSITIONS)
    assert any("position" not in plan for plan in plans.issues.values()), "somebody has to be silent"


def test_a_programme_without_plans_has_no_team() -> None:
    assert load_plans(library("library-hours") / AGENDA) is None


def test_plans_that_lack_something_are_refused_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "agenda.yaml").write_text("team: [Ada]\n", encoding="utf-8")

    with pytest.raises(CastFault, match=r"agenda\.yaml needs team, scope and issues"):
        load_plans(tmp_path / "agenda.yaml")
