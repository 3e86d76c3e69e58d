"""The fake keeps to the contract, so that what is shown with it holds."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.channels.base import Channel
from bot.messages import Address, Inbound, Words
from tests.channels.contract import ChannelContract
from tests.fakes import FakeChannel


class FakeStage:
    """The fake channel and a person at its other end."""

    def __init__(self) -> None:
        self.fake = FakeChannel()
        self.channel: Channel = self.fake
        self.address = Address(channel="fake", bot="1", chat="7")
        self._keys = itertools.count()

    def says(self, text: str) -> None:
        """The person types something."""
        key = str(next(self._keys))
        content = Words(text=text, message=key)
        self.fake.tell(Inbound(key=key, address=self.address, at=datetime.now(UTC), content=content))

    def read(self) -> Sequence[str]:
        """What the person sees."""
        return self.fake.shown("7")

    def keeps(self, content: bytes) -> str:
        """The platform has this."""
        self.fake.files["voice1"] = content
        return "voice1"


class TestFakeChannel(ChannelContract):
    """The contract."""

    @pytest.fixture
    def stage(self) -> FakeStage:
        """A fresh fake."""
        return FakeStage()
