"""Long polling: an update is confirmed once it is on disk and not before, whatever happens."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.messages import Broken, Inbound, Words
from tests.botapi import BotApi

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


class Inbox:
    """Where updates are put; it can be broken."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.stored: list[Inbound] = []
        self.confirmed_while_storing: list[int] = []
        self.failures = 0

    async def accept(self, batch: Sequence[Inbound]) -> None:
        """Store, unless it is broken."""
        if batch and self.failures:
            self.failures -= 1
            raise OSError("the disk is full of canary words")
        self.confirmed_while_storing.append(self.api.confirmed)
        self.stored += batch

    def texts(self) -> list[str]:
        """What was said."""
        return [inbound.content.text for inbound in self.stored if isinstance(inbound.content, Words)]


class Naps:
    """How long it waited; no time passes."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """The server."""
    async with BotApi() as server:
        server.max_hold = 0.05
        yield server


@pytest.fixture
def naps() -> Naps:
    """What the channel sleeps with."""
    return Naps()


@asynccontextmanager
async def polling(
    api: BotApi, naps: Naps, inbox: Inbox, stalled: float = 5, token: str = ""
) -> AsyncIterator[TelegramChannel]:
    """A channel at work."""
    channel = TelegramChannel(token or api.token, lambda: NOW, api_base=api.url, stalled=stalled, sleep=naps)
    task = asyncio.create_task(channel.receive(inbox.accept))
    try:
        yield channel
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await channel.close()


def polls(api: BotApi) -> int:
    """How often it asked."""
    return sum(1 for method, _ in api.calls if method == "getUpdates")


async def test_confirms_an_update_only_after_it_is_stored(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    number = api.person(7).says("Hello")

    async with polling(api, naps, inbox):
        await api.until(lambda: api.confirmed > number)

    assert inbox.texts() == ["Hello"]
    assert inbox.confirmed_while_storing[0] == 0


async def test_what_could_not_be_stored_is_brought_again(
    api: BotApi, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox(api)
    inbox.failures = 3
    number = api.person(7).says("Hello")

    async with polling(api, naps, inbox):
        await api.until(lambda: api.confirmed > number)

    assert inbox.texts() == ["Hello"]
    assert naps.taken == [1, 2, 4]
    assert "cannot be stored" in caplog.text
    assert "canary" not in caplog.text


async def test_a_new_poller_gets_what_an_earlier_one_did_not_confirm(api: BotApi, naps: Naps) -> None:
    first, second = Inbox(api), Inbox(api)
    first.failures = 1_000_000
    api.person(7).says("Hello")

    async with polling(api, naps, first):
        await api.until(lambda: polls(api) > 2)
    async with polling(api, naps, second):
        await api.until(lambda: not api.updates)

    assert second.texts() == ["Hello"]


async def test_junk_is_set_aside_and_everything_else_goes_on(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.person(7).says("before")
    api.tell(message={"text": 5, "chat": "canary"})
    api.tell(callback_query=[])
    api.person(7).says("after")

    async with polling(api, naps, inbox):
        await api.until(lambda: not api.updates)

    assert inbox.texts() == ["before", "after"]
    assert sum(isinstance(inbound.content, Broken) for inbound in inbox.stored) == 2


async def test_updates_without_numbers_do_not_make_it_spin(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.tell_raw("nonsense")

    async with polling(api, naps, inbox):
        await api.until(lambda: polls(api) > 4)

    assert naps.taken[:4] == [1, 2, 4, 8]
    assert len({inbound.key for inbound in inbox.stored}) == 1


async def test_numbers_that_start_again_lower_are_followed(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.last_update = 900_000
    api.person(7).says("before the quiet week")
    async with polling(api, naps, inbox):
        await api.until(lambda: not api.updates)
        api.last_update = 500
        api.person(7).says("after it")
        await api.until(lambda: not api.updates)
        asked = polls(api)
        api.person(7).says("and on")
        await api.until(lambda: not api.updates)

    assert inbox.texts() == ["before the quiet week", "after it", "and on"]
    assert polls(api) - asked < 8


async def test_survives_one_refusal_of_its_token_without_alarm(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.poll_modes.append("401")
    api.person(7).says("Hello")

    async with polling(api, naps, inbox) as channel:
        await api.until(lambda: not api.updates)
        assert channel.trouble == ""

    assert inbox.texts() == ["Hello"]


async def test_tells_of_a_token_that_stays_refused_and_resumes_by_itself(
    api: BotApi, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox(api)
    api.poll_modes.extend(["401"] * 8)
    api.person(7).says("Hello")

    async with polling(api, naps, inbox) as channel:
        await api.until(lambda: len(api.poll_modes) < 5)
        assert channel.trouble == "the token is not accepted"
        await api.until(lambda: not api.updates)
        assert channel.trouble == ""

    assert naps.taken == [1, 2, 4, 8, 16, 30, 30, 30]
    assert caplog.text.count("telegram.polling_failed") == 1


async def test_tells_of_a_second_poller_and_backs_off(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.poll_modes.extend(["409"] * 3)

    async with polling(api, naps, inbox) as channel:
        await api.until(lambda: len(api.poll_modes) < 2)
        assert "another program" in channel.trouble
        await api.until(lambda: polls(api) > 4)

    assert naps.taken == [1, 2, 4]


@pytest.mark.parametrize("mode", ["500", "junk", "disconnect", "429"])
async def test_goes_on_after_a_server_that_fails(api: BotApi, naps: Naps, mode: str) -> None:
    inbox = Inbox(api)
    api.poll_modes.extend([mode, mode])
    api.person(7).says("Hello")

    async with polling(api, naps, inbox):
        await api.until(lambda: not api.updates)

    assert inbox.texts() == ["Hello"]


async def test_leaves_a_line_that_went_dead_for_a_fresh_one(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.poll_modes.append("stall")
    api.slow_for = 30
    api.person(7).says("Hello")

    async with polling(api, naps, inbox, stalled=0.2):
        await api.until(lambda: not api.updates)

    assert inbox.texts() == ["Hello"]


async def test_polls_over_a_fresh_line_after_a_failure_and_over_the_same_one_otherwise(api: BotApi, naps: Naps) -> None:
    api.poll_modes.extend(["ok", "ok", "500", "ok"])

    async with polling(api, naps, Inbox(api)):
        await api.until(lambda: polls(api) >= 4)

    first, second, failing, after = api.lines[:4]
    assert first == second == failing
    assert after != failing


async def test_stops_the_spinner_of_a_button_at_once(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.person(7).presses("r.1.1.yes")

    async with polling(api, naps, inbox):
        await api.until(lambda: len(api.answered) == 1)


async def test_does_not_throw_away_what_was_said_while_it_was_down(api: BotApi, naps: Naps) -> None:
    async with polling(api, naps, Inbox(api)):
        await api.until(lambda: "deleteWebhook" in api.settings)

    assert api.settings["deleteWebhook"] == {"drop_pending_updates": False}


async def test_waits_for_a_server_that_is_not_there_yet(api: BotApi, naps: Naps) -> None:
    inbox = Inbox(api)
    api.person(7).says("Hello")
    await api.down()

    async with polling(api, naps, inbox):
        async with asyncio.timeout(5):
            while len(naps.taken) < 3:  # noqa: ASYNC110  (no request reaches the server)
                await asyncio.sleep(0.005)
        await api.up()
        await api.until(lambda: not api.updates)

    assert inbox.texts() == ["Hello"]


async def test_a_wrong_token_is_told_from_the_start(api: BotApi, naps: Naps, caplog: pytest.LogCaptureFixture) -> None:
    token, api.token = api.token, "another:token"

    async with polling(api, naps, Inbox(api), token=token) as channel:
        async with asyncio.timeout(5):
            while not channel.trouble:  # noqa: ASYNC110  (the server does not hear who it does not know)
                await asyncio.sleep(0.005)
        assert channel.trouble == "the token is not accepted"
        api.token = token
        await api.until(lambda: polls(api) > 0)
        assert channel.trouble == ""

    assert "telegram.not_ready" in caplog.text
    assert "canary" not in caplog.text


async def test_neither_token_nor_words_reach_a_log(api: BotApi, naps: Naps, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    inbox = Inbox(api)
    api.poll_modes.extend(["ok", "401", "401", "junk", "disconnect", "409"])
    api.person(7).says("canary words")
    api.tell(message={"text": 5, "caption": "canary words"})

    async with polling(api, naps, inbox):
        await api.until(lambda: not api.poll_modes and not api.updates)

    said = [str(vars(record)) for record in caplog.records if not record.name.startswith("tests")]
    assert "canary" not in "\n".join(said)
