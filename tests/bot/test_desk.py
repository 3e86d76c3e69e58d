"""A facilitator at work in a chat."""

import pytest

from bot.desk import Desk
from bot.messages import Content, Outgoing, Shown, Start, Tap, Words
from storage import tables as t
from tests.bot.team import Team


@pytest.fixture
async def desk(team: Team) -> Team:
    """Ben works in Hull."""
    await team.add(t.facilitators, id="ben", name="Ben", areas='["hull"]', created_at=team.clock.at)
    return team


async def hears(team: Team, content: Content) -> list[Outgoing]:
    async with team.db.write() as conn:
        return await Desk(team.office, team.script).answer(conn, "ben", content, team.clock.at)


async def says(team: Team, text: str) -> list[Outgoing]:
    return await hears(team, Words(text=text, message="1"))


async def test_a_facilitator_is_welcomed_and_told_what_they_can_say(desk: Team) -> None:
    welcome, help = await hears(desk, Start(code="team-x"))

    assert welcome.text == "Welcome Ben."
    assert "remind_24h" in help.text
    assert [m.text for m in await says(desk, "what now?")] == [help.text]
    assert await hears(desk, Shown(kind="photo", reference="r", message="1")) == [help]
    assert await says(desk, "  ") == [help]


async def test_progress_is_of_their_own_areas(desk: Team) -> None:
    await desk.person("Heron-1")

    [answer] = await says(desk, "/progress")

    assert answer.text == "Hull fewer than 10/18."


async def test_reflections_are_read_newest_last(desk: Team) -> None:
    assert [m.text for m in await says(desk, "/reflections")] == ["Nothing yet."]
    await desk.answer(await desk.person("Heron-1"), "one")
    await desk.answer(await desk.person("Heron-2"), "kept", share="me")

    messages = await says(desk, "/reflections Hull")

    assert [m.text for m in messages] == ["1 of 1, 1 private", "Heron-1 (Hull): one"]


async def test_a_reminder_is_looked_at_then_sent_once(desk: Team) -> None:
    await desk.person("Heron-1")
    await desk.person("Heron-2", state="stopped")
    await desk.person("Wren-1", area="newquay")

    [preview] = await says(desk, "/remind remind_24h hull")
    send, cancel = preview.choices
    first = await hears(desk, Tap(token=send.token))
    second = await hears(desk, Tap(token=send.token))

    assert preview.text.startswith("1 people.")
    assert "1 has left." in preview.text
    assert (send.label, cancel.label) == ("Send to 1 people", "Cancel")
    assert [m.text for m in (*first, *second)] == ["Sent to 1.", "Already sent to 1."]
    assert [row.participant_id for row in await desk.rows(t.outbox)] == ["heron-1"]


async def test_two_previews_are_two_messages(desk: Team) -> None:
    await desk.person("Heron-1")

    [one], [two] = await says(desk, "/remind change"), await says(desk, "/remind change")

    assert one.choices[0].token != two.choices[0].token
    assert all(len(choice.token.encode()) <= 64 for choice in (*one.choices, *two.choices))


async def test_a_reminder_that_was_called_off_is_not_sent(desk: Team) -> None:
    await desk.person("Heron-1")
    [preview] = await says(desk, "/remind remind_24h")
    send, cancel = preview.choices

    stopped = await hears(desk, Tap(token=cancel.token))
    pressed = await hears(desk, Tap(token=send.token))

    assert [m.text for m in (*stopped, *pressed)] == ["Called off: 0.", "Called off: 0."]
    assert await desk.rows(t.outbox) == []


async def test_what_cannot_be_done_is_said_in_a_sentence(desk: Team) -> None:
    [other] = await says(desk, "/remind remind_24h newquay")
    [unknown] = await says(desk, "/remind remind_9h")
    [nobody] = await says(desk, "/remind remind_24h")

    assert other.text == "No: Ben may not send reminders in Newquay."
    assert unknown.text.startswith("Sorry: There is no message “remind_9h”")
    assert "Nobody would get this" in nobody.text
    assert nobody.choices == ()


async def test_a_forged_button_reaches_nobody_elses_area(desk: Team) -> None:
    await desk.person("Wren-1", area="newquay")

    [answer] = await hears(desk, Tap(token="s.send.abcdef.remind_24h.newquay"))

    assert answer.text.startswith("No: ")
    assert await hears(desk, Tap(token="s.send")) == []
    assert await hears(desk, Tap(token="b.1.cant_come")) == []
    assert await desk.rows(t.outbox) == []


async def test_somebody_who_is_no_facilitator_any_more_gets_no_answer(team: Team) -> None:
    assert await says(team, "/progress") == []
