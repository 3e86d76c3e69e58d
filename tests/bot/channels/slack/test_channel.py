"""A workspace against a Slack that misbehaves: what each failure means, and that nothing is asked twice."""

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.base import Channel, NotSent, Outcome, Refusal, Refused, Sent, Uncertain
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.transport import Trouble, Unclear
from bot.messages import Address, Attachment, Choice, Document, Inbound, Outgoing, Sheet, Tap, Words
from tests.bot.channels.slack.conftest import now
from tests.channels.contract import ChannelContract, receiving, until
from tests.slackapi import SlackApi
from tests.slackpeople import Official

HELLO = Outgoing(text="Hello")
WRITE = Sheet(open="Write more", send="Send", close="Close")


def to(chat: str = "U7") -> Address:
    """Somebody's chat."""
    return Address(channel="slack", bot="T1", chat=chat)


class SlackStage:
    """The channel and a person in the workspace."""

    def __init__(self, api: SlackApi, channel: SlackChannel) -> None:
        self.channel: Channel = channel
        self.address = to()
        self._person = api.person("U7")
        self._api = api

    def keeps(self, content: bytes) -> str:
        """Slack has such a file."""
        return self._api.keeps(content)

    def says(self, text: str) -> None:
        """The person types something."""
        self._person.says(text)

    def read(self) -> Sequence[str]:
        """What the person sees."""
        return list({delivery.id: delivery.text for delivery in self._person.deliveries()}.values())


class TestSlackChannel(ChannelContract):
    """The contract."""

    @pytest.fixture
    def stage(self, api: SlackApi, channel: SlackChannel) -> SlackStage:
        """Slack."""
        return SlackStage(api, channel)


async def test_sends_a_sound_as_a_file(api: SlackApi, channel: SlackChannel) -> None:
    sound = Attachment(kind="voice", key="k", mime="audio/ogg", content=b"OggS")

    outcome = await channel.send(to(), Outgoing(text="", attachment=sound), 1)

    assert isinstance(outcome, Sent)


async def test_a_page_to_sign_in_is_not_taken_for_the_file(api: SlackApi, channel: SlackChannel) -> None:
    reference = api.keeps(b"a voice")
    place = f"{api.url}/kept/{reference}"

    channel.client.token = "revoked"

    with pytest.raises(Unclear, match="sign in"):
        await channel.client.download(place, 100)


PAUSED = {"invalid_auth", "account_inactive", "token_revoked", "missing_scope", "messages_tab_disabled"}


@pytest.mark.parametrize(
    ("mode", "outcome", "arrived"),
    [
        ("slow", Uncertain(reason="TimeoutError"), True),
        ("disconnect", Uncertain(reason="ServerDisconnectedError"), True),
        ("cut", Uncertain(reason="ClientPayloadError"), True),
        ("junk", Uncertain(reason="status 200"), True),
        ("drop", Uncertain(reason="ServerDisconnectedError"), False),
        ("500", Uncertain(reason="status 500"), False),
        ("504", Uncertain(reason="status 504"), False),
        ("internal_error", Uncertain(reason="internal_error"), False),
        ("fatal_error", Uncertain(reason="fatal_error"), False),
        ("channel_not_found", Refused(reason=Refusal.GONE), False),
        ("is_archived", Refused(reason=Refusal.GONE), False),
        ("user_disabled", Refused(reason=Refusal.BLOCKED), False),
        ("msg_too_long", Refused(reason=Refusal.INVALID, detail="msg_too_long"), False),
        *((word, NotSent(reason=f"Slack says {word}", pause=True), False) for word in sorted(PAUSED)),
    ],
)
async def test_each_failure_is_told_for_what_it_is_after_one_request(
    api: SlackApi, channel: SlackChannel, mode: str, outcome: Outcome, arrived: bool
) -> None:
    api.mode, api.slow_for = mode, 0.6

    assert await channel.send(to(), HELLO, 1) == outcome

    assert api.calls == [("chat.postMessage", mode)]
    assert bool(api.log) is arrived


async def test_too_fast_says_until_when_and_for_a_second_person_it_is_the_workspace(
    api: SlackApi, channel: SlackChannel
) -> None:
    api.mode, api.retry_after = "429", 9

    outcomes = [await channel.send(to(chat), HELLO, 1) for chat in ("U7", "U7", "U8")]

    assert [isinstance(o, NotSent) and o.whole_bot for o in outcomes] == [False, False, True]
    assert isinstance(outcomes[0], NotSent)
    assert outcomes[0].retry_at is not None
    assert outcomes[0].reason == "too fast"


async def test_a_slack_that_is_away_was_not_reached_and_is_reached_again(api: SlackApi, channel: SlackChannel) -> None:
    await channel.send(to(), HELLO, 1)
    await api.down()

    away = await channel.send(to(), HELLO, 2)
    await api.up()

    assert isinstance(away, NotSent)
    assert away.whole_bot
    assert isinstance(await channel.send(to(), HELLO, 3), Sent)


async def test_a_message_that_may_have_arrived_is_found_by_its_number(api: SlackApi, channel: SlackChannel) -> None:
    await channel.send(to(), HELLO, 1)
    api.modes.append("disconnect")
    lost = await channel.send(to(), HELLO, 2)
    api.modes.append("drop")
    never = await channel.send(to(), HELLO, 3)

    assert (type(lost), type(never)) == (Uncertain, Uncertain)
    assert await channel.reconcile(to(), 2) == Sent(id=f"DU7:{api.log[1].id}")
    assert await channel.reconcile(to(), 3) is None
    assert len(api.log) == 2


async def test_what_cannot_be_looked_up_now_is_neither_sent_nor_given_up(api: SlackApi, channel: SlackChannel) -> None:
    await channel.send(to(), HELLO, 1)
    api.modes.append("history")
    fast = await channel.reconcile(to(), 1)
    await api.down()
    away = await channel.reconcile(to(), 1)

    assert [type(one) for one in (fast, away)] == [NotSent, NotSent]


async def test_a_redraw_of_a_message_that_is_gone_becomes_a_new_one(api: SlackApi, channel: SlackChannel) -> None:
    outcome = await channel.send(to(), Outgoing(text="Hello", edit_of="DU7:1.5"), 1)

    assert isinstance(outcome, Sent)
    assert [delivery.method for delivery in api.log] == ["chat.postMessage"]


async def test_words_whose_blocks_are_refused_go_out_plainly(
    api: SlackApi, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    api.modes.append("invalid_blocks")

    outcome = await channel.send(to(), Outgoing(text="**Hello**", choices=(Choice(token="r.1.1.a", label="A"),)), 1)

    assert isinstance(outcome, Sent)
    assert api.person("U7").texts() == ["Hello"]
    assert "slack.blocks_refused" in caplog.text


async def test_what_slack_would_refuse_is_not_even_asked(api: SlackApi, channel: SlackChannel) -> None:
    forged = Outgoing(text="Hello", choices=(Choice(token="x" * 200, label="A"),))

    outcome = await channel.send(to(), forged, 1)

    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.INVALID
    assert api.calls == []


async def test_nothing_is_sent_without_a_token(api: SlackApi) -> None:
    outcome = await SlackChannel("T1", "", now, api_base=api.url).send(to(), HELLO, 1)

    assert isinstance(outcome, NotSent)
    assert outcome.pause
    assert api.calls == []


async def test_a_file_goes_with_its_words(api: SlackApi, channel: SlackChannel) -> None:
    message = Outgoing(text="Your **answers**", document=Document(name="answers.txt", text="My café"))

    assert isinstance(await channel.send(to(), message, 1), Sent)

    [delivery] = api.log
    assert (delivery.chat, delivery.text, delivery.document) == ("DU7", "Your answers", "My café")
    assert isinstance(await channel.reconcile(to(), 1), Sent)
    assert await channel.reconcile(to(), 2) is None


async def test_a_persons_own_page_is_drawn_anew(api: SlackApi, channel: SlackChannel) -> None:
    for text in ("Nothing is open.", "One thing is open."):
        assert await channel.send(to(), Outgoing(text=text, place="home"), 1) == Sent(id="home")

    assert "One thing" in str(api.homes["U7"])
    assert api.log == []


@pytest.fixture
async def asked(api: SlackApi, channel: SlackChannel) -> Official:
    """Somebody who was asked an open question."""
    await channel.send(to(), Outgoing(text="What **works** here?", token="r.run.3", sheet=WRITE), 1)
    return api.person("U7")


async def test_a_button_opens_a_sheet_with_the_question_and_what_is_sent_knows_its_prompt(
    api: SlackApi, channel: SlackChannel, asked: Official
) -> None:
    heard: list[Inbound] = []
    async with receiving(channel, heard.extend):
        asked.taps("Write more")
        await api.until(lambda: bool(api.sheets))
        asked.sends("A great deal.\nReally.")
        await until(lambda: bool(heard))

    shown: Any = api.sheets[0]
    assert shown["blocks"][0]["text"]["text"] == "What *works* here?"
    assert [shown[name]["text"] for name in ("title", "submit", "close")] == ["Write more", "Send", "Close"]
    [form] = [inbound.content for inbound in heard]
    assert (form.token, form.fields) == ("r.run.3", {"done": "A great deal.\nReally."})  # type: ignore[union-attr]


async def test_a_sheet_that_cannot_be_opened_loses_nothing(
    api: SlackApi, channel: SlackChannel, asked: Official, caplog: pytest.LogCaptureFixture
) -> None:
    api.tokens.clear()
    async with receiving(channel, lambda batch: None):
        asked.taps("Write more")
        await api.until(lambda: "slack.sheet_not_opened" in caplog.text)

    assert api.told == [200]


async def test_what_was_said_while_nobody_listened_is_looked_up_once(api: SlackApi, channel: SlackChannel) -> None:
    sam, kim = api.person("U7"), api.person("U8")
    for text in ("one", "two", "three"):
        sam.message(text)
    kim.message("four")
    await channel.send(to(), HELLO, 1)
    heard: list[Inbound] = []

    async with receiving(channel, heard.extend):
        await until(lambda: len(heard) == 4)
        sam.says("five")
        await until(lambda: len(heard) == 5)

    said = [(one.address.chat, one.content.text) for one in heard if isinstance(one.content, Words)]
    assert said == [("U7", "one"), ("U7", "two"), ("U7", "three"), ("U8", "four"), ("U7", "five")]


async def test_somebody_who_is_invited_by_e_mail_is_found(api: SlackApi, channel: SlackChannel) -> None:
    api.emails["kim@a.example"] = {"id": "U8"}
    api.emails["old@a.example"] = {"id": "U9", "deleted": True}

    assert await channel.whose("kim@a.example") == "U8"
    assert await channel.whose("old@a.example") == ""
    assert await channel.whose("sam@a.example") == ""
    api.tokens.clear()
    with pytest.raises(Trouble):
        await channel.whose("kim@a.example")


async def test_a_press_counts_with_the_token_of_its_button(api: SlackApi, channel: SlackChannel) -> None:
    labels = tuple(Choice(token=f"r.run.1.{n}", label=f"Area {n}") for n in range(40))
    await channel.send(to(), Outgoing(text="Which?", choices=labels), 1)
    heard: list[Inbound] = []

    async with receiving(channel, heard.extend):
        api.person("U7").taps("Area 33")
        await until(lambda: bool(heard))

    assert heard[0].content == Tap(token="r.run.1.33")


async def test_neither_token_nor_words_reach_a_log(
    api: SlackApi, channel: SlackChannel, asked: Official, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("slack_bolt", "slack_sdk", "aiohttp", "aiohttp.client", "asyncio", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.DEBUG)

    for mode in ("ok", "junk", "disconnect", "cut", "500", "invalid_auth", "429", "invalid_blocks"):
        api.modes.append(mode)
        await channel.send(to(), Outgoing(text="canary words"), 1)
    async with receiving(channel, lambda batch: None):
        asked.says("canary answer")
        asked.taps("Write more")
        await api.until(lambda: len(api.told) == 2)
    body = b'{"type": "event_callback", "canary": true}'
    assert api.door
    await api.door(body, {**api.signed(body), "x-slack-signature": "v0=canary"})

    ours = [record for record in caplog.records if record.name.split(".")[0] not in ("httpx", "httpcore")]
    assert "canary" not in "\n".join(str(vars(record)) for record in ours)
