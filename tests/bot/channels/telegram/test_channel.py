"""Telegram against a Bot API server that misbehaves: what each failure means, and that nothing is asked twice."""

import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from bot.channels.base import Channel, Fetched, Lost, Moved, NotNow, NotSent, Outcome, Refusal, Refused, Sent, Uncertain
from bot.channels.telegram.channel import TelegramChannel
from bot.messages import Address, Attachment, Choice, Document, Outgoing
from tests.botapi import BotApi
from tests.channels.contract import ChannelContract

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
HELLO = Outgoing(text="Hello")


async def no_sleep(seconds: float) -> None:
    """Waiting that takes no time."""


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """The server."""
    async with BotApi() as server:
        yield server


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    """Our side, impatient and with the time standing still."""
    made = TelegramChannel(api.token, lambda: NOW, api_base=api.url, patience=0.3, sleep=no_sleep)
    yield made
    await made.close()


def to(chat: str = "7") -> Address:
    """Somebody's chat."""
    return Address(channel="telegram", bot="4242", chat=chat)


class TelegramStage:
    """The channel and a person with a phone."""

    def __init__(self, api: BotApi, channel: TelegramChannel) -> None:
        self.channel: Channel = channel
        self.address = to()
        self._person = api.person(7)

    def says(self, text: str) -> None:
        """The person types something."""
        self._person.says(text)

    def read(self) -> Sequence[str]:
        """What the person sees."""
        return list({delivery.id: delivery.text for delivery in self._person.deliveries()}.values())

    def keeps(self, content: bytes) -> str:
        """Telegram has this."""
        self._person.api.files["voice1"] = content
        return "voice1"


class TestTelegramChannel(ChannelContract):
    """The contract."""

    @pytest.fixture
    def stage(self, api: BotApi, channel: TelegramChannel) -> TelegramStage:
        """Telegram."""
        return TelegramStage(api, channel)


UNCERTAIN = Uncertain(reason="NetworkError")


@pytest.mark.parametrize(
    ("mode", "outcome", "arrived"),
    [
        ("ok", Sent(id="1"), True),
        ("slow", Uncertain(reason="TimedOut"), True),
        ("disconnect", UNCERTAIN, True),
        ("cut", UNCERTAIN, True),
        ("junk", Uncertain(reason="TelegramError"), True),
        ("500", UNCERTAIN, False),
        ("502", UNCERTAIN, False),
        ("504", UNCERTAIN, False),
        ("429", NotSent(reason="too fast", retry_at=NOW + timedelta(seconds=9)), False),
        ("403", Refused(reason=Refusal.BLOCKED), False),
        ("400", Refused(reason=Refusal.GONE), False),
        ("401", NotSent(reason="the token is not accepted", pause=True), False),
        ("404", NotSent(reason="the token is not accepted", pause=True), False),
        ("migrate", Moved(chat="-100777"), False),
    ],
)
async def test_each_failure_is_told_for_what_it_is_after_one_request(
    api: BotApi, channel: TelegramChannel, mode: str, outcome: Outcome, arrived: bool
) -> None:
    api.mode, api.retry_after, api.slow_for = mode, 9, 0.6

    assert await channel.send(to(), HELLO, 1) == outcome

    assert api.calls == [("sendMessage", mode)]
    assert bool(api.log) is arrived


async def test_a_server_that_is_down_was_not_reached(api: BotApi, channel: TelegramChannel) -> None:
    await api.down()

    outcome = await channel.send(to(), HELLO, 1)

    assert outcome == NotSent(reason="no connection", retry_at=NOW + timedelta(seconds=1), whole_bot=True)


async def test_a_name_that_cannot_be_resolved_was_not_reached() -> None:
    channel = TelegramChannel("1:x", lambda: NOW, api_base="http://no-such-host.invalid")

    assert isinstance(await channel.send(to(), HELLO, 1), NotSent)
    await channel.close()


async def test_sends_again_over_a_fresh_connection_after_the_server_was_away(
    api: BotApi, channel: TelegramChannel
) -> None:
    await channel.send(to(), HELLO, 1)
    await api.down()
    await channel.send(to(), HELLO, 2)
    await api.up()

    assert isinstance(await channel.send(to(), HELLO, 3), Sent)


async def test_too_fast_for_a_second_chat_is_too_fast_for_the_bot(api: BotApi, channel: TelegramChannel) -> None:
    api.mode = "429"

    outcomes = [await channel.send(to(chat), HELLO, 1) for chat in ("7", "7", "8")]

    assert [isinstance(o, NotSent) and o.whole_bot for o in outcomes] == [False, False, True]


async def test_a_redraw_without_a_change_counts_as_sent(api: BotApi, channel: TelegramChannel) -> None:
    sent = await channel.send(to(), HELLO, 1)
    assert isinstance(sent, Sent)

    assert await channel.send(to(), Outgoing(text="Hello", edit_of=sent.id), 2) == sent


async def test_a_redraw_of_a_message_that_is_gone_becomes_a_new_one(api: BotApi, channel: TelegramChannel) -> None:
    outcome = await channel.send(to(), Outgoing(text="Hello", edit_of="77"), 1)

    assert outcome == Sent(id="1")
    assert [delivery.method for delivery in api.log] == ["sendMessage"]


async def test_words_whose_markup_is_refused_go_out_plainly(
    api: BotApi, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    api.modes.append("parse")

    outcome = await channel.send(to(), Outgoing(text="**Hello**"), 1)

    assert isinstance(outcome, Sent)
    assert api.person(7).texts() == ["Hello"]
    assert "telegram.markup_refused" in caplog.text


async def test_what_telegram_would_refuse_is_not_even_asked(api: BotApi, channel: TelegramChannel) -> None:
    forged = Outgoing(text="Hello", choices=(Choice(token="x" * 65, label="A"),))

    outcome = await channel.send(to(), forged, 1)

    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.INVALID
    assert api.calls == []


async def test_a_file_goes_with_its_words(api: BotApi, channel: TelegramChannel) -> None:
    message = Outgoing(text="Your answers", document=Document(name="answers.txt", text="My café"))

    assert isinstance(await channel.send(to(), message, 1), Sent)

    [delivery] = api.log
    assert (delivery.text, delivery.document) == ("Your answers", "My café")


async def test_a_file_with_many_words_goes_after_them(api: BotApi, channel: TelegramChannel) -> None:
    message = Outgoing(text="word " * 400, document=Document(name="answers.txt", text="mine"))

    for part in channel.fit(message):
        assert isinstance(await channel.send(to(), part, 1), Sent)

    assert [(d.method, d.document) for d in api.log] == [("sendMessage", ""), ("sendDocument", "mine")]


async def test_knows_its_own_name(api: BotApi, channel: TelegramChannel) -> None:
    assert channel.bot == "4242"
    assert await channel.username() == "invented_bot"
    await api.down()
    assert await channel.username() == ""


@pytest.mark.parametrize(("off", "told"), [(0, False), (50, False), (90, True), (-7200, True)])
async def test_a_clock_that_is_not_telegrams_is_told(api: BotApi, off: int, told: bool) -> None:
    channel = TelegramChannel(api.token, lambda: datetime.now(UTC) + timedelta(seconds=off), api_base=api.url)

    assert not await channel.refused()

    assert ("seconds away from Telegram's" in channel.trouble) is told
    await channel.close()


async def test_neither_token_nor_words_reach_a_log(
    api: BotApi, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("telegram", "telegram.Bot", "telegram.request", "aiohttp", "aiohttp.client", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)

    for mode in ("ok", "junk", "disconnect", "cut", "500", "401", "parse", "429"):
        api.modes.append(mode)
        await channel.send(to(), Outgoing(text="canary words"), 1)
    other = TelegramChannel(api.token, lambda: NOW, api_base="http://127.0.0.1:9")
    await other.send(to(), Outgoing(text="canary words"), 1)
    await other.username()
    await other.close()

    assert "canary" not in "\n".join(str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("mode", ["404", "cut"])
async def test_a_file_that_does_not_come_whole_is_asked_for_again_later(
    api: BotApi, channel: TelegramChannel, mode: str
) -> None:
    api.files["voice1"] = b"a voice"
    api.file_modes.append(mode)

    first = await channel.fetch("voice1", 100)
    second = await channel.fetch("voice1", 100)

    assert isinstance(first, NotNow)
    assert second == Fetched(content=b"a voice")


async def test_a_file_that_telegram_does_not_give_to_bots_is_lost(api: BotApi, channel: TelegramChannel) -> None:
    api.files["voice1"] = b"a voice"
    api.file_modes.append("too big")

    found = await channel.fetch("voice1", 100)

    assert isinstance(found, Lost)
    assert "larger" in found.reason
    assert [method for method, _ in api.calls] == ["getFile"], "asked once, not loaded"


async def test_a_file_can_wait_until_telegram_is_there_again(api: BotApi, channel: TelegramChannel) -> None:
    await api.down()

    found = await channel.fetch("voice1", 100)

    assert isinstance(found, NotNow)
    assert api.token not in found.reason


@pytest.mark.parametrize(("kind", "method"), [("voice", "sendVoice"), ("photo", "sendPhoto")])
async def test_a_sound_or_picture_goes_with_its_words(
    api: BotApi, channel: TelegramChannel, kind: Literal["voice", "photo"], method: str
) -> None:
    attachment = Attachment(kind=kind, key="k", mime="audio/ogg", content=b"OggS")
    message = Outgoing(text="**Yours**", attachment=attachment, choices=(Choice(token="a.1", label="Next"),))

    outcome = await channel.send(to(), message, 1)

    (delivery,) = api.log
    assert isinstance(outcome, Sent)
    assert (delivery.method, delivery.content, delivery.text, delivery.buttons) == (
        method,
        b"OggS",
        "Yours",
        [("Next", "a.1")],
    )


async def test_somebody_who_takes_no_voice_notes_gets_a_file(api: BotApi, channel: TelegramChannel) -> None:
    api.modes.append("no voices")
    attachment = Attachment(kind="voice", key="k", mime="audio/ogg", content=b"OggS")

    outcome = await channel.send(to(), Outgoing(text="Yours", attachment=attachment), 1)

    assert isinstance(outcome, Sent)
    assert [(one.method, one.content) for one in api.log] == [("sendDocument", b"OggS")]


@pytest.fixture
async def paying(api: BotApi) -> AsyncIterator[TelegramChannel]:
    """A bot that may pay so that messages to many go faster."""
    made = TelegramChannel(api.token, lambda: NOW, api_base=api.url, paid=True, sleep=no_sleep)
    yield made
    await made.close()


async def test_only_what_goes_to_many_is_paid_for(api: BotApi, paying: TelegramChannel) -> None:
    voice = Attachment(kind="voice", key="k", mime="audio/ogg", content=b"OggS")
    await paying.send(to(), HELLO, 1)
    await paying.send(to(), Outgoing(text="To all", to_many=True), 2)
    await paying.send(to(), Outgoing(text="To all", to_many=True, attachment=voice), 3)
    await paying.send(to(), Outgoing(text="Anew", to_many=True, edit_of="2"), 4)

    assert [(one.text, one.paid) for one in api.log] == [
        ("Hello", False),
        ("To all", True),
        ("To all", True),
        ("Anew", False),
    ]


async def test_a_bot_that_does_not_pay_says_nothing_of_money(api: BotApi, channel: TelegramChannel) -> None:
    await channel.send(to(), Outgoing(text="To all", to_many=True), 1)

    assert [one.paid for one in api.log] == [False]


async def test_with_nothing_to_pay_with_a_message_goes_for_nothing(
    api: BotApi, paying: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    api.modes.append("no stars")

    outcome = await paying.send(to(), Outgoing(text="To all", to_many=True), 1)

    assert isinstance(outcome, Sent)
    assert [(one.text, one.paid) for one in api.log] == [("To all", False)]
    assert "telegram.not_paid" in caplog.text
