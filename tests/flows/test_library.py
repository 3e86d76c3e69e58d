"""The programme that is shipped: complete, and what it promises about numbers, consent and rights."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from flows.actions import ACTIONS
from flows.calendar import NO_ROOM, Anchor, Standing, plan
from flows.definition import Programme, Visibility
from flows.loading import library, load_programme
from flows.words import WORDS

LONGER = ("cards_a", "cards_b", "cards_aims_1", "cards_power", "connect_it", "rank", "assets", "after_w2", "next_steps")


@cache
def shipped() -> Programme:
    loaded = load_programme(library("life-here"))
    assert [str(finding) for finding in loaded.findings] == []
    assert loaded.programme
    return loaded.programme


def test_it_has_the_five_areas_of_the_report() -> None:
    assert {area.name: area.target for area in shipped().areas.values()} == {
        "Hull": 18,
        "St Helens": 17,
        "Walsall": 17,
        "Hackney": 17,
        "Newquay": 17,
    }
    assert all(area.reason and len(area.neighbourhoods) >= 5 for area in shipped().areas.values())


def test_every_flow_is_worded_in_plain_and_easy_english() -> None:
    at_work = {name for name, flow in shipped().flows.items() if flow.channel == "slack"}

    assert {name: sorted(flow.prompts) for name, flow in shipped().flows.items()} == {
        name: ["en"] if name in at_work else ["en", "en-easy"] for name in shipped().flows
    }
    assert at_work == {
        *("s_welcome", "s_menu", "interview", "prepare_w2", "answer_questions"),
        *("respond", "account", "four_questions"),
    }


def test_those_who_decide_have_fourteen_questions_and_their_dates() -> None:
    asked = [step for step in shipped().flows["interview"].steps if step.kind != "info" and not step.when]
    theirs = {entry.id: (entry.at, entry.flow) for entry in shipped().entries if entry.whom == "stakeholders"}
    own = shipped().stakeholders

    assert len(asked) == 14
    assert theirs == {
        "prepare_w2": ("W2-6d@10:00", "prepare_w2"),
        "respond": ("W2+7d@10:00", "respond"),
        "respond_again": ("W2+18d@10:00", "respond"),
        "account_before": ("DUE-7d@10:00", "account"),
        "account_due": ("DUE@10:00", "account"),
        "account_after": ("DUE+14d@10:00", "account"),
    }
    assert own is not None
    assert (own.target, len(own.types)) == (19, 18)


def test_the_first_wave_is_in_the_calendar() -> None:
    assert {(entry.id, entry.at) for entry in shipped().entries} >= {
        ("remind_7d", "W1-7d@18:00"),
        ("before_w1", "W1-5d@18:00"),
        ("remind_24h", "W1-24h"),
        ("remind_2h", "W1-2h"),
        ("thanks", "W1+3h"),
        ("missed_you", "W1+3h"),
        ("diary_1", "W1+1d@18:00"),
        ("diary_2", "W1+3d@18:00"),
        ("diary_3", "W1+5d@18:00"),
        ("diary_4", "W1+7d@18:00"),
        ("diary_5", "W1+12d@18:00"),
        ("cards_a", "W1+2d@18:00"),
        ("cards_b", "W1+4d@18:00"),
        ("connect_it", "W1+6d@18:00"),
        ("cards_aims_1", "W1+8d@18:00"),
        ("cards_aims_2", "W1+9d@18:00"),
        ("rank", "W1+10d@18:00"),
        ("assets", "W1+11d@18:00"),
        ("heard_so_far", "W1+15d@18:00"),
    }


def test_the_second_wave_is_in_the_calendar() -> None:
    assert {(entry.id, entry.at, entry.wave) for entry in shipped().entries} >= {
        ("cards_power", "W2-8d@18:00", 2),
        ("remind_7d_w2", "W2-7d@18:00", 2),
        ("remind_24h_w2", "W2-24h", 2),
        ("remind_2h_w2", "W2-2h", 2),
        ("thanks_w2", "W2+3h", 2),
        ("missed_you_w2", "W2+3h", 2),
        ("after_w2", "W2+1d@18:00", 2),
        ("evaluation", "W2+3d@18:00", 2),
        ("next_steps", "W2+5d@18:00", 2),
        ("where_we_are", "W2+14d@18:00", 2),
    }


def test_what_is_kept_at_light_pace_is_what_the_method_needs() -> None:
    light = {entry.flow for entry in shipped().entries if entry.flow and entry.light}

    assert light == {
        *("before_w1", "diary_1", "connect_it", "rank", "assets", "catch_up"),
        *("before_w2", "after_w2", "evaluation", "catch_up_2", "you_said"),
    }


def test_at_the_usual_pace_and_gap_nothing_finds_no_room_but_two_of_the_five_diaries() -> None:
    """Four a week over twenty days are twelve or thirteen; the views of others are among them."""
    w1 = datetime(2027, 3, 15, 18, tzinfo=UTC)
    anchors = {f"W{n}": Anchor(start=w1 + timedelta(days=28 * (n - 1))) for n in (1, 2)}
    standing = Standing(joined_at=w1 - timedelta(days=20), consents={"remind": "yes"}, attendance={1: "attended"})

    rows = plan(shipped(), shipped().areas["hull"], anchors, standing, w1 + timedelta(hours=4))

    assert [row.entry for row in rows if row.reason == NO_ROOM] == ["diary_3", "diary_5"]
    order = sorted((row for row in rows if row.state == "planned"), key=lambda row: row.due)
    days = {row.entry: (row.due.date() - w1.date()).days for row in order}
    assert days["cards_aims_2"] < days["rank"] < days["exchange"] < 20


def test_each_flow_has_at_most_three_bridges_for_the_same_answer_and_none_is_required() -> None:
    bridges = [step for flow in shipped().flows.values() for step in flow.steps if step.bridge]

    assert {step.id for step in bridges} == {
        *("bridge_habits", "bridge_services", "bridge_money", "bridge_better", "bridge_people", "bridge_blame"),
        "bridge_hopeless",
    }
    assert all(step.when and not step.required and step.kind == "text" for step in bridges)


def test_a_card_with_figures_is_shown_only_where_it_is_filled_in() -> None:
    asked = {"c01", "c02", "c08", "c09"}
    cards = [step for flow in shipped().flows.values() for step in flow.steps if step.id[:3] in asked]

    assert cards
    assert all((f"cards.{step.id[:3]}", ("filled",)) in [(c.subject, c.values) for c in step.when] for step in cards)
    for area in shipped().areas.values():
        assert area.cards.keys() == asked
        assert all(card.get("source") for name, card in area.cards.items() if name != "c08")


def test_the_same_thirteen_causes_are_offered_before_and_after() -> None:
    steps = {step.id: step for flow in shipped().flows.values() for step in flow.steps}
    causes = {option.key for option in steps["shapes_pre"].options}

    assert len(causes) == 13
    for other in ("shapes_post", "issue", "could_help"):
        assert {option.key for option in steps[other].options} == causes
        assert all(option.frame == option.key for option in steps[other].options)


def test_what_is_asked_after_both_workshops_is_asked_in_the_same_words() -> None:
    first, second = shipped().flows["evaluation_w1"], shipped().flows["evaluation"]
    asked = [step.id for step in first.steps if step.kind == "scale"]

    assert asked == ["e1", "e2", "e7"]
    for locale in first.prompts:
        for words in ("I could say what I wanted to say.", "People listened to me.", "I learned something new."):
            assert words in first.prompts[locale]
            assert words in second.prompts[locale]
    begins = {step.id for step in shipped().flows["diary_1"].steps for do in step.do if do.argument == first.id}
    assert begins == {"bye_and_more"}, "who was there is asked after the first diary: nobody gets a message more"


def test_people_recognise_before_they_describe() -> None:
    steps = [step.id for step in shipped().flows["in_room"].steps]

    assert steps.index("recognise") < steps.index("describe")
    assert steps[steps.index("describe") - 1] == "wait_2", "what was recognised is talked about in between"


def test_all_messages_of_the_first_wave_can_be_sent() -> None:
    assert shipped().broadcasts.keys() >= {
        *("invite", "remind_7d", "remind_24h", "remind_2h", "thanks", "missed_you", "change", "nudge"),
        *("heard_so_far", "status", "thank_you_sent", "farewell"),
    }


def test_every_right_has_its_word() -> None:
    rights = shipped().flows[shipped().rights]

    assert rights.entries.keys() >= {
        *("STOP", "PAUSE", "START", "MY_DATA", "DELETE", "COMPLAIN", "WHO", "HUMAN", "HELP", "NEW_PHONE", "REJOIN")
    }
    assert rights.entries.keys() - WORDS == {"REJOIN"}


def test_every_action_is_used_somewhere() -> None:
    used = {
        action.name
        for flow in shipped().flows.values()
        for step in flow.steps
        for action in (*step.do, *(action for option in step.options for action in option.do))
    }

    assert ACTIONS.keys() - used == set()


def test_nothing_about_background_is_asked_without_a_yes() -> None:
    asked = [step for flow in shipped().flows.values() for step in flow.steps if step.stores.startswith("equality.")]

    assert len(asked) == 9
    for step in asked:
        assert [(c.subject, c.values) for c in step.when] == [("eq_intro", ("yes",))]
        assert step.vis is Visibility.X
        assert not step.required
        assert step.options[-1].key == "prefer_not"


def test_consents_beyond_taking_part_can_be_left_out() -> None:
    steps = {step.stores: step for step in shipped().flows["welcome"].steps if step.stores.startswith("consent.")}

    assert steps.keys() == {"consent.part", "consent.remind", "consent.media", "consent.quote", "consent.after"}
    assert [name for name, step in steps.items() if step.required] == ["consent.part"]


def test_questions_can_be_skipped_but_for_age_and_consent() -> None:
    required = {
        step.id for flow in shipped().flows.values() if not flow.service for step in flow.steps if step.required
    }

    assert required == set()


@pytest.mark.parametrize(
    "flow", ["before_w1", "diary_1", "diary_2", "diary_3", "diary_4", "diary_5", "thought", *LONGER]
)
def test_open_answers_end_with_the_share_question(flow: str) -> None:
    kinds = [step.kind for step in shipped().flows[flow].steps]

    assert "share" in kinds
    assert kinds.index("share") > max(n for n, kind in enumerate(kinds) if kind == "text")


@pytest.mark.parametrize("locale", ["en", "en-easy"])
def test_who_is_too_young_hears_of_childline(locale: str) -> None:
    assert "0800 1111" in shipped().flows["welcome"].prompts[locale]
    assert "999" in shipped().flows["welcome"].prompts[locale]
