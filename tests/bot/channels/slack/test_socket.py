"""Socket Mode: the same app over a line of our own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.channels.base import Channel
from bot.channels.slack.app import SlackApp
from bot.channels.slack.channel import SlackChannel
from bot.messages import Command, Inbound, Outgoing, Sheet, Tap, Words
from tests.bot.channels.slack.conftest import Notes, now
from tests.bot.channels.slack.test_channel import SlackStage, to
from tests.channels.contract import ChannelContract, receiving, until
from tests.slackapi import SlackApi


async def brief(seconds: float) -> None:
    """Waiting that takes hardly any time."""
    await asyncio.sleep(0.01)


@pytest.fixture
async def channel(api: SlackApi, notes: Notes) -> AsyncIterator[SlackChannel]:
    """The workspace, with the line open."""
    app = SlackApp(now, notes, app_token=api.app_token, api_base=api.url, ping=0.2, sleep=brief)
    app.ready = True
    made = SlackChannel(api.team, api.token, now, api_base=api.url, time_to_store=0.5, sleep=brief)
    app.workspaces[made.bot] = made
    async with listening(app):
        await api.until(lambda: bool(api.lines))
        yield made
    await made.close()


@asynccontextmanager
async def listening(app: SlackApp) -> AsyncIterator[SlackApp]:
    """The line is kept open."""
    task = asyncio.create_task(app.run())
    try:
        yield app
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class TestSlackOverALine(ChannelContract):
    """The contract."""

    @pytest.fixture
    def stage(self, api: SlackApi, channel: Channel) -> SlackStage:
        """Slack."""
        assert isinstance(channel, SlackChannel)
        return SlackStage(api, channel)


async def test_presses_commands_and_sheets_come_over_the_line(api: SlackApi, channel: SlackChannel) -> None:
    sheet = Sheet(open="Write more", send="Send", close="Close")
    await channel.send(to(), Outgoing(text="What works?", token="r.run.1", sheet=sheet), 1)
    sam = api.person("U7")
    heard: list[Inbound] = []

    async with receiving(channel, heard.extend):
        sam.taps("Write more")
        await api.until(lambda: bool(api.sheets))
        sam.sends("Much.")
        sam.presses("r.run.1.skip")
        sam.types("progress")
        await until(lambda: len(heard) == 3)

    kinds = {type(inbound.content).__name__ for inbound in heard}
    assert kinds == {"Form", "Tap", "Command"}
    assert Tap(token="r.run.1.skip") in [inbound.content for inbound in heard]
    assert Command(text="progress") in [inbound.content for inbound in heard]


async def test_an_envelope_is_acknowledged_only_when_it_is_on_disk(api: SlackApi, channel: SlackChannel) -> None:
    stored: list[str] = []
    acknowledged: list[int] = []

    async def accept(batch: Sequence[Inbound]) -> None:
        acknowledged.append(len(api._acknowledged))
        stored.extend(inbound.key for inbound in batch)

    task = asyncio.create_task(channel.receive(accept))
    await asyncio.sleep(0)
    api.person("U7").says("Hi")
    await api.until(lambda: api.telling == 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert acknowledged[0] == 0
    assert len(set(stored)) == 1
    assert api.lost == []


async def test_a_line_that_breaks_is_opened_again_and_what_was_said_meanwhile_is_looked_up(
    api: SlackApi, channel: SlackChannel
) -> None:
    heard: list[Inbound] = []
    async with receiving(channel, heard.extend):
        await until(lambda: ("users.conversations", "ok") in api.calls)
        api.person("U7").message("said to nobody")
        await api.lines[0].close()
        await until(lambda: bool(heard))

    assert heard[0].content == Words(text="said to nobody", message=api.history["DU7"][0]["ts"])
    assert len(api.lines) >= 2


async def test_other_lines_beside_ours_and_no_line_at_all_are_told(
    api: SlackApi, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    api.connections = 10
    app = SlackApp(now, notes, app_token=api.app_token, api_base=api.url, ping=0.2, sleep=brief)
    async with listening(app):
        await until(lambda: "10 lines are open" in app.trouble)

    deaf = SlackApp(now, notes, app_token="xapp-wrong", api_base=api.url, ping=0.2, sleep=brief)
    async with listening(deaf):
        await until(lambda: "no line to Slack" in deaf.trouble)

    assert "slack.other_lines open=10" in caplog.text
    assert "slack.no_line" in caplog.text
    assert "xapp" not in caplog.text
