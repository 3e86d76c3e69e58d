"""Messages to many from a chat: a second person, counts that add up while it goes out, and calling off the rest."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.desk import Desk
from bot.facilitation import sending
from bot.messages import Content, Outgoing, Tap, Words
from bot.watching import Watcher
from bot.wording import Wording
from storage import outbox
from storage import tables as t
from storage.broadcasts import Audience
from storage.outbox import End, Result
from storage.rows import from_json
from storage.tables_elections import held_messages
from storage.tables_sending import watches
from tests.bot.team import ADA, Team


@pytest.fixture
async def two(team: Team) -> Team:
    """Ben and Dee work in Hull, Ned in Newquay; all three have a chat."""
    for name, area in (("Ben", "hull"), ("Dee", "hull"), ("Ned", "newquay")):
        id = name.lower()
        await team.add(t.facilitators, id=id, name=name, areas=f'["{area}"]', created_at=team.clock.at)
        await team.add(t.contacts, channel="demo", bot="demo", chat=f"chat-{id}", facilitator_id=id, name="")
    return team


async def hears(team: Team, who: str, content: Content) -> list[Outgoing]:
    async with team.db.write() as conn:
        return await Desk(team.office, team.script).answer(conn, who, content, team.clock.at)


async def says(team: Team, who: str, text: str) -> list[Outgoing]:
    return await hears(team, who, Words(text=text, message="1"))


async def presses(team: Team, who: str, message: Outgoing, label: str) -> list[Outgoing]:
    token = next(choice.token for choice in message.choices if choice.label == label)
    assert len(token.encode()) <= 64
    return await hears(team, who, Tap(token=token))


async def told(team: Team, who: str) -> list[Outgoing]:
    """What the outbox holds for this member of the team, oldest first."""
    rows = [row for row in await team.rows(t.outbox) if row.chat == f"chat-{who}"]
    return [from_json(row.body, Outgoing) for row in rows]


async def sends_one(team: Team, end: End = End.SENT) -> None:
    """The oldest message to a participant goes out."""
    async with team.db.write() as conn:
        found = await outbox.claim(conn, team.clock.at, 50, channel="demo", bot="demo")
        mine = [item for item in found if item.participant_id]
        others = [Result(item=item, end=End.SENT, platform_id=f"m{item.id}") for item in found if item not in mine]
        await outbox.settle(conn, others, team.clock.at)
        await outbox.settle(conn, [Result(item=item, end=end) for item in mine[:1]], team.clock.at)
        again = [Result(item=item, end=End.AGAIN, retry_at=team.clock.at) for item in mine[1:]]
        await outbox.settle(conn, again, team.clock.at)


async def draws(team: Team) -> list[str]:
    """What Ben sees after some seconds, the newest last."""
    team.clock.at += timedelta(seconds=4)
    await Watcher(team.db, Wording(team.script), team.clock, team._wake).look()
    return [message.text for message in await told(team, "ben")]


async def test_what_the_calendar_does_not_know_takes_two(two: Team) -> None:
    await two.person("Heron-1")
    [preview] = await says(two, "ben", "/broadcast nudge hull")
    [waits] = await presses(two, "ben", preview, "Ask")
    [again] = await presses(two, "ben", preview, "Ask")
    [asked] = await told(two, "dee")

    [own] = await hears(two, "ben", Tap(token=asked.choices[0].token))
    [foreign] = await hears(two, "ned", Tap(token=asked.choices[0].token))
    before = [row for row in await two.rows(t.outbox) if row.participant_id]
    nothing_to_say = await presses(two, "dee", asked, "Yes")
    [late] = await presses(two, "dee", asked, "Yes")

    assert waits.text == again.text == "Waits (unplanned) for Dee."
    assert len(await two.rows(held_messages)) == 1
    assert asked.text.startswith("Ben: nudge to 1.")
    assert own.text.startswith("Sorry: Ben wrote this message")
    assert foreign.text.startswith("No: Ned may not")
    assert before == []
    assert nothing_to_say == []
    assert "Dee has let this message go already" in late.text
    assert [row.participant_id for row in await two.rows(t.outbox) if row.participant_id] == ["heron-1"]
    assert [row.made_by for row in await two.rows(t.broadcasts)] == ["Ben and Dee"]
    assert [message.text for message in await told(two, "ben")] == ["sending: 0+1+0+0=1"]
    assert await told(two, "ned") == []


async def test_a_message_to_very_many_takes_two_and_can_be_dropped(two: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MANY", 1)
    for n in range(2):
        await two.person(f"Heron-{n}")
    [preview] = await says(two, "ben", "/remind remind_24h hull")

    [waits] = await presses(two, "ben", preview, "Ask")
    [shown] = await says(two, "dee", "/held")
    [dropped] = await presses(two, "dee", shown, "No")

    assert waits.text == "Waits (many) for Dee."
    assert dropped.text == "Dee dropped remind_24h."
    assert [message.text for message in await told(two, "ben")] == ["Dee dropped remind_24h."]
    assert [row for row in await two.rows(t.outbox) if row.participant_id] == []
    assert [message.text for message in await says(two, "dee", "/held")] == ["Nothing is held."]


async def test_a_forged_button_does_not_send_without_a_second_person(two: Team) -> None:
    await two.person("Heron-1")

    [answer] = await hears(two, "ben", Tap(token="s.send.abcdef.nudge.hull"))

    assert answer.text.startswith("Waits")
    assert [row for row in await two.rows(t.outbox) if row.participant_id] == []


async def test_it_is_watched_going_out_in_one_message_whose_counts_always_add_up(two: Team) -> None:
    for n in range(3):
        await two.person(f"Heron-{n}")
    await two.person("Heron-9", state="stopped")
    [preview] = await says(two, "ben", "/remind remind_24h hull")
    await presses(two, "ben", preview, "Send to 3 people")

    await sends_one(two)
    seen = await draws(two)
    same = await draws(two)
    [off] = await presses(two, "ben", (await told(two, "ben"))[-1], "Call off")
    done = await draws(two)

    assert seen == same == ["sending: 0+3+0+1=4", "sending: 1+2+0+1=4"]
    assert off.text == "Called off: 2."
    assert done[-1] == "cancelled: 1+0+2+1=4"
    rows = [row for row in await two.rows(t.outbox) if row.chat == "chat-ben"]
    assert len({row.token for row in rows}) == 1
    assert [row.replaces for row in rows] == [False, True, True]
    assert await two.rows(watches) == []
    assert await draws(two) == done
    assert (await told(two, "ben"))[-1].choices == ()


async def test_what_comes_back_unsent_after_it_was_called_off_is_not_sent_again(two: Team) -> None:
    await two.person("Heron-1")
    [preview] = await says(two, "ben", "/remind remind_24h hull")
    await presses(two, "ben", preview, "Send to 1 people")
    async with two.db.write() as conn:
        flying = await outbox.claim(conn, two.clock.at, 50, channel="demo", bot="demo")
    await presses(two, "ben", (await told(two, "ben"))[-1], "Call off")
    async with two.db.write() as conn:
        back = [Result(item=item, end=End.AGAIN, retry_at=two.clock.at) for item in flying if item.participant_id]
        await outbox.settle(conn, back, two.clock.at)

        found = await outbox.claim(conn, two.clock.at, 50, channel="demo", bot="demo")

        assert [item for item in found if item.participant_id] == []
        states = sa.select(t.outbox.c.state).where(t.outbox.c.participant_id.is_not(None))
        assert list(await conn.scalars(states)) == ["cancelled"]


async def test_a_message_is_tried_out_on_oneself(two: Team) -> None:
    [answer] = await says(two, "ben", "/try thanks hull")

    assert answer.text.startswith("Sorry: The message “thanks” cannot be written yet")
    [fine] = await says(two, "ben", "/try remind_24h hull")
    assert fine.text == "Try remind_24h."
    assert [message.text for message in await told(two, "ben")] == ["Hi Sam. See you at the workshop."]


async def test_a_message_is_planned_from_the_chat_and_called_off(two: Team) -> None:
    await two.person("Heron-1")
    [none] = await says(two, "ben", "/planned")
    [preview] = await says(two, "ben", "/remind remind_24h hull at 2026-11-06 18:00")

    [planned] = await presses(two, "ben", preview, "Then")
    [again] = await presses(two, "ben", preview, "Then")
    [listed] = await says(two, "dee", "/planned")
    [dropped] = await presses(two, "dee", listed, "No")
    [too_late] = await presses(two, "ben", preview, "Then")

    assert none.text == "Nothing is planned."
    assert "At Friday 6 November 6pm." in preview.text
    assert planned.text == again.text == listed.text == "remind_24h at Friday 6 November 6pm by Ben."
    assert dropped.text == too_late.text == "Dee dropped remind_24h."
    assert [row.participant_id for row in await two.rows(t.outbox) if row.participant_id] == []


async def test_a_planned_message_that_takes_two_is_looked_at_and_goes_at_its_hour(two: Team) -> None:
    await two.person("Heron-1")
    [preview] = await says(two, "ben", "/remind nudge hull at 18:00")
    [waits] = await presses(two, "ben", preview, "Ask")
    [asked] = await told(two, "dee")

    [approved] = await presses(two, "dee", asked, "Yes")
    two.clock.at = two.clock.at.replace(hour=18)
    await two.office.let_due_go()

    assert waits.text == "Waits (unplanned) for Dee."
    assert approved.text == "nudge at Thursday 5 November 6pm by Ben."
    assert [row.participant_id for row in await two.rows(t.outbox) if row.participant_id] == ["heron-1"]


async def test_an_hour_that_cannot_be_read_is_said_to_be_none(two: Team) -> None:
    [sorry] = await says(two, "ben", "/remind remind_24h hull at noon")

    assert sorry.text == "Sorry: “noon” is no hour. Write it like 18:00, 2026-11-26 18:00 or 2026-11-26T18:00Z."


async def test_what_may_have_arrived_is_decided_in_the_chat_one_by_one(two: Team) -> None:
    for n in range(3):
        await two.person(f"Heron-{n}")
    await two.office.send(ADA, "remind_24h", Audience(areas=("hull",)), key="k")
    async with two.db.write() as conn:
        await conn.execute(sa.update(t.outbox).values(state="uncertain", reason="cut off while sending"))
        await conn.execute(sa.update(t.participants).where(t.participants.c.id == "heron-2").values(state="stopped"))

    [home] = await says(two, "ben", "/home")
    [first] = await presses(two, "ben", home, "Unsure")
    again, second = await presses(two, "ben", first, "Again")
    [late] = await presses(two, "dee", first, "Leave")
    left, last = await presses(two, "dee", second, "Leave")
    [foreign] = await presses(two, "ned", first, "Leave")

    assert first.text == "remind_24h to Heron-0 of 2?"
    assert (again.text, second.text) == ("remind_24h again to Heron-0.", "remind_24h to Heron-1 of 1?")
    assert late.text == "Sorry: No message number 1 waits for a decision. It is decided already."
    assert (left.text, last.text) == ("remind_24h left to Heron-1.", "All is known.")
    assert foreign.text == late.text
    rows = [(row.participant_id, row.state) for row in await two.rows(t.outbox)]
    assert rows == [*((f"heron-{n}", "uncertain") for n in range(3)), ("heron-0", "queued")]
