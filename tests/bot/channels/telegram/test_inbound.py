"""What an update says. Whatever comes, nothing is raised, and nothing is kept of what is not for us."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.inbound import callback_id, read, update_id
from bot.messages import Broken, Content, Edit, Inbound, Reachable, Shown, Start, Tap, Unsupported, Words

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
SENT = 1793880000
PERSON = {"id": 7, "is_bot": False, "first_name": "Canary"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Canary"}
PIN = {"latitude": 53.744123, "longitude": -0.339871}
FILE = {"file_id": "F", "file_unique_id": "u"}


def message(**content: Any) -> dict[str, Any]:
    """A message in a private chat."""
    return {"message_id": 3, "date": SENT, "chat": PRIVATE, "from": PERSON, **content}


def update(**content: Any) -> dict[str, Any]:
    """An update."""
    return {"update_id": 55, **content}


def content_of(raw: object) -> Content | None:
    """What it says."""
    found = read(raw, "4242", NOW)
    return found.content if found else None


def test_a_message_keeps_its_number_its_chat_and_its_time() -> None:
    found = read(update(message=message(text="Good morning")), "4242", NOW)

    assert found is not None
    assert (found.key, found.address.channel, found.address.bot, found.address.chat) == ("55", "telegram", "4242", "7")
    assert found.at == datetime.fromtimestamp(SENT, UTC)
    assert found.content == Words(text="Good morning", message="3")


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("/start", Start()),
        ("/start hull-7k2m", Start(code="hull-7k2m")),
        ("/start@invented_bot  abc ", Start(code="abc")),
        ("/started", Words(text="/started", message="3")),
        ("/start " + "x" * 65, Words(text="/start " + "x" * 65, message="3")),
        ("/stop", Words(text="/stop", message="3")),
        ("", Words(text="", message="3")),
        ("a\0b\ud83dc", Words(text="a\ufffdb\ufffdc", message="3")),
        ("עברית \u202e 👩‍⚕️ \ufffe", Words(text="עברית \u202e 👩‍⚕️ \ufffe", message="3")),
    ],
)
def test_what_is_typed_is_a_start_or_words(text: str, content: Content) -> None:
    assert content_of(update(message=message(text=text))) == content


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (message(voice={**FILE, "duration": 9}), Shown(kind="voice", reference="F", message="3", seconds=9)),
        (
            message(photo=[{**FILE, "file_id": "small"}, FILE], caption="My street"),
            Shown(kind="photo", reference="F", message="3", caption="My street"),
        ),
        (message(sticker=FILE), Unsupported(what="sticker")),
        (message(document=FILE, animation=FILE), Unsupported(what="animation")),
        (message(document=FILE, caption="canary"), Unsupported(what="file")),
        (message(video=FILE), Unsupported(what="video")),
        (message(contact={"phone_number": "canary"}), Unsupported(what="contact")),
        (message(location=PIN, venue={}), Shown(kind="location", reference="53.744,-0.340", message="3")),
        (message(location=PIN), Shown(kind="location", reference="53.744,-0.340", message="3")),
        (message(pinned_message=message(text="canary")), None),
        (message(message_auto_delete_timer_changed={}), None),
    ],
)
def test_what_is_shown_is_named_and_not_read(raw: dict[str, Any], content: Content | None) -> None:
    assert content_of(update(message=raw)) == content


def test_an_edit_names_the_message_it_changes() -> None:
    found = read(update(edited_message=message(text="Better", edit_date=SENT + 60)), "4242", NOW)

    assert found is not None
    assert found.content == Edit(text="Better", message="3")
    assert found.at == datetime.fromtimestamp(SENT + 60, UTC)


def tap(data: object = "r.1.1.yes", **more: Any) -> dict[str, Any]:
    """A button is pressed."""
    shown = {"message_id": 3, "date": 0, "chat": PRIVATE}
    return update(callback_query={"id": "q1", "from": PERSON, "message": shown, "data": data, **more})


def test_a_tap_brings_its_token_and_happens_now() -> None:
    found = read(tap(), "4242", NOW)

    assert found is not None
    assert (found.content, found.at, found.address.chat) == (Tap(token="r.1.1.yes"), NOW, "7")
    assert callback_id(tap()) == "q1"


def test_a_tap_whose_token_no_button_can_carry_is_forged() -> None:
    assert content_of(tap("é" * 33)) == Tap(token="")


@pytest.mark.parametrize(("status", "yes"), [("kicked", False), ("member", True)])
def test_blocking_and_unblocking_is_told(status: str, yes: bool) -> None:
    change = {"chat": PRIVATE, "from": PERSON, "date": SENT, "new_chat_member": {"status": status}}

    assert content_of(update(my_chat_member=change)) == Reachable(yes=yes)


def test_of_a_group_nothing_is_read() -> None:
    group = {"id": -9, "type": "supergroup", "title": "Canary"}

    found = read(update(message=message(text="canary", chat=group)), "4242", NOW)

    assert found is not None
    assert found.content == Unsupported(what="group")
    assert "canary" not in str(found).lower()


@pytest.mark.parametrize(
    "raw",
    [
        update(message=message(text="canary", **{"from": {"id": 9, "is_bot": True}})),
        update(message={k: v for k, v in message(text="canary").items() if k != "from"}),
        update(message=message(text="canary", chat={"id": -9, "type": "channel"})),
        update(channel_post=message(text="canary")),
        update(edited_message=message(text="canary", chat={"id": -9, "type": "group"})),
        update(edited_message=message(voice={**FILE, "duration": 9})),
        update(my_chat_member={"chat": {"id": -9, "type": "group"}, "new_chat_member": {"status": "member"}}),
        update(poll_answer={"poll_id": "1"}),
        update(),
        tap(None),
        tap(message={"message_id": 3, "chat": {"id": -9, "type": "group"}}),
    ],
)
def test_what_is_not_for_us_is_passed_over(raw: dict[str, Any]) -> None:
    assert read(raw, "4242", NOW) is None


@pytest.mark.parametrize(
    "raw", [None, 5, "canary", [], {}, {"update_id": "55"}, {"update_id": True}, [{"a": "canary"}]]
)
def test_what_is_no_update_is_broken_and_keeps_a_key(raw: object) -> None:
    found = read(raw, "4242", NOW)

    assert found is not None
    assert isinstance(found.content, Broken)
    assert found.key.startswith("junk:")
    assert found.key == getattr(read(copy.deepcopy(raw), "4242", NOW), "key", None)
    assert update_id(raw) is None
    assert "canary" not in str(found)


def without_one_field(value: Any) -> Iterator[Any]:
    """The same, each time with another field left out or of the wrong kind, at any depth."""
    if not isinstance(value, dict):
        return
    for key in value:
        yield {k: v for k, v in value.items() if k != key}
        yield {**value, key: ["wrong"]}
        for inner in without_one_field(value[key]):
            yield {**value, key: inner}


WHOLE = [
    update(message=message(text="canary")),
    update(message=message(voice={**FILE, "duration": 9})),
    update(edited_message=message(text="canary")),
    tap(),
    update(my_chat_member={"chat": PRIVATE, "date": SENT, "new_chat_member": {"status": "kicked"}}),
]


@pytest.mark.parametrize("raw", [broken for whole in WHOLE for broken in without_one_field(whole)])
def test_an_update_with_something_missing_or_wrong_never_raises(raw: dict[str, Any]) -> None:
    found = read(raw, "4242", NOW)

    assert found is None or isinstance(found, Inbound)
    if found and isinstance(found.content, Broken):
        assert "canary" not in str(found)


def test_a_time_beyond_the_calendar_is_broken() -> None:
    assert isinstance(content_of(update(message=message(text="Hi", date=10**17))), Broken)


def test_a_very_long_message_is_taken_whole() -> None:
    text = "word " * 200_000

    assert content_of(update(message=message(text=text))) == Words(text=text, message="3")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["message_id", "chat", "from", "text", "date", "id", "type", "data", "voice", "photo", "status"]
)


@given(JSON | st.fixed_dictionaries({"update_id": st.integers()}, optional={"message": st.dictionaries(FIELDS, JSON)}))
def test_whatever_comes_nothing_is_raised(raw: object) -> None:
    found = read(raw, "4242", NOW)

    assert found is None or json.dumps(found.key)
