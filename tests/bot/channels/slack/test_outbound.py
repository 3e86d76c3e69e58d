"""Our messages in Slack's terms: every limit kept, nothing lost, nobody mentioned, no visible character cut in two."""

from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.runs import runs, words
from bot.channels.slack.outbound import LABEL, PART, Unfit, blocks, call, fallback, fit
from bot.channels.slack.sheets import opening
from bot.messages import Choice, Outgoing, Sheet
from prompts.markup import escape
from tests import slackjudge

WRITE = Sheet(open="Write more", send="Send", close="Close")
NURSE = "👩🏽\u200d⚕️"
LETTERS = st.sampled_from(
    ["a", "Ä", " ", "\n", "&", "<", ">", "*", "_", "|", "[", "]", NURSE, "@channel", "<!here>", '"']
)
TYPED = st.text(max_size=60) | st.lists(LETTERS, max_size=400).map("".join)


def shown(text: str, **more: Any) -> str:
    """The markup of the only section."""
    (block,) = blocks(Outgoing(text=text, **more))
    return str(block["text"]["text"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Hello** you", "*Hello* you"),
        ("**1 < 2 & 3**", "*1 &lt; 2 &amp; 3*"),
        ("[our page](https://a.example/?a=1&b=2)", "<https://a.example/?a=1&amp;b=2|our page>"),
        ("**Two**\n- one\n- two", "*Two*\n• one\n• two"),
        ("some**thing**s", "some\u200b*thing*\u200bs"),
        ("** padded **", " *padded* "),
        ("<!channel> <@U1> @here", "&lt;!channel&gt; &lt;@U1&gt; @here"),
        ("[a|b](https://a.example/|c)", "<https://a.example/%7Cc|a|b>"),
    ],
)
def test_markup_becomes_slacks_and_everything_else_stays_as_it_is(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_nothing_is_turned_into_a_mention_or_a_preview() -> None:
    asked = call("U7", Outgoing(text="<!channel> @channel"), 5).parameters

    assert asked["text"] == "&lt;!channel&gt; @channel"
    assert (asked["parse"], asked["link_names"], asked["unfurl_links"]) == ("none", False, False)
    assert asked["blocks"][0]["text"]["verbatim"] is True
    assert asked["metadata"]["event_payload"] == {"outbox_id": 5}


@given(TYPED)
def test_anything_somebody_typed_goes_out_within_every_limit_and_reads_the_same(typed: str) -> None:
    seen = ""
    for part in fit(Outgoing(text=escape(typed))):
        if words(runs(part.text)).strip():
            made = blocks(part)
            slackjudge.judge(made)
            slackjudge.signs(fallback(part))
            seen += "".join(unescape(block["text"]["text"]) for block in made)

    assert seen.split() == typed.split(), "but for space at the edges of blocks"


@given(st.text(alphabet=st.sampled_from(list("a*[]()\\-\n <&>h")) | st.characters(), max_size=200))
def test_any_markup_goes_out_within_every_limit(text: str) -> None:
    for part in fit(Outgoing(text=text)):
        if words(runs(part.text)).strip():
            slackjudge.judge(blocks(part))


@pytest.mark.parametrize(
    "text",
    [
        "word " * 5000,
        "&" * 9000,
        NURSE * 3000,
        "**b** " * 3000,
        "**b**c" * 2500,
        "[x](https://a.example/" + "y" * 200 + ") " * 1 + "[x](https://a.example/z) " * 900,
        "[x](https://a.example/" + "y" * 5000 + ")",
        "\n".join("- item" for _ in range(3000)),
        '"' * 12_000,
        "a" + "\u0301" * 12_000,
    ],
    ids=[
        "words",
        "ampersands",
        "nurses",
        "bold",
        "bold inside words",
        "links",
        "a long link",
        "items",
        "quotes",
        "accents",
    ],
)
def test_long_messages_are_cut_into_parts_that_slack_takes(text: str) -> None:
    parts = fit(Outgoing(text=text, choices=(Choice(token="r.1.1.a", label="A"),), sheet=WRITE, token="r.1.1"))

    for part in parts:
        slackjudge.judge(blocks(part))
    assert "".join(words(runs(part.text)) for part in parts) == words(runs(text))
    assert [bool(part.choices) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert {part.token for part in parts} == {"r.1.1"}


def test_no_visible_character_is_cut_in_two() -> None:
    for part in fit(Outgoing(text=NURSE * 3000)):
        assert part.text == NURSE * (len(part.text) // len(NURSE))
        for block in blocks(part):
            text = block["text"]["text"]
            assert text == NURSE * (len(text) // len(NURSE))


LABELS = st.lists(st.text(min_size=1, max_size=120).filter(str.strip), min_size=1, max_size=60)


@given(LABELS, st.booleans())
def test_any_labels_make_buttons_or_lists_within_every_limit(labels: list[str], sheet: bool) -> None:
    choices = tuple(Choice(token=f"r.run.1.{n}", label=label) for n, label in enumerate(labels))
    message = Outgoing(text="Which?", choices=choices, token="r.run.1", sheet=WRITE if sheet else None)

    made = blocks(message)

    slackjudge.judge(made)
    pressed = [value for _, element, value in slackjudge.buttons(made) if element["action_id"] != "write"]
    assert pressed == [choice.token for choice in choices]


def test_a_label_that_no_button_holds_is_told_in_full_above() -> None:
    label = "We would like to see more of this in every part of the town, and not only where it is easy to do"
    made = blocks(Outgoing(text="Which?", choices=(Choice(token="a", label=label), Choice(token="b", label="No"))))

    assert f"• {label}" in slackjudge.read(made)
    short = made[-1]["elements"][0]["text"]["text"]
    assert len(short) <= LABEL
    assert short.endswith("…")
    assert label.startswith(short[:-1])


def test_many_choices_become_a_list() -> None:
    few, many = (tuple(Choice(token=str(n), label=f"Area {n}") for n in range(size)) for size in (25, 26))

    assert [len(block.get("elements", [])) for block in blocks(Outgoing(text="Which?", choices=few))] == [0, 25]
    assert blocks(Outgoing(text="Which?", choices=many))[1]["elements"][0]["type"] == "static_select"


@pytest.mark.parametrize(
    "message",
    [
        Outgoing(text=""),
        Outgoing(text=" \n"),
        Outgoing(text="a", choices=(Choice(token="", label="A"),)),
        Outgoing(text="a", choices=(Choice(token="t", label=" "),)),
        Outgoing(text="x" * 3 * PART),
        Outgoing(text="a", choices=tuple(Choice(token=str(n), label="long " * 15) for n in range(300))),
    ],
)
def test_what_slack_would_refuse_is_our_bug(message: Outgoing) -> None:
    with pytest.raises(Unfit):
        blocks(message)


def test_the_text_of_notifications_is_cut_where_slack_cuts_it() -> None:
    told = fallback(Outgoing(text="&" * 2000))

    assert len(told) <= 3000
    assert told.endswith("&amp;…")


def test_a_sheet_that_was_forged_opens_nothing() -> None:
    press = {"type": "block_actions", "trigger_id": "t", "actions": [{"action_id": "write", "value": "{}"}]}

    assert opening(press) is None
    assert opening({**press, "actions": [{"action_id": "write", "value": 7}]}) is None
    assert opening({"type": "view_submission"}) is None


def test_a_page_of_ones_own_is_no_message() -> None:
    asked = call("U7", Outgoing(text="Open: 1", place="home"), 1)

    assert asked.method == "views.publish"
    assert asked.parameters["user_id"] == "U7"
    slackjudge.view(asked.parameters["view"])
