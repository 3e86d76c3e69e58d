"""The demo phone keeps the contract of a channel."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Channel, Refusal, Refused, Sent
from bot.channels.demo.channel import DemoChannel
from bot.messages import Address, Choice, Edit, Inbound, Outgoing, Reachable, Shown, Start, Tap, Words
from tests.channels.contract import FileContract

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
ADDRESS = Address(channel="demo", bot="demo", chat="ada")
QUESTION = Outgoing(
    text="Are you 18 or over?",
    token="r.x.1",
    choices=(Choice(token="r.x.1.yes", label="Yes"), Choice(token="r.x.1.no", label="No")),
)


class Line:
    """What arrived behind the channel."""

    def __init__(self) -> None:
        self.batches: list[list[Inbound]] = []

    async def accept(self, batch: Sequence[Inbound]) -> None:
        """Put a batch "on disk"."""
        self.batches.append(list(batch))

    @property
    def contents(self) -> list[object]:
        """All that was said, in order."""
        return [inbound.content for batch in self.batches for inbound in batch]


@pytest.fixture
def channel() -> DemoChannel:
    return DemoChannel(lambda: NOON)


class DemoStore:
    """A demo that has recordings at hand."""

    def __init__(self) -> None:
        self.demo = DemoChannel(lambda: NOON)
        self.channel: Channel = self.demo

    def keeps(self, content: bytes) -> str:
        """The demo has this."""
        return self.demo.keep("m1", content)


class TestDemoFiles(FileContract):
    """What is fetched from the demo."""

    @pytest.fixture
    def store(self) -> DemoStore:
        """A fresh demo."""
        return DemoStore()


@asynccontextmanager
async def receiving(channel: DemoChannel, line: Line) -> AsyncIterator[Line]:
    task = asyncio.create_task(channel.receive(line.accept))
    yield line
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_a_phone_sends_arrives_in_order(channel: DemoChannel) -> None:
    async with receiving(channel, Line()) as line:
        await channel.start("ada", "hull-1")
        message = await channel.say("ada", "The last bus is at six.")
        await channel.voice("ada", 12)
        await channel.edit("ada", message, "The last bus is at seven.")
        await channel.tap("ada", "r.x.1.yes")

    start, words, shown, edit, tap = line.contents
    assert start == Start(code="hull-1")
    assert words == Words(text="The last bus is at six.", message=message)
    assert isinstance(shown, Shown)
    assert shown.seconds == 12
    assert edit == Edit(text="The last bus is at seven.", message=message)
    assert tap == Tap(token="r.x.1.yes")


async def test_every_message_has_a_key_of_its_own(channel: DemoChannel) -> None:
    async with receiving(channel, Line()) as line:
        await asyncio.gather(*(channel.say("ada", "again") for _ in range(250)))

    keys = {inbound.key for batch in line.batches for inbound in batch}
    assert len(keys) == 250


async def test_messages_that_wait_together_are_accepted_together(channel: DemoChannel) -> None:
    line = Line()
    says = [asyncio.create_task(channel.say(f"chat-{n}", "hello")) for n in range(5)]
    await asyncio.sleep(0)

    async with receiving(channel, line):
        await asyncio.gather(*says)

    assert [len(batch) for batch in line.batches] == [5]


async def test_a_phone_hears_when_its_message_could_not_be_kept(channel: DemoChannel) -> None:
    async def refuse(batch: Sequence[Inbound]) -> None:
        raise OSError("disk full")

    task = asyncio.create_task(channel.receive(refuse))

    with pytest.raises(ConnectionError):
        await channel.say("ada", "hello")
    with pytest.raises(OSError, match="disk full"):
        await task


async def test_a_message_stands_on_the_phone_with_its_buttons(channel: DemoChannel) -> None:
    outcome = await channel.send(ADDRESS, QUESTION, 1)

    bubble = channel.phone("ada").bubbles[0]
    assert outcome == Sent(id=bubble.id)
    assert (bubble.side, bubble.text, bubble.choices) == ("bot", QUESTION.text, QUESTION.choices)


async def test_the_same_outbox_row_is_shown_once(channel: DemoChannel) -> None:
    first = await channel.send(ADDRESS, QUESTION, 7)
    again = await channel.send(ADDRESS, QUESTION, 7)

    assert first == again
    assert len(channel.phone("ada").bubbles) == 1


async def test_an_edit_redraws_the_earlier_message(channel: DemoChannel) -> None:
    sent = await channel.send(ADDRESS, QUESTION, 1)
    assert isinstance(sent, Sent)

    again = await channel.send(ADDRESS, Outgoing(text="Are you 18?", edit_of=sent.id), 2)

    assert again == sent
    assert [bubble.text for bubble in channel.phone("ada").bubbles] == ["Are you 18?"]


async def test_an_edit_of_a_message_that_is_gone_is_shown_as_new(channel: DemoChannel) -> None:
    await channel.send(ADDRESS, Outgoing(text="Pick up to four.", edit_of="from-an-earlier-start"), 1)

    assert [bubble.text for bubble in channel.phone("ada").bubbles] == ["Pick up to four."]


async def test_a_phone_that_blocks_the_bot_refuses_and_tells(channel: DemoChannel) -> None:
    async with receiving(channel, Line()) as line:
        await channel.block("ada", True)
        refused = await channel.send(ADDRESS, QUESTION, 1)
        await channel.block("ada", False)
        sent = await channel.send(ADDRESS, QUESTION, 2)

    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.BLOCKED
    assert isinstance(sent, Sent)
    assert line.contents == [Reachable(yes=False), Reachable(yes=True)]


async def test_a_pressed_button_stays_marked(channel: DemoChannel) -> None:
    await channel.send(ADDRESS, QUESTION, 1)

    async with receiving(channel, Line()):
        await channel.tap("ada", "r.x.1.yes")

    phone = channel.phone("ada")
    assert phone.bubbles[0].tapped == ("r.x.1.yes",)
    assert phone.open_prompt is None


async def test_the_other_side_types_until_it_answers(channel: DemoChannel) -> None:
    phone = channel.phone("ada")
    async with receiving(channel, Line()):
        await channel.say("ada", "hello")
    typing_before = phone.typing(NOON)

    await channel.send(ADDRESS, QUESTION, 1)

    assert typing_before
    assert not phone.typing(NOON)


async def test_nobody_types_for_ever(channel: DemoChannel) -> None:
    async with receiving(channel, Line()):
        await channel.say("ada", "hello")

    assert not channel.phone("ada").typing(NOON + timedelta(minutes=1))


async def test_reading_clears_the_unread_count(channel: DemoChannel) -> None:
    for number in range(3):
        await channel.send(ADDRESS, QUESTION, number)
    phone = channel.phone("ada")
    before = phone.unread

    phone.read()

    assert (before, phone.unread) == (3, 0)


async def test_phones_still_waiting_hear_that_the_line_is_closed(channel: DemoChannel) -> None:
    say = asyncio.create_task(channel.say("ada", "hello"))
    await asyncio.sleep(0)

    await channel.close()

    with pytest.raises(ConnectionError):
        await say
