"""Each rule of a rehearsal sees its own breach in a diary written by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.rehearsal.diary import Diary, Kind, Note
from bot.rehearsal.rules import Rules
from bot.rehearsal.stage import Stage, standings
from bot.script import Script
from bot.wording import Wording
from flows.definition import Programme
from flows.loading import library, load_programme
from storage.scenes import Person
from storage.workshops import Workshop

W1 = datetime(2027, 3, 15, 18, 0, tzinfo=UTC)
AGREED = {"consent.part": "yes", "consent.remind": "yes"}


@pytest.fixture(scope="module")
def programme() -> Programme:
    loaded = load_programme(library("life-here")).programme
    assert loaded is not None
    return loaded


def somebody(state: str = "active", **facts: str) -> Person:
    return Person(
        id="Person-01",
        area="hull",
        code_name="Person-01",
        state=state,
        locale="en",
        joined_at=W1 - timedelta(days=10),
        last_heard_at=W1,
        facts={**AGREED, **{name.replace("__", "."): value for name, value in facts.items()}},
    )


def prompt(what: str, at: datetime, person: Person | None = None, **more: Any) -> Note:
    kind = more.pop("kind", Kind.PROMPT)
    return Note(at=at, kind=kind, what=what, person=person or somebody(), attendance={1: "attended"}, **more)


def breaches(programme: Programme, *notes: Note, agenda: bool = True) -> list[str]:
    held = Workshop(area="hull", wave=1, starts_at=W1, ends_at=W1 + timedelta(hours=3), place="")
    script = Script(programme)
    stage = Stage(
        script=script,
        wording=Wording(script),
        workshops={("hull", 1): held},
        ends=W1 + timedelta(days=90),
        standings=standings(programme, W1.date(), agenda=agenda),
    )
    diary = Diary(who="Person-01", habit="steady", area="hull", notes=notes, unsent={})
    return [breach.text for breach in Rules(stage, "hull").broken(diary)]


def after(days: int, hour: int = 18) -> datetime:
    return (W1 + timedelta(days=days)).replace(hour=hour)


def test_a_good_fortnight_breaks_nothing(programme: Programme) -> None:
    days = {"diary_1": 1, "diary_2": 3, "diary_3": 5, "diary_4": 7, "diary_5": 12}

    assert breaches(programme, *(prompt(what, after(day)) for what, day in days.items())) == []


def test_two_prompts_on_one_day_are_one_too_many(programme: Programme) -> None:
    found = breaches(programme, prompt("diary_1", after(3, 10)), prompt("diary_2", after(3, 18)))

    assert found == ["diary_2 is message 2 of the programme on one day."]


def test_a_broadcast_that_counts_takes_a_day_too(programme: Programme) -> None:
    counting = tuple(replace(entry, counts=True) for entry in programme.entries)
    notes = (prompt("thanks", after(1, 10), kind=Kind.BROADCAST), prompt("diary_1", after(1, 18)))

    assert breaches(programme, *notes) == []
    assert breaches(replace(programme, entries=counting), *notes) == [
        "diary_1 is message 2 of the programme on one day."
    ]


def test_the_pace_limits_any_seven_days(programme: Programme) -> None:
    light = somebody(profile__pace="light")
    everywhere = tuple(replace(entry, light=True) for entry in programme.entries)
    notes = [prompt(f"diary_{n}", after(n), light) for n in (1, 2, 3)]

    found = breaches(replace(programme, entries=everywhere), *notes)

    assert found == ["diary_3 is message 3 in seven days at light pace."]


@pytest.mark.parametrize("kind", [Kind.PROMPT, Kind.BROADCAST, Kind.NUDGE])
def test_nothing_goes_out_of_our_own_accord_in_the_quiet_hours(programme: Programme, kind: Kind) -> None:
    assert breaches(programme, prompt("diary_1", after(1, 20), kind=kind)) == [
        "diary_1 went out at 20:00, in the quiet hours."
    ]


def test_the_quiet_hours_are_those_of_the_summer_too(programme: Programme) -> None:
    in_summer_time = datetime(2027, 4, 5, 19, 0, tzinfo=UTC)

    assert breaches(programme, prompt("diary_1", in_summer_time)) == ["diary_1 went out at 20:00, in the quiet hours."]


@pytest.mark.parametrize("state", ["stopped", "paused", "joining"])
def test_nobody_is_written_to_who_is_not_there(programme: Programme, state: str) -> None:
    assert breaches(programme, prompt("diary_1", after(1), somebody(state))) == [
        f"diary_1 went to somebody who is {state}."
    ]


def test_silence_is_no_consent_to_messages(programme: Programme) -> None:
    found = breaches(programme, prompt("remind_24h", after(-1), somebody(consent__remind="no"), kind=Kind.BROADCAST))

    assert found == ["remind_24h went to somebody who did not agree to messages."]


def test_a_flow_does_not_begin_before_what_it_needs(programme: Programme) -> None:
    found = breaches(programme, prompt("diary_1", after(1), somebody(consent__part="no")))

    assert found == ["diary_1 began although what it needs does not hold."]


def test_wave_two_does_not_begin_before_its_gate_is_open(programme: Programme) -> None:
    note = prompt("before_w2", after(1))

    assert breaches(programme, note) == []
    assert breaches(programme, note, agenda=False) == ["before_w2 began although gate G4 was closed."]


def test_nothing_goes_to_somebody_whom_the_team_talks_to(programme: Programme) -> None:
    assert breaches(programme, prompt("diary_1", after(1), held=True)) == [
        "diary_1 went to somebody whom the team talked to."
    ]


def test_thanks_are_for_those_who_came(programme: Programme) -> None:
    note = replace(prompt("thanks", after(1, 10), kind=Kind.BROADCAST), attendance={1: "missed"})

    assert breaches(programme, note) == ["thanks is for those who attended workshop 1."]


def test_the_light_pace_leaves_out_what_is_not_light(programme: Programme) -> None:
    found = breaches(programme, prompt("diary_2", after(3), somebody(profile__pace="light")))

    assert found == ["diary_2 is not part of the light pace."]


def test_what_belongs_before_a_workshop_does_not_come_after_it(programme: Programme) -> None:
    found = breaches(programme, prompt("remind_24h", after(1), kind=Kind.BROADCAST))

    assert found == ["remind_24h went out after W1 had begun."]


def test_what_belongs_behind_a_workshop_does_not_come_before_it(programme: Programme) -> None:
    assert breaches(programme, prompt("diary_1", after(-2))) == ["diary_1 went out before W1."]


def test_entries_of_one_priority_keep_their_order(programme: Programme) -> None:
    found = breaches(programme, prompt("diary_3", after(5)), prompt("diary_2", after(6)))

    assert found == ["diary_2 came after diary_3, which belongs behind it."]


def test_one_conversation_is_reminded_of_once(programme: Programme) -> None:
    nudges = [prompt("diary_1", after(day), kind=Kind.NUDGE, run="r1") for day in (2, 3)]

    assert breaches(programme, *nudges) == ["diary_1 came twice (nudge)."]


def test_a_fault_on_the_way_is_a_breach(programme: Programme) -> None:
    assert breaches(programme, prompt("cannot get past q of f", after(1), kind=Kind.FAULT)) == [
        "cannot get past q of f"
    ]
