"""What every channel keeps to. A test module makes a subclass with a `stage` fixture, and inherits the tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import pytest

from bot.channels.base import Channel, Fetched, Lost, Sent
from bot.messages import Address, Choice, Inbound, Outgoing, Words


class Store(Protocol):
    """A channel whose platform has files."""

    channel: Channel

    def keeps(self, content: bytes) -> str:
        """The platform has a file with this in it; the reference to it."""


class Stage(Store, Protocol):
    """A channel, and a person at its other end."""

    address: Address

    def says(self, text: str) -> None:
        """The person types something."""

    def read(self) -> Sequence[str]:
        """What the person has been shown so far, redrawn messages as they are now."""


@asynccontextmanager
async def receiving(channel: Channel, accept: Callable[[Sequence[Inbound]], None]) -> AsyncIterator[None]:
    """The channel takes in updates during the block."""

    async def put(batch: Sequence[Inbound]) -> None:
        accept(batch)

    task = asyncio.create_task(channel.receive(put))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool]) -> None:
    """Let everything else go on until a condition holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  (whatever channel it is)
            await asyncio.sleep(0.005)


class FileContract:
    """How files are fetched. The fixture is called `store`."""

    async def test_fetches_what_is_behind_a_reference(self, store: Store) -> None:
        reference = store.keeps(b"a voice")

        assert await store.channel.fetch(reference, 7) == Fetched(content=b"a voice")

    async def test_fetches_nothing_that_is_longer_than_wanted(self, store: Store) -> None:
        reference = store.keeps(b"a long voice")

        assert isinstance(await store.channel.fetch(reference, 7), Lost)

    async def test_says_when_a_platform_has_nothing_behind_a_reference(self, store: Store) -> None:
        assert isinstance(await store.channel.fetch("never heard of", 7), Lost)


class ChannelContract(FileContract):
    """The tests."""

    @pytest.fixture
    def store(self, stage: Stage) -> Store:
        """The same stage."""
        return stage

    async def test_delivers_what_it_says_it_sent(self, stage: Stage) -> None:
        outcome = await stage.channel.send(stage.address, Outgoing(text="Hello"), 1)

        assert isinstance(outcome, Sent)
        assert list(stage.read()) == ["Hello"]

    async def test_each_message_has_an_id_of_its_own(self, stage: Stage) -> None:
        first = await stage.channel.send(stage.address, Outgoing(text="one"), 1)
        second = await stage.channel.send(stage.address, Outgoing(text="two"), 2)

        assert isinstance(first, Sent)
        assert isinstance(second, Sent)
        assert first.id != second.id

    async def test_redraws_a_message_in_its_place(self, stage: Stage) -> None:
        choices = (Choice(token="r.1.1.a", label="A"),)
        first = await stage.channel.send(stage.address, Outgoing(text="pick", choices=choices), 1)
        assert isinstance(first, Sent)

        again = await stage.channel.send(stage.address, Outgoing(text="picked", edit_of=first.id), 2)

        assert again == first
        assert list(stage.read()) == ["picked"]

    async def test_cuts_a_long_message_into_parts_that_arrive_whole(self, stage: Stage) -> None:
        text = "\n".join(f"line {number} of a very long message" for number in range(500))

        parts = stage.channel.fit(Outgoing(text=text, token="r.1.1"))
        outcomes = [await stage.channel.send(stage.address, part, number) for number, part in enumerate(parts)]

        assert all(isinstance(outcome, Sent) for outcome in outcomes)
        assert "".join(part.text for part in parts) == text
        assert {part.token for part in parts} == {"r.1.1"}

    async def test_only_the_last_part_has_the_buttons(self, stage: Stage) -> None:
        choices = (Choice(token="r.1.1.a", label="A"),)

        parts = stage.channel.fit(Outgoing(text="word " * 3000, choices=choices))

        assert [part.choices for part in parts] == [()] * (len(parts) - 1) + [choices]

    async def test_leaves_a_short_message_as_it_is(self, stage: Stage) -> None:
        message = Outgoing(text="**Hello**", token="r.1.1")

        assert stage.channel.fit(message) == (message,)

    async def test_hands_over_what_a_person_says(self, stage: Stage) -> None:
        heard: list[Inbound] = []
        async with receiving(stage.channel, heard.extend):
            stage.says("Good morning")
            await until(lambda: bool(heard))

        content = heard[0].content
        assert isinstance(content, Words)
        assert content.text == "Good morning"
        assert heard[0].address == stage.address

    async def test_two_things_said_have_two_keys(self, stage: Stage) -> None:
        heard: list[Inbound] = []
        async with receiving(stage.channel, heard.extend):
            stage.says("yes")
            stage.says("yes")
            await until(lambda: len(heard) >= 2)
            await until(lambda: len({inbound.key for inbound in heard}) == 2)

    async def test_says_it_again_when_it_was_not_stored(self, stage: Stage) -> None:
        heard: list[Inbound] = []
        with contextlib.suppress(RuntimeError):
            async with receiving(stage.channel, _refuse):
                stage.says("Good morning")
                await asyncio.sleep(0.05)
        async with receiving(stage.channel, heard.extend):
            await until(lambda: bool(heard))

        assert len({inbound.key for inbound in heard}) == 1


def _refuse(batch: Sequence[Inbound]) -> None:
    if batch:
        raise RuntimeError("the disk is full")
