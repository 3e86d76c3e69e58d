"""The lines that come with the product: complete, and good to say whatever is known."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from prompts.catalogue import Catalogue, package_sources

NOW = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
TEXTS = {"help_contact": "Ring 01632 960 001.", "person": "Amina", "reply_by": "Friday"}
NUMBERS = {"emergency": "999", "samaritans": "116 123", "nhs": "111", "citizens_advice": "0800 144 8848"}
SAMARITANS = {"id": "samaritans", "name": "Samaritans", "number": "116 123", "how": "call", "hours": "", "always": True}
STEPCHANGE = {
    "id": "stepchange",
    "name": "StepChange",
    "number": "0800 138 1111",
    "how": "call",
    "hours": "",
    "always": False,
}
LITTLE: Mapping[str, object] = {
    "numbers": NUMBERS,
    "language": "English",
    "national": {**SAMARITANS, "free": True, "topic": "any"},
    "name": "",
    "area": "Hull",
    "code_name": "Heron-14",
    "next_date": None,
    "answer": "buses",
    "most": 4,
    "what": "sticker",
    "statement": "Mr Smith left.",
    "reason": "It names a person.",
    "consents": {},
    "answers": 0,
    "question": "How was your day?",
    "at": NOW,
    "share": "",
    "withdrawn": False,
    "who": "Amina",
    "text": "Hello",
    "kind": "voice",
    "length": "",
    "recording": "",
    "heard": [],
    "years": "9.5",
    "limit": 11,
    "code": "seat-abcde-fghij",
    "promise": "",
}
MUCH: Mapping[str, object] = {
    **LITTLE,
    **TEXTS,
    "name": "Jo",
    "next_date": NOW,
    "consents": {"part": "yes", "remind": "no", "media": "no", "quote": "ask", "after": "yes", "equality": "yes"},
    "answers": 3,
    "share": "me",
    "length": "1:15",
    "recording": "abcd2345",
    "heard": [{"text": "Hello", "at": NOW}],
    "withdrawn": True,
    "team_back": NOW,
    "promise": "for sure",
    "near": {"name": "The Warm Place", "number": "01632 960 004", "hours": "weekdays 9 to 5"},
    "national": {**STEPCHANGE, "free": True, "topic": "debt"},
}
ASKED_FOR = {
    "already",
    "thanks_1",
    "thanks_2",
    "thanks_3",
    "long_thanks",
    "no_media",
    "no_photo",
    "added",
    "not_understood",
    "too_many",
    "skipped",
    "required",
    "earlier_answer",
    "resume",
    "nudge",
    "human_asked",
    "share",
    "unsupported",
    "group_chat",
    "no_code",
    "unknown_code",
    "stopped_note",
    "rejoined",
    "already_joined",
    "stuck",
    "only_in",
    "my_data",
    "my_answer",
    "my_data_copy",
    "my_recording",
    "voice_kept",
    "read_out",
    "option__hear",
    "option__carry_on",
    "option__start_again",
    "option__leave",
    "option__skip",
    "option__human",
    "option__done",
    "option__other",
    "option__unsure",
    "option__yes",
    "option__no",
    "option__text_only",
    "option__please_dont",
    "option__im_ok",
    "option__want_call",
    "safety_red",
    "safety_red_again",
    "safety_kept",
    "safety_call_noted",
    "safety_stranger",
    "safety_amber",
    "safety_carry_on",
    "safety_names",
    "talk_began",
    "talk_line",
    "talk_waiting",
    "talk_passed",
    "talk_words_only",
    "talk_waits",
    "talk_over",
    "option__team",
    "option__group",
    "option__me",
    "go_deeper",
    "reads_well",
    "plainer",
    "option__tell_more",
    "option__next",
    "option__as_it_is",
}
TO_STRANGERS = ("group_chat", "safety_stranger", "no_code", "unknown_code")
LONGEST_LABEL = 40


@pytest.fixture
def catalogue() -> Catalogue:
    """As a programme has it, without its own wording."""
    made = Catalogue({"en": "", "en-easy": "en"})
    for template, sources in package_sources().items():
        made.add(template, sources)
    return made


def test_no_template_of_the_package_has_a_mistake(catalogue: Catalogue) -> None:
    assert [problem for template in package_sources() for problem in catalogue.problems(template)] == []


def test_every_line_that_the_code_asks_for_is_there(catalogue: Catalogue) -> None:
    assert ASKED_FOR - catalogue.blocks("common", "en") == set()


def test_easy_english_adds_no_line_of_its_own(catalogue: Catalogue) -> None:
    assert catalogue.blocks("common", "en-easy") - catalogue.blocks("common", "en") == set()


@pytest.mark.parametrize("values", [LITTLE, MUCH], ids=["little is known", "much is known"])
@pytest.mark.parametrize("locale", ["en", "en-easy"])
def test_every_common_line_can_be_said(catalogue: Catalogue, locale: str, values: Mapping[str, object]) -> None:
    for block in catalogue.blocks("common", "en"):
        said = catalogue.render("common", locale, block, values)

        assert said
        assert "  " not in said
        assert "\n\n\n" not in said
        assert "None" not in said


@pytest.mark.parametrize("locale", ["en", "en-easy"])
def test_labels_fit_on_a_button_and_no_two_in_a_locale_are_the_same(catalogue: Catalogue, locale: str) -> None:
    blocks = [block for block in catalogue.blocks("common", "en") if block.startswith("option__")]

    labels = [catalogue.render("common", locale, block, LITTLE) for block in blocks]

    assert all(len(label) <= LONGEST_LABEL for label in labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("block", TO_STRANGERS)
@pytest.mark.parametrize("locale", ["en", "en-easy"])
def test_a_stranger_is_answered_although_nothing_is_known(catalogue: Catalogue, locale: str, block: str) -> None:
    assert catalogue.render("common", locale, block, {"name": "", "area": "", "numbers": NUMBERS})


def test_a_persons_own_data_name_each_choice_they_made(catalogue: Catalogue) -> None:
    said = catalogue.render("common", "en", "my_data", MUCH)

    assert said.split("\n\n")[-1].split("\n") == [
        "- Take part: yes",
        "- Reminders: no",
        "- Keep photos and voice notes: no",
        "- Use my words in a report, with no name: ask me each time",
        "- Tell me later what changed: yes",
        "- Questions about me: yes",
    ]


def test_the_heading_of_an_own_answer_is_one_line(catalogue: Catalogue) -> None:
    assert catalogue.render("common", "en", "my_answer", MUCH) == (
        "**How was your day?** (Thursday 26 November, only me, taken back)"
    )


def test_progress_has_a_line_for_each_chat_of_each_area(catalogue: Catalogue) -> None:
    counts = {"joined": 3, "joining": 1, "active": 2, "paused": 0, "stopped": 1}
    answered = [{"flow": "diary_1", "n": 2}, {"flow": "diary_2", "n": 1}]
    areas = [
        {"name": "Hull", "target": 18, "answered": answered, **counts},
        {"name": "Newquay", "target": 0, "answered": [], **counts},
    ]

    said = catalogue.render("staff", "en", "progress", {"areas": areas})

    assert said.split("\n") == [
        "**Hull**: 3 of 18 joined",
        "Active 2, on a break 0, left 1, still joining 1",
        "- diary_1: 2 answered",
        "- diary_2: 1 answered",
        "",
        "**Newquay**: 3 joined",
        "Active 2, on a break 0, left 1, still joining 1",
    ]


def test_a_preview_names_who_is_left_out_and_shows_the_message(catalogue: Catalogue) -> None:
    values = {
        "template": "thanks",
        "area": "",
        "count": 1,
        "reasons": [{"reason": "has left", "n": 2}],
        "warning": "It is quiet time in Hull.",
        "sample": "Thank you.",
    }

    said = catalogue.render("staff", "en", "remind_preview", values)

    assert said.split("\n\n") == [
        "**thanks** for all your areas: 1 person",
        "It is quiet time in Hull.",
        "Not to:\n- has left: 2",
        "This is how it reads:",
        "Thank you.",
    ]


@pytest.mark.parametrize("repeated", [True, False])
def test_a_message_that_went_out_before_is_not_said_to_go_out_again(catalogue: Catalogue, repeated: bool) -> None:
    values = {"template": "thanks", "count": 12, "excluded": 2, "repeated": repeated}

    said = catalogue.render("staff", "en", "remind_sent", values)

    assert ("not sent it again" in said) is repeated
    assert "12 people" in said


@pytest.mark.parametrize("locale", ["en", "en-easy"])
def test_the_numbers_to_call_are_exact_in_every_language(catalogue: Catalogue, locale: str) -> None:
    for block in ("safety_red", "safety_stranger"):
        said = catalogue.render("common", locale, block, MUCH)
        assert all(f"**{number}**" in said for number in ("999", "116 123", "111"))
        assert "option 2" in said

    amber = catalogue.render("common", locale, "safety_amber", MUCH)
    assert all(f"**{number}**" in amber for number in ("01632 960 004", "0800 138 1111", "116 123"))


@pytest.mark.parametrize("call", ["", "yes", "text", "no"])
def test_an_alert_says_what_binds_the_team_and_reads_well(catalogue: Catalogue, call: str) -> None:
    case = {"code_name": "Heron-14", "number": 7, "area": "Hull", "rounds": 2, "minutes": 30, "call": call}
    more = {"level": "red", "at": NOW, "state": "taken", "by": "Gil", "cue": "en: hits me", "text": "He hits me."}
    told = [
        catalogue.render("staff", "en", "safety_alert", case),
        catalogue.render("staff", "en", "case", {**case, **more, "outcomes": ["helped", "no_contact"]}),
    ]

    for said in told:
        assert "\n\n\n" not in said
        assert "  " not in said
        assert ("not to call" in said or "not call" in said) == (call in ("text", "no"))
