"""A whole programme lived through with invented people."""

import re
import shutil
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from time import process_time

import pytest

from bot import cli
from bot.rehearsal.diary import UNASKED, Diary, Kind
from bot.rehearsal.people import Habit
from bot.rehearsal.rehearse import Rehearsal, rehearse
from bot.script import Script
from bot.starting import read_script
from flows.loading import library, load_programme

FIRST = date(2027, 3, 1)


@cache
def lived(people: int = 40, seed: int = 3, gap: int = 28) -> Rehearsal:
    return rehearse(_script(library("life-here")), people=people, seed=seed, first=FIRST, gap=gap)


def _script(folder: Path) -> Script:
    return read_script(folder)


def of(habit: Habit) -> Diary:
    return next(diary for diary in lived().diaries if diary.habit == habit)


def kinds(diary: Diary) -> list[Kind]:
    return [note.kind for note in diary.notes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(library("life-here"), tmp_path / "mine")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("gap", [14, 17, 28, 42])
def test_the_shipped_programme_keeps_every_promise(gap: int) -> None:
    assert list(lived(gap=gap).faults()) == []


def test_the_same_seed_gives_the_same_lives() -> None:
    script = _script(library("life-here"))
    again = rehearse(script, people=40, seed=3, first=FIRST)
    other = rehearse(script, people=40, seed=4, first=FIRST)

    assert list(again.timeline()) == list(lived().timeline())
    assert list(other.timeline()) != list(lived().timeline())


def test_two_months_of_87_people_take_less_than_ten_seconds() -> None:
    script, began = _script(library("life-here")), process_time()

    whole = rehearse(script, people=87, seed=1, first=FIRST)

    assert process_time() - began < 10
    assert len(whole.diaries) == 87
    assert max(note.at.date() for diary in whole.diaries for note in diary.notes) - FIRST > timedelta(days=43)


def test_every_habit_is_there() -> None:
    assert {diary.habit for diary in lived().diaries} == set(Habit)


def test_who_writes_stop_gets_nothing_more_of_our_own_accord() -> None:
    told = kinds(of(Habit.STOPS))

    assert Kind.PROMPT in told
    assert UNASKED.isdisjoint(told[told.index(Kind.LEFT) :])


def test_who_declines_is_deleted_and_never_written_to() -> None:
    told = kinds(of(Habit.DECLINES))

    assert told[-1] is Kind.GONE
    assert UNASKED.isdisjoint(told)


def test_who_is_silent_hears_of_it_at_most_once_for_each_conversation() -> None:
    nudges = [note.run for note in of(Habit.SILENT).notes if note.kind is Kind.NUDGE]

    assert len(nudges) == len(set(nudges))


def test_who_takes_a_break_misses_what_falls_into_it() -> None:
    assert "the person takes a break" in of(Habit.PAUSES).unsent.values()


def test_who_misses_the_workshop_is_not_thanked_for_coming() -> None:
    diary = of(Habit.MISSES)

    assert "Missed workshop 1." in diary.unsent.values()
    assert "missed_you" in {note.what for note in diary.notes if note.kind is Kind.PROMPT}


def test_who_sees_only_habits_is_asked_on_like_everybody_else() -> None:
    finished = {note.what for note in of(Habit.NARROW).notes if note.kind is Kind.FINISHED}

    assert {"welcome", "about_you"} <= finished


def test_two_uncounted_prompts_on_one_day_fail_with_person_and_day(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder / "calendar.yaml", '"W1+3d@18:00", flow: diary_2', '"W1+1d@12:00", counts: no, flow: diary_2')

    code = cli.run(["simulate", str(folder), "--people", "20"])

    out = capsys.readouterr().out
    assert code == 1
    assert "diary_1 is message 2 of the programme on one day." in out
    assert re.search(r"Person-\d\d \(\w+, \w+\), day +\d+ \(\w{3} \d+ \w{3} \d\d:\d\d\): diary_\d is message 2", out)


def unchecked(folder: Path) -> list[str]:
    """The faults of a programme that `check` would not have let through."""
    programme = load_programme(folder).programme
    assert programme is not None
    return list(rehearse(Script(programme), people=20, seed=1, first=FIRST).faults())


def test_a_message_that_cannot_be_said_fails(folder: Path) -> None:
    change(folder / "prompts/en/diary_1.j2", "{% block stayed %}", "{% block stayed %}{{ w3_date | day }}")

    assert any("the script is stuck, diary_1 at stayed" in fault for fault in unchecked(folder))


def test_a_question_that_nobody_can_get_past_fails(folder: Path) -> None:
    more = "  - {id: more, type: choice, required: yes, options: [{key: again, goto: one_question}, done]}\n"
    change(folder / "flows/diary_4.yaml", "  - {id: bye,", more + "  - {id: bye,")
    change(
        folder / "prompts/en/diary_4.j2", "{% block bye %}", "{% block more %}Once more?{% endblock %}{% block bye %}"
    )

    assert any("cannot get past one_question of diary_4" in fault for fault in unchecked(folder))


def test_who_is_in_danger_gets_the_numbers_and_nothing_of_the_programme_until_the_team_has_seen_to_it() -> None:
    notes = of(Habit.DISTRESSED).notes

    assert [note.what for note in notes if note.kind is Kind.CASE and note.what == "red"] == ["red", "red"]
    assert not [note for note in notes if note.held and note.kind in UNASKED]
    assert any(note.kind is Kind.PROMPT for note in notes[-40:])


def test_wave_two_is_refused_without_an_agenda_and_the_gate_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["simulate", "life-here", "--people", "12", "--no-agenda"])

    out = capsys.readouterr().out
    assert code == 1
    assert "Hull: wave 2 was refused. Gate G4 lacks 3 more key issues; what can be changed;" in out
    assert "before_w2        sent    0" in out
    assert "promises broken" not in out


def test_the_command_tells_days_sums_and_that_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["simulate", "life-here", "--people", "20", "--seed", "2"])

    out = capsys.readouterr().out
    assert code == 0
    assert "came to workshop 1" in out
    assert "people: 20" in out
    assert out.endswith("Every promise was kept: dose, quiet hours, order and gates.\n")


def test_the_last_news_and_the_farewell_are_sent_too() -> None:
    sent = {note.what for diary in lived().diaries for note in diary.notes if note.kind in UNASKED}

    assert {"you_said_180", "farewell"} <= sent
