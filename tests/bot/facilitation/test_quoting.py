"""Quotes are word for word, and stand only as long as the person and the answer let them."""

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake
from flows.effects import RevisePart
from flows.run import Run, RunState
from storage import mine
from storage import tables as t
from storage.quotes import Quote
from storage.revising import revise
from storage.rows import to_json
from storage.tables_reading import quotes
from tests.bot.team import ADA, BEN, Team

HERE = "diary_1-heron-1.day"
OVER = Run(id="diary_1-heron-1", flow="diary_1", version="v1", state=RunState.FINISHED)


async def reflection(team: Team, quote: str = "yes", share: str = "group", area: str = "hull") -> str:
    pid = await team.person("Heron-1", area=area, quote=quote)
    await team.answer(pid, "The bus was late. My son waited.", share=share, run={"body": to_json(OVER)})
    return pid


async def kept(team: Team) -> Quote:
    [found] = await team.office.quotes(ADA)
    return found


async def says(team: Team, consent: str) -> None:
    async with team.db.write() as conn:
        await conn.execute(sa.update(t.participants).values(facts=to_json({"consent.quote": consent})))


async def test_words_of_a_reflection_are_kept_as_a_quote_once(team: Team) -> None:
    await reflection(team)

    first = await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")
    again = await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")

    assert first.id == again.id
    assert (first.words, first.state, first.made_by) == ("My son waited.", "usable", "Ada")
    [row] = await team.rows(quotes)
    assert (row.begin, row.end) == (18, 32)


@pytest.mark.parametrize("words", ["My daughter waited.", "my son waited.", "", "  "])
async def test_words_that_nobody_said_are_no_quote(team: Team, words: str) -> None:
    await reflection(team)

    with pytest.raises(Mistake, match="exactly as they are"):
        await team.office.mark_quote(ADA, HERE, words, "key1")


@pytest.mark.parametrize(("quote", "share"), [("no", "group"), ("", "group"), ("yes", "team")])
async def test_words_that_may_not_be_used_are_not_kept(team: Team, quote: str, share: str) -> None:
    await reflection(team, quote, share)

    with pytest.raises(Mistake, match="not quoted"):
        await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")


async def test_somebody_who_wants_to_be_asked_is_waited_for(team: Team) -> None:
    await reflection(team, "ask")
    quote = await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")
    assert quote.state == "waiting"
    with pytest.raises(Mistake, match="may not be used"):
        await team.office.use_quote(ADA, quote.id, 1)

    agreed = await team.office.quote_agreed(ADA, quote.id)

    assert agreed.state == "usable"
    with pytest.raises(Mistake, match="does not wait"):
        await team.office.quote_agreed(ADA, quote.id)


async def test_a_quote_falls_when_the_person_does_not_agree_any_more(team: Team) -> None:
    await reflection(team)
    await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")

    await says(team, "no")

    assert ((await kept(team)).state, (await kept(team)).why) == ("withdrawn", "no_consent")


async def test_a_quote_falls_when_the_answer_is_withdrawn(team: Team) -> None:
    pid = await reflection(team)
    await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")

    async with team.db.write() as conn:
        await mine.withdraw_last(conn, pid, team.clock.at)

    assert ((await kept(team)).state, (await kept(team)).why) == ("withdrawn", "taken_back")


async def test_a_quote_falls_when_its_words_are_edited_away(team: Team) -> None:
    pid = await reflection(team)
    await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")
    await team.office.mark_quote(ADA, HERE, "The bus was late.", "key2")

    async with team.db.write() as conn:
        edit = RevisePart(message="1", text="The bus was late. We waited.", at=team.clock.at)
        await revise(conn, pid, edit)

    states = {quote.words: (quote.state, quote.why) for quote in await team.office.quotes(ADA)}
    assert states == {"My son waited.": ("withdrawn", "changed"), "The bus was late.": ("usable", "")}


async def test_no_word_stays_of_a_message_that_was_taken_back(team: Team) -> None:
    pid = await reflection(team)
    await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")
    await team.office.code(ADA, HERE, ["frame:home"], "My son")

    async with team.db.write() as conn:
        await mine.take_back(conn, pid, "1", team.clock.at)

    assert await team.rows(quotes) == []
    assert await team.rows(t.tables_reading.codes) == []


async def test_a_key_issue_speaks_with_a_quote(team: Team) -> None:
    await reflection(team)
    quote = await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")
    await team.office.add_issue(ADA, "hull", "Buses")

    issue = await team.office.use_quote(ADA, quote.id, 1)

    assert (issue.quote, issue.quote_stands, issue.people) == ("My son waited.", True, 1)
    assert (await kept(team)).used == (("hull", 1, "Buses"),)


async def test_a_quote_that_is_dropped_is_listed_no_more(team: Team) -> None:
    await reflection(team)
    quote = await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")

    await team.office.drop_quote(ADA, quote.id)

    assert await team.office.quotes(ADA) == []


async def test_quotes_of_other_areas_are_not_there(team: Team) -> None:
    await reflection(team, area="newquay")
    quote = await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")

    assert await team.office.quotes(BEN) == []
    with pytest.raises(Mistake, match="no such quote"):
        await team.office.drop_quote(BEN, quote.id)


async def test_the_persons_own_file_tells_what_was_made_of_their_words(team: Team) -> None:
    pid = await reflection(team)
    await team.office.mark_quote(ADA, HERE, "My son waited.", "key1")
    await team.office.code(ADA, HERE, ["frame:home"])

    async with team.db.read() as conn:
        own = await mine.everything(conn, pid)

    assert own.quoted == (("My son waited.", team.clock.at),)
    assert own.sorted_under == ((HERE, "frame:home", team.clock.at),)
