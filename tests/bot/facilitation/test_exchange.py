"""Statements: nothing is shown before somebody looked at it, the least seen first, never one's own."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff
from bot.shelves import exchange
from flows.disclosure import FEWEST
from storage import statements
from storage import tables as t
from storage.statements import Statement
from storage.tables_loop import votes
from tests.bot.team import ADA, BEN, Team


async def wrote(team: Team, code_name: str, text: str) -> str:
    """Somebody who finishes the line; the name of the statement."""
    known = {row.id for row in await team.rows(t.participants)}
    pid = code_name.lower()
    if pid not in known:
        await team.person(code_name)
    await team.answer(pid, text, flow="exchange", step="mine")
    async with team.db.write() as conn:
        place = {"run_id": f"exchange-{pid}", "step": "mine"}
        return await statements.submit(conn, "hull", text, team.clock.at, author=pid, **place)


async def shown(team: Team, pid: str) -> list[str]:
    """What this person would be asked about, in order."""
    async with team.db.read() as conn:
        return [one.text for one in await statements.to_vote_on(conn, "hull", pid)]


async def votes_of(team: Team, pid: str, **cast: str) -> int:
    async with team.db.write() as conn:
        return await statements.vote(conn, pid, cast, team.clock.at)


async def test_nothing_is_shown_before_it_was_looked_at(team: Team) -> None:
    id = await wrote(team, "Heron-1", "there were more benches.")
    await team.person("Heron-2")

    before = await shown(team, "heron-2")
    await team.office.approve_statement(BEN, id)

    assert before == []
    assert await shown(team, "heron-2") == ["there were more benches."]
    assert await shown(team, "heron-1") == [], "never one's own"
    assert [row.action for row in await team.rows(t.journal)] == ["statement_approved"]


async def test_what_fewest_have_seen_comes_first(team: Team) -> None:
    one = await wrote(team, "Heron-1", "one")
    team.clock.at += timedelta(minutes=1)
    two = await wrote(team, "Heron-2", "two")
    for id in (one, two):
        await team.office.approve_statement(ADA, id)
    await team.person("Heron-3")
    await team.person("Heron-4")
    before = await shown(team, "heron-4")

    await votes_of(team, "heron-3", **{one: "pass"})

    assert before == ["one", "two"]
    assert await shown(team, "heron-4") == ["two", "one"]
    assert await shown(team, "heron-3") == ["two"], "each once"


async def test_a_vote_can_change_and_is_never_on_ones_own_or_on_what_waits(team: Team) -> None:
    one = await wrote(team, "Heron-1", "one")
    team.clock.at += timedelta(minutes=1)
    waiting = await wrote(team, "Heron-2", "two")
    await team.office.approve_statement(ADA, one)

    taken = await votes_of(team, "heron-1", **{one: "agree", waiting: "agree"})
    first = await votes_of(team, "heron-2", **{one: "agree"})
    await votes_of(team, "heron-2", **{one: "disagree"})

    assert (taken, first) == (0, 1)
    assert [row.vote for row in await team.rows(votes)] == ["disagree"]
    (listed, _) = await team.office.statements(ADA, ["hull"])
    assert (listed.agree, listed.disagree, listed.seen) == (0, 1, 1)


@pytest.mark.parametrize("change", ["withdrawn_at", "share"])
async def test_what_its_author_took_back_is_nobodys_to_read(team: Team, change: str) -> None:
    await team.office.approve_statement(ADA, await wrote(team, "Heron-1", "one"))
    await team.person("Heron-2")

    async with team.db.write() as conn:
        await conn.execute(sa.update(t.answers).values(**{change: team.clock.at if change == "withdrawn_at" else "me"}))

    assert await shown(team, "heron-2") == []
    assert await team.office.statements(ADA) == []


async def test_the_team_looks_at_the_words_as_they_are_now(team: Team) -> None:
    id = await wrote(team, "Heron-1", "Mr Smith went away.")
    async with team.db.write() as conn:
        await conn.execute(sa.update(t.answer_parts).values(text="the noise went away."))

    (waiting,) = await team.office.statements(ADA, state="waiting")
    approved = await team.office.approve_statement(ADA, id)

    assert waiting.text == approved.text == "the noise went away."


async def test_what_is_too_long_for_one_line_is_kept_and_not_shown(team: Team) -> None:
    id = await wrote(team, "Heron-1", "more benches and " * 12)

    with pytest.raises(Mistake, match="Ask to reword it"):
        await team.office.approve_statement(ADA, id)
    assert len((await team.office.statements(ADA))[0].text) > 140


async def test_an_author_is_told_why_and_can_say_it_again(team: Team) -> None:
    id = await wrote(team, "Heron-1", "Mr Smith went away.")

    with pytest.raises(Mistake, match="reads the reason"):
        await team.office.reword_statement(ADA, id, "  ")
    await team.office.reword_statement(ADA, id, "It names a person.")

    (message,) = await team.rows(t.outbox)
    assert "Mr Smith went away." in message.body
    assert "It names a person." in message.body
    assert "f.say_again" in message.body


async def test_who_has_left_is_told_nothing(team: Team) -> None:
    id = await wrote(team, "Heron-1", "one")
    async with team.db.write() as conn:
        await conn.execute(sa.update(t.participants).values(state="stopped"))

    held = await team.office.hold_statement(ADA, id, "It sells something.")

    assert held.state == "held"
    assert await team.rows(t.outbox) == []


async def test_a_view_from_the_room_is_checked_like_any_other(team: Team) -> None:
    one = await team.office.add_statement(ADA, "hull", "the bus came on time.")
    await team.person("Heron-1")

    before = await shown(team, "heron-1")
    await team.office.approve_statement(BEN, one.id)

    assert (before, await shown(team, "heron-1")) == ([], ["the bus came on time."])


async def test_other_areas_statements_are_out_of_reach(team: Team) -> None:
    id = await wrote(team, "Heron-1", "one")

    with pytest.raises(NotAllowed):
        await team.office.approve_statement(Staff(name="Cleo", areas=("newquay",)), id)
    with pytest.raises(Mistake, match="no statement"):
        await team.office.hold_statement(ADA, "s1", "why")


def view(team: Team, text: str, agree: int, disagree: int) -> Statement:
    """An approved statement with its votes."""
    counts = {"agree": agree, "disagree": disagree, "passed": 0}
    said = {"id": text, "area": "hull", "text": text, "state": "approved", "reason": "", "judged_by": "Ada"}
    return Statement(**said, **counts, made_at=team.clock.at)  # type: ignore[arg-type]


def test_agreement_is_told_together_with_the_split(team: Team) -> None:
    found = [view(team, "benches", 6, 1), view(team, "cars", 4, 4), view(team, "few", 4, 0), view(team, "bins", 1, 6)]

    taken = exchange([], found, FEWEST)

    assert taken.values["exchange"] == {"agree": "benches", "split": "cars"}
    assert taken.facts["exchange.result"] == "yes"


def test_too_few_votes_are_no_result(team: Team) -> None:
    taken = exchange([], [view(team, "benches", 6, 1), view(team, "few", 2, 2)], FEWEST)

    assert taken.facts["exchange.result"] == "no"
    assert taken.values["exchange"] == {"agree": "", "split": ""}
