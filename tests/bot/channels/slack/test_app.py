"""The app behind its address: who is believed, when "received" is said, and what becomes of a workspace that goes."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.slack.app import SlackApp
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.signature import Verifier
from bot.messages import Inbound
from tests.bot.channels.slack.conftest import Notes
from tests.channels.contract import receiving, until
from tests.slackapi import SlackApi

FORGED = {
    "no headers": {},
    "no signature": {"x-slack-request-timestamp": "1762344000"},
    "no number": {"x-slack-request-timestamp": "abc", "x-slack-signature": "v0=1"},
    "a huge number": {"x-slack-request-timestamp": "9" * 5000, "x-slack-signature": "v0=1"},
    "a wide number": {"x-slack-request-timestamp": "1" + "0" * 400, "x-slack-signature": "v0=1"},
    "no ASCII": {"x-slack-signature": "v0=é"},
    "another signature": {"x-slack-signature": "v0=" + "0" * 64},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
async def test_what_slack_did_not_sign_is_refused_and_not_read(
    api: SlackApi, channel: SlackChannel, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    caplog.set_level(0)
    body = json.dumps(api.envelope(api.person("U7").message("canary"))).encode()
    signed = {name: value for name, value in api.signed(body).items() if headers and "signature" not in name}
    heard: list[Inbound] = []
    assert api.door is not None

    async with receiving(channel, heard.extend):
        status = await api.door(body, {**signed, **headers})

    assert status == 401
    assert "canary" not in caplog.text
    assert [one for one in heard if one.key.startswith("v:")] == []


async def test_a_body_that_is_no_text_is_refused(api: SlackApi, app: SlackApp) -> None:
    assert api.door is not None
    body = b"\xff\xfe"
    headers = {"x-slack-request-timestamp": str(int(time.time())), "x-slack-signature": "v0=1"}

    assert await api.door(body, headers) == 401


async def test_a_signed_body_that_is_no_json_is_refused_without_an_error(api: SlackApi, app: SlackApp) -> None:
    assert await api.post(b"{nothing") == 400
    assert await api.post(b"[]") == 400


async def test_a_body_that_is_longer_than_slacks_is_not_read_to_its_end(api: SlackApi, app: SlackApp) -> None:
    assert await api.post(b"x" * 1_000_001) == 413


async def test_slacks_own_question_about_the_address_is_answered(api: SlackApi, app: SlackApp) -> None:
    assert await api.post(json.dumps({"type": "url_verification", "challenge": "c"}).encode()) == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stamp=st.text(max_size=20), signature=st.text(max_size=20), body=st.binary(max_size=20))
def test_no_headers_whatsoever_are_an_error(stamp: str, signature: str, body: bytes) -> None:
    verifier = Verifier("secret", lambda: datetime(2026, 11, 5, tzinfo=UTC))

    held = verifier.holds(body, {"x-slack-request-timestamp": stamp, "x-slack-signature": signature})

    assert held is False


async def test_a_request_played_again_has_no_second_effect_and_an_old_one_is_refused_aloud(
    api: SlackApi, app: SlackApp, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps(api.envelope(api.person("U7").message("Hi"))).encode()
    assert api.door is not None
    keys: list[str] = []
    async with receiving(channel, lambda batch: keys.extend(inbound.key for inbound in batch)):
        await until(lambda: bool(keys))
        again = [await api.door(body, api.signed(body)) for _ in range(3)]
        late = await api.door(body, api.signed(body, int(time.time()) - 600))
        trouble = app.trouble
        good = await api.door(body, api.signed(body))

    assert (again, late, good) == ([200] * 3, 401, 200)
    assert len(set(keys)) == 1
    assert "10 minutes apart" in trouble
    assert "slack.clock minutes_apart=10" in caplog.text
    assert app.trouble == ""


async def test_fifty_events_at_once_are_received_in_time_while_the_database_is_slow(
    api: SlackApi, channel: SlackChannel
) -> None:
    stored: list[str] = []

    class Slow:
        """A database that takes its time over every commit."""

        async def accept(self, batch: Sequence[Inbound]) -> None:
            """Store."""
            await asyncio.sleep(0.1)
            stored.extend(inbound.key for inbound in batch)

    task = asyncio.create_task(channel.receive(Slow().accept))
    await asyncio.sleep(0)
    bodies = [json.dumps(api.envelope(api.person(f"U{n}").message("Hi"))).encode() for n in range(50)]
    began = time.monotonic()
    statuses = await asyncio.gather(*(api.post(body) for body in bodies))
    took = time.monotonic() - began
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert statuses == [200] * 50
    assert len(set(stored)) == 50
    assert took < 3


async def test_what_is_not_on_disk_in_time_is_not_received_and_told_again(api: SlackApi, channel: SlackChannel) -> None:
    stored: list[str] = []
    locked = asyncio.Event()

    async def accept(batch: Sequence[Inbound]) -> None:
        await locked.wait()
        stored.extend(inbound.key for inbound in batch)

    task = asyncio.create_task(channel.receive(accept))
    await asyncio.sleep(0)
    began = time.monotonic()
    api.person("U7").says("Hi")
    await api.until(lambda: bool(api.told))
    first, took = list(api.told), time.monotonic() - began
    locked.set()
    await api.until(lambda: 200 in api.told)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert first == [503]
    assert took < 3
    assert len(set(stored)) == 1


async def test_a_workspace_that_is_not_ours_is_told_to_wait_only_until_all_are_known(
    api: SlackApi, app: SlackApp
) -> None:
    body = json.dumps(api.envelope(api.person("U7").message("Hi"), team_id="T9")).encode()

    app.ready = False
    early = await api.post(body)
    app.ready = True
    late = await api.post(body)

    assert (early, late) == (503, 200)


REMOVED: list[dict[str, Any]] = [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}]


@pytest.mark.parametrize("order", [1, -1])
async def test_a_removal_is_noted_whichever_of_its_two_events_comes_first(
    api: SlackApi, app: SlackApp, channel: SlackChannel, notes: Notes, order: int
) -> None:
    for event in REMOVED[::order]:
        api.event(event)
    await api.until(lambda: api.told == [200, 200])

    assert notes.gone == ["T1", "T1"]


async def test_a_removal_that_is_told_after_the_app_is_back_is_old(
    api: SlackApi, app: SlackApp, channel: SlackChannel, notes: Notes
) -> None:
    channel.installed_at = datetime.now(UTC) + timedelta(minutes=1)

    api.event(REMOVED[1])
    await api.until(lambda: api.told == [200])

    assert notes.gone == []


async def test_a_removal_that_cannot_be_noted_is_told_again(
    api: SlackApi, app: SlackApp, channel: SlackChannel, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    notes.broken = True
    api.event(REMOVED[0])
    await api.until(lambda: api.told == [503])
    notes.broken = False
    await api.until(lambda: 200 in api.told)

    assert notes.gone == ["T1"]
    assert "canary" not in caplog.text


async def test_events_that_slack_dropped_are_looked_up(
    api: SlackApi, app: SlackApp, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Inbound] = []
    async with receiving(channel, heard.extend):
        await until(lambda: ("users.conversations", "ok") in api.calls)
        api.person("U7").message("Hi")
        await api.post(json.dumps({"type": "app_rate_limited", "team_id": "T1"}).encode())
        await until(lambda: bool(heard))

    assert "slack.events_dropped_by_slack" in caplog.text


def test_an_app_that_would_believe_everybody_is_not_made(notes: Notes) -> None:
    with pytest.raises(ValueError, match="signing secret"):
        SlackApp(lambda: datetime.now(UTC), notes)
