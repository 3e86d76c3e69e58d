"""The manifest names what the code does: every event, command and shortcut, and every right that a call needs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import bot.channels.slack
from bot import cli
from bot.channels.slack.inbound import read, removed_at
from bot.channels.slack.manifest import manifest
from tests.bot.channels.slack.conftest import now

ROOT = Path(__file__).parents[4]
URL = "https://dialogue.example.org"
MESSAGE = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U7", "text": "Hi", "ts": "1762344000.1"}
SAMPLES: dict[str, dict[str, Any]] = {
    "message.im": MESSAGE,
    "app_home_opened": {"type": "app_home_opened", "user": "U7", "tab": "home"},
    "app_uninstalled": {"type": "app_uninstalled"},
    "tokens_revoked": {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}},
    "user_change": {"type": "user_change", "user": {"id": "U7", "deleted": True}},
}
NEEDED = {
    "apps.connections.open": None,
    "auth.test": None,
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "oauth.v2.access": None,
    "users.conversations": "im:read",
    "users.lookupByEmail": "users:read.email",
    "views.open": None,
    "views.publish": None,
}
FOR_OTHERS = {
    "commands": "the command and the shortcut",
    "files:read": "photos and voice notes in a message",
    "users:read": "user_change",
}


def test_every_event_it_subscribes_to_is_heard_and_no_other_is() -> None:
    assert set(manifest(URL)["settings"]["event_subscriptions"]["bot_events"]) == set(SAMPLES)
    for name, event in SAMPLES.items():
        body = {"type": "event_callback", "event_id": "Ev1", "event_time": 1762344000, "event": event}
        assert read(body, "T1", now()) or removed_at(body), name


def test_every_command_and_shortcut_is_heard() -> None:
    features = manifest(URL)["features"]
    [command], [shortcut] = features["slash_commands"], features["shortcuts"]
    typed = {"command": command["command"], "user_id": "U7", "trigger_id": "1.2", "text": ""}
    picked = {"type": "shortcut", "callback_id": shortcut["callback_id"], "user": {"id": "U7"}, "action_ts": "1"}

    assert read(typed, "T1", now())
    assert read(picked, "T1", now())


def test_every_call_has_its_right_and_no_right_is_without_a_use() -> None:
    folder = Path(bot.channels.slack.__file__).parent
    source = "\n".join(path.read_text() for path in folder.glob("*.py"))
    called = set(re.findall(r'"((?:chat|views|conversations|users|files|oauth|auth|apps)\.[\w.]+)"', source))
    scopes = set(manifest(URL)["oauth_config"]["scopes"]["bot"])

    assert called <= set(NEEDED), "a call whose right nobody looked up"
    assert {NEEDED[call] for call in called} - {None} | set(FOR_OTHERS) == scopes


def test_the_one_in_the_docs_is_the_one_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["slack", "manifest", "--url", URL]) == 0

    printed = capsys.readouterr().out
    assert printed == (ROOT / "docs" / "slack-manifest.json").read_text()
    assert json.loads(printed) == manifest(URL)


def test_without_an_address_it_is_for_socket_mode(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["slack", "manifest"]) == 0

    assert json.loads(capsys.readouterr().out)["settings"]["socket_mode_enabled"] is True
    assert cli.run(["slack", "manifest", "--url", "http://a.example"]) == 1
    assert "https" in capsys.readouterr().err


def test_names_fit_slacks_limits() -> None:
    made = manifest(URL)

    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    [shortcut] = made["features"]["shortcuts"]
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
