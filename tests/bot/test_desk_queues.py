"""What waits for a person of the team, worked through in a chat: requests, statements, questions, pages of answers."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from bot.messages import Opened, Outgoing, Tap
from bot.script import Script
from storage import statements
from storage import tables as t
from tests.bot.team import Team, programme
from tests.bot.test_desk import desk, hears, says
from tests.builders import text

__all__ = ["desk"]


async def presses(team: Team, message: Outgoing, label: str) -> list[Outgoing]:
    token = next(choice.token for choice in message.choices if choice.label == label)
    assert len(token.encode()) <= 64
    return await hears(team, Tap(token=token))


async def written(team: Team, said: str, area: str = "hull") -> str:
    team.clock.at += timedelta(minutes=1)
    async with team.db.write() as conn:
        return await statements.submit(conn, area, said, team.clock.at, author=None)


async def test_answers_are_read_page_by_page_and_new_ones_shift_nothing(desk: Team) -> None:
    for n in range(12):
        await desk.answer(await desk.person(f"Heron-{n}"), f"thought {n}")
    first = await says(desk, "/reflections hull diary_1")
    desk.clock.at += timedelta(minutes=1)
    await desk.answer(await desk.person("Heron-99"), "a new one")

    second = await presses(desk, first[-1], "Older: 2")

    shown = [message.text for message in (*first[1:], *second[1:])]
    assert len(shown) == len(set(shown)) == 12
    assert second[-1].choices == ()
    assert "a new one" not in " ".join(shown)
    assert (await says(desk, "/reflections diary_1"))[0].text.startswith("10 of 13")
    assert (await says(desk, "/reflections hull nothing"))[0].text.startswith("Sorry: There is no conversation")


async def test_a_statement_is_shown_to_others_when_somebody_has_looked_at_it(desk: Team) -> None:
    await written(desk, "More buses")
    await written(desk, "Fewer cars")
    await written(desk, "Not mine to judge", "newquay")
    [first] = await says(desk, "/moderate")

    done, second = await presses(desk, first, "Show")
    late = await presses(desk, first, "Show")
    (why,) = await presses(desk, second, "Keep")
    held, none = await presses(desk, why, "Names")

    assert (first.text, done.text, second.text) == ("Hull: More buses", "approved: More buses", "Hull: Fewer cars")
    assert [message.text for message in late] == ["Changed.", "Hull: Fewer cars"]
    assert (held.text, none.text) == ("held: Fewer cars", "No statement.")
    async with desk.db.read() as conn:
        kept = {one.text: (one.state, one.reason, one.judged_by) for one in await statements.of_areas(conn, ["hull"])}
        noted = [row.action for row in await conn.execute(sa.select(t.journal.c.action))]
    assert kept == {"More buses": ("approved", "", "Ben"), "Fewer cars": ("held", "It names a person.", "Ben")}
    assert noted == ["statement_approved", "statement_held"]


async def test_a_statement_that_changed_while_it_was_looked_at_is_not_let_through(desk: Team) -> None:
    id = await written(desk, "More buses")
    [shown] = await says(desk, "/moderate")
    async with desk.db.write() as conn:
        await conn.execute(sa.text("UPDATE statements SET text = 'Something else'"))

    answer = await presses(desk, shown, "Show")

    assert [message.text for message in answer] == ["Changed.", "Hull: Something else"]
    [told, _] = await says(desk, f"/reword {id} Say what you mean")
    assert told.text == "reword: Something else"


async def test_a_question_is_answered_in_the_chat(desk: Team) -> None:
    small = programme()
    diary = replace(small.flows["diary_1"], steps=(text("day", tags=frozenset({"question"})),))
    desk.script = Script(replace(small, flows={"diary_1": diary}))
    await desk.answer(await desk.person("Heron-1"), "Why no bus?")
    [asked] = await says(desk, "/questions")
    id = asked.text.split()[-1]

    [unclear] = await says(desk, f"/reply {id} From May on")
    [done] = await says(desk, f"/reply {id} Head of transport: From May on.")

    assert asked.text.startswith("1: Why no bus?")
    assert "Say who replies" in unclear.text
    assert done.text == "Noted for Hull."
    assert [message.text for message in await says(desk, "/questions")] == ["No question."]


async def test_what_waits_is_counted_on_the_page_of_their_own_and_a_button_shows_it(desk: Team) -> None:
    await desk.person("Heron-1")
    await desk.add(t.tasks, participant_id="heron-1", kind="callback", note="Call me", created_at=desk.clock.at)
    await written(desk, "More buses")

    (page,) = await hears(desk, Opened(place="home"))
    (request,) = await presses(desk, page, "Requests")
    (done,) = await presses(desk, request, "Done")

    assert (page.place, page.text) == ("home", "1 1 0 0")
    assert [choice.label for choice in page.choices] == ["Requests", "Views"]
    assert (request.text, done.text) == ("1 callback: Call me", "Request 1 done.")
    (chat,) = await says(desk, "/home")
    assert (chat.place, chat.text) == ("", "0 1 0 0")
    assert [message.text for message in await says(desk, "/tasks")] == ["No request."]


async def test_an_observer_sees_numbers_and_no_people(team: Team) -> None:
    await team.add(t.facilitators, id="ben", name="Ben", areas='["hull"]', created_at=team.clock.at, role="observer")
    await team.person("Heron-1")

    assert [m.text for m in await says(team, "/progress")] == ["Hull fewer than 10/18."]
    assert (await says(team, "/reflections"))[0].text.startswith("No: Ben may not read reflections")
    assert (await says(team, "/home"))[0].text == "0 0 0 0"
