"""Scenario 18: before an election political names are hidden, and messages by hand wait for a second person."""

from datetime import UTC, datetime

import pytest

from bot.facilitation import Mistake, NotAllowed, Posted
from bot.rights import Kind, Staff
from storage.broadcasts import Audience
from storage.database import Database
from tests.stage import OLIVE, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
PETE = Staff(name="Pete", kind=Kind.OPERATOR)
CLEO = Staff(name="Cleo", areas=("walsall",))
HULL = Audience(areas=("hull",))


async def test_pre_election_mode_hides_political_names_and_holds_what_is_not_scheduled(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        before = await stage.joins("hull")
        assert await stage.office.before_election(OLIVE, ["hull"], on=True) == ("hull",)

        person, elsewhere = await stage.joins("hull"), await stage.joins("walsall")
        with pytest.raises(Mistake, match="held until somebody else has looked"):
            await stage.office.send(OLIVE, "change", HULL, key="k", fill={"headline": "Jo Hartley says hello"})
        (held,) = await stage.office.held(PETE)
        quiet = len(person.texts())
        await stage.settle()
        assert len(person.texts()) == quiet, "nothing went out"

        with pytest.raises(Mistake, match="somebody else to let it go"):
            await stage.office.approve_broadcast(OLIVE, held.id)
        with pytest.raises(NotAllowed):
            await stage.office.approve_broadcast(CLEO, held.id)
        posted = await stage.office.approve_broadcast(PETE, held.id)
        assert isinstance(posted, Posted)
        await stage.settle()

        said = "\n".join(person.texts())
        assert posted.broadcast.made_by == "Olive and Pete"
        assert len(person.texts()) == quiet + 1
        assert "The partnership has promised to answer each main point" in said
        assert "Jo Hartley" not in said
        assert all("Jo Hartley" in "\n".join(one.texts()) for one in (before, elsewhere))
        with pytest.raises(Mistake, match="Pete has let this message go already"):
            await stage.office.approve_broadcast(PETE, held.id)


async def test_the_calendar_goes_on_and_after_the_election_so_does_everything(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        await stage.office.before_election(OLIVE, [], on=True)

        await stage.passes_until(datetime(2026, 10, 6, 17, 30, tzinfo=UTC))
        assert "One week to go" in person.texts()[-1]

        assert await stage.office.before_election(OLIVE, [], on=False) == ()
        posted = await stage.office.send(OLIVE, "change", HULL, key="k")
        assert posted.count == 1
