"""What Slack says in our terms: every kind it sends, and whatever it might."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.inbound import LONGEST_KEY, past, read, removed_at, team_of
from bot.channels.slack.mrkdwn import unescape
from bot.messages import (
    Broken,
    Command,
    Content,
    Deleted,
    Edit,
    Form,
    Opened,
    Reachable,
    Shown,
    Start,
    Tap,
    Unsupported,
    Words,
)

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
SAID = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U7", "text": "Hi", "ts": "1762344000.000100"}


def event(**content: Any) -> dict[str, Any]:
    """An event in its envelope."""
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event_time": 1762344000, "event": content}


def contents(body: dict[str, Any]) -> list[Content]:
    """What it says."""
    return [inbound.content for inbound in read(body, "T1", NOW)]


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """A message that is another one now."""
    about = {"type": "message", "subtype": "message_changed", "channel": "D1", "channel_type": "im"}
    return event(**about, event_ts="1762344009.000200", message=after, previous_message=before)


def test_a_message_has_its_words_its_person_its_time_and_the_key_of_its_place() -> None:
    [inbound] = read(event(**SAID), "T1", NOW)

    assert inbound.content == Words(text="Hi", message="1762344000.000100")
    assert (inbound.address.channel, inbound.address.bot, inbound.address.chat) == ("slack", "T1", "U7")
    assert inbound.key == "m:D1:1762344000.000100"
    assert inbound.at == datetime(2025, 11, 5, 12, 0, 0, 100, tzinfo=UTC)


def test_told_again_or_found_later_it_has_the_same_key() -> None:
    again = event(**SAID) | {"event_id": "Ev2", "event_time": 1762344999}
    row = {key: SAID[key] for key in ("type", "user", "text", "ts")}

    assert read(again, "T1", NOW) == read(event(**SAID), "T1", NOW) == past(row, "U7", "D1", "T1")


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"channel_type": "channel", "channel": "C1"},
        {"channel_type": "mpim", "channel": "G1"},
        {"channel_type": "group", "channel": "G1"},
        {"user": None},
        {"text": "  "},
    ],
)
def test_what_programs_say_and_what_is_said_in_channels_is_not_read(more: dict[str, Any]) -> None:
    assert contents(event(**SAID | more)) == []


def test_an_answer_in_a_thread_of_our_conversation_counts() -> None:
    assert contents(event(**SAID, thread_ts="1762343000.000100")) == [Words(text="Hi", message=SAID["ts"])]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("see <https://a.example/x?y=1&amp;z=2>", "see https://a.example/x?y=1&z=2"),
        ("see <https://a.example|our page>", "see our page (https://a.example)"),
        ("<mailto:sam@a.example|sam@a.example>", "sam@a.example"),
        ("ask <@U123>", "ask @…"),
        ("ask <@U123|kim>", "ask @kim"),
        ("in <#C1|general>", "in #general"),
        ("<!here> <!subteam^S1|@team>", "@here @team"),
    ],
)
def test_slacks_own_signs_are_read_as_what_was_meant_and_no_id_of_a_person_is_kept(typed: str, meant: str) -> None:
    assert contents(event(**SAID | {"text": typed})) == [Words(text=meant, message=SAID["ts"])]


def test_files_are_taken_by_reference_and_what_we_do_not_take_is_said() -> None:
    files = [
        {"id": "F1", "mimetype": "audio/mp4", "subtype": "slack_audio", "duration_ms": 12_900},
        {"id": "F2", "mimetype": "image/png"},
        {"id": "F3", "mimetype": "application/pdf"},
    ]
    told = event(**SAID | {"subtype": "file_share", "files": files})

    assert contents(told) == [
        Shown(kind="voice", reference="F1", message=SAID["ts"], seconds=12, caption="Hi"),
        Shown(kind="photo", reference="F2", message=SAID["ts"]),
        Unsupported(what="file"),
    ]
    assert len({inbound.key for inbound in read(told, "T1", NOW)}) == 3


def test_words_beside_a_file_that_is_not_taken_are_kept() -> None:
    told = event(**SAID | {"subtype": "file_share", "files": [{"id": "F3", "mimetype": "application/pdf"}]})

    assert contents(told) == [Words(text="Hi", message=SAID["ts"]), Unsupported(what="file")]


def test_a_correction_is_one_and_a_page_shown_below_a_link_is_none() -> None:
    after = {**SAID, "text": "Hello", "edited": {"user": "U7", "ts": "1762344005.000000"}}

    assert contents(changed(SAID, after)) == [Edit(text="Hello", message=SAID["ts"])]
    assert contents(changed(SAID, SAID)) == []
    assert contents(changed({**SAID, "bot_id": "B1"}, {**after, "bot_id": "B1"})) == []


def test_a_message_taken_back_is_told_by_its_id_alone() -> None:
    about = {"type": "message", "subtype": "message_deleted", "channel": "D1", "channel_type": "im"}
    gone = event(**about, deleted_ts=SAID["ts"], event_ts="1762344009.000200", previous_message=SAID)
    grave = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": SAID["ts"]}

    assert contents(gone) == [Deleted(message=SAID["ts"])]
    assert contents(changed(SAID, grave)) == [Deleted(message=SAID["ts"])]
    ours = event(**about, deleted_ts="1.0", event_ts="2.0", previous_message={**SAID, "bot_id": "B1"})
    assert contents(ours) == []


PRESS: dict[str, Any] = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U7"},
    "container": {"type": "message", "message_ts": "1762344000.000100", "channel_id": "D1"},
    "channel": {"id": "D1"},
    "actions": [{"type": "button", "action_id": "choice0", "action_ts": "1762344001.5", "value": "r.run.1.yes"}],
}


def test_a_press_is_a_tap_with_its_token_and_a_key_of_its_own() -> None:
    [inbound] = read(PRESS, "T1", NOW)

    assert inbound.content == Tap(token="r.run.1.yes")
    assert inbound.key == "a:1762344000.000100:1762344001.5"
    assert inbound.address.chat == "U7"


@pytest.mark.parametrize("value", ["x" * 65, "ä" * 33])
def test_a_token_that_cannot_be_ours_is_none(value: str) -> None:
    assert contents({**PRESS, "actions": [{**PRESS["actions"][0], "value": value}]}) == [Tap(token="")]


def test_a_press_in_a_channel_is_not_for_us_and_one_that_opens_a_sheet_is_no_answer_yet() -> None:
    assert contents({**PRESS, "channel": {"id": "C1"}}) == []
    assert contents({**PRESS, "actions": [{**PRESS["actions"][0], "action_id": "write"}]}) == []


def test_a_press_on_a_persons_own_page_counts() -> None:
    on_page = {key: value for key, value in PRESS.items() if key != "channel"}

    assert contents({**on_page, "container": {"type": "view", "view_id": "V1"}}) == [Tap(token="r.run.1.yes")]


def test_a_form_has_its_fields_and_the_prompt_it_was_opened_from() -> None:
    picks = {"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}
    values = {"one": {"done": {"type": "plain_text_input", "value": "Much"}}, "two": {"which": picks}}
    view = {"id": "V1", "hash": "h", "private_metadata": "r.run.1", "state": {"values": values}}
    sent = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U7"}, "view": view}

    [inbound] = read(sent, "T1", NOW)

    assert inbound.content == Form(token="r.run.1", fields={"done": "Much", "which": "a b"}, message="V1")
    assert inbound.key == "s:V1:h"


def test_commands_shortcuts_and_visits() -> None:
    slash = {"command": "/reconvene", "text": " progress hull ", "user_id": "U7", "team_id": "T1", "trigger_id": "9.8"}
    short = {"type": "shortcut", "callback_id": "mailbox", "user": {"id": "U7"}, "team": {"id": "T1"}, "action_ts": "1"}

    assert contents(slash) == [Command(text="progress hull")]
    assert contents({**slash, "command": "/other"}) == []
    assert contents(short) == [Start(code="mailbox")]
    assert contents({**short, "callback_id": "other"}) == []
    assert contents(event(type="app_home_opened", user="U7", channel="D1", tab="home")) == [Opened(place="home")]


def test_an_account_that_is_switched_off_cannot_be_reached_and_other_changes_say_nothing() -> None:
    assert contents(event(type="user_change", user={"id": "U7", "deleted": True})) == [Reachable(yes=False)]
    assert contents(event(type="user_change", user={"id": "U7", "deleted": False, "name": "Kim"})) == []
    assert contents(event(type="user_change", user={"id": "B7", "deleted": True, "is_bot": True})) == []


def test_two_events_tell_that_the_app_was_removed() -> None:
    at = datetime(2025, 11, 5, 12, 0, 0, 999_999, tzinfo=UTC)

    assert removed_at(event(type="app_uninstalled")) == at
    assert removed_at(event(type="tokens_revoked", tokens={"bot": ["U1"]})) == at
    assert removed_at(event(type="tokens_revoked", tokens={"oauth": ["U1"]})) is None
    assert removed_at(event(**SAID)) is None


def test_the_workspace_is_the_one_we_are_installed_in() -> None:
    assert team_of({"team_id": "T2", "authorizations": [{"team_id": "T1"}]}) == "T1"
    assert team_of({"team": {"id": "T1"}}) == "T1"
    assert team_of({"team": None, "team_id": 7}) == ""


def test_what_cannot_be_read_is_set_aside_without_its_words() -> None:
    [inbound] = read(event(**SAID | {"text": ["canary"]}), "T1", NOW)

    assert isinstance(inbound.content, Broken)
    assert "canary" not in str(inbound)
    assert inbound.key == "v:Ev1"


def test_a_very_long_id_still_makes_a_key_that_fits() -> None:
    [inbound] = read({**PRESS, "container": {"message_ts": "9" * 200}}, "T1", NOW)

    assert len(inbound.key) <= LONGEST_KEY


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.data())
def test_nothing_that_is_sent_is_too_odd_to_read(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([event(**SAID), PRESS, changed(SAID, SAID), {"command": "/reconvene"}]))
    spoilt = {**whole, data.draw(st.sampled_from(sorted(whole))): data.draw(JSON)}
    if isinstance(spoilt.get("event"), dict):
        inner = dict(spoilt["event"])
        inner[data.draw(st.sampled_from(sorted(inner) or ["x"]))] = data.draw(JSON)
        spoilt["event"] = inner

    for inbound in read(spoilt, team_of(spoilt), NOW):
        assert len(inbound.key) <= LONGEST_KEY
    removed_at(spoilt)


@given(st.text(alphabet="<>&;|@#!ab c\n", max_size=40))
def test_any_text_is_read_somehow(text: str) -> None:
    assert isinstance(unescape(text), str)
