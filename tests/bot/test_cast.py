"""The invented people answer after their habits, the same each time."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cast import Cast, CastFault, Habit, Invented, Prompt, Question, load_cast, reply
from bot.channels.demo.channel import DemoChannel
from bot.messages import Address, Choice, Inbound, Outgoing, Start, Tap, Words
from flows.loading import library

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=2)
POOL = {
    "stayed": {"hull": ["The lady with the two buses."], "any": ["Nothing yet."]},
    "open": {"any": ["Hard to say."]},
}


def person(habit: Habit = Habit.KEEN, **more: str) -> Invented:
    fields = {"chat": "invented-01", "name": "Maureen", "area": "hull", **more}
    return Invented(habit=habit, **fields)  # type: ignore[arg-type]


def prompt(flow: str, step: str, kind: str, *keys: str, token: str = "r.x.1") -> Prompt:
    choices = tuple(Choice(token=f"{token}.{key}", label=key) for key in keys)
    return Prompt(token=token, at=NOON, flow=flow, step=step, kind=kind, choices=choices)


@pytest.mark.parametrize(
    ("step", "keys", "key"),
    [
        ("lang", ("en", "en-easy", "human"), "en-easy"),
        ("age", ("child", "teen", "adult"), "adult"),
        ("check", ("everyone", "team", "unsure"), "team"),
        ("pace", ("light", "standard", "full"), "light"),
    ],
)
def test_a_button_is_pressed_that_fits_the_person(step: str, keys: tuple[str, ...], key: str) -> None:
    somebody = person(locale="en-easy", pace="light")

    assert reply(somebody, prompt("welcome", step, "choice", *keys), LATER, POOL) == Tap(token=f"r.x.1.{key}")


def test_an_open_question_gets_words_of_the_area_or_of_anybody() -> None:
    said = [reply(person(seed=n), prompt("before_w1", "stayed", "text"), LATER, POOL) for n in range(40)]  # type: ignore[arg-type]

    assert Words(text="The lady with the two buses.", message="") in said
    assert Words(text="Nothing yet.", message="") in said


def test_elsewhere_the_words_are_those_of_anybody() -> None:
    somebody = person(area="walsall")

    assert reply(somebody, prompt("before_w1", "stayed", "text"), LATER, POOL) == Words(text="Nothing yet.", message="")


def test_several_are_picked_by_their_numbers_and_never_the_last_way_out() -> None:
    for n in range(30):
        question = prompt(
            "before_w1", "shapes_pre", "multi", "income", "job", "home", "other", "done", token=f"r.x.{n}"
        )

        answer = reply(person(), question, LATER, POOL)

        assert isinstance(answer, Words)
        assert set(answer.text.split()) <= {"1", "2", "3"}


def test_a_ranking_is_up_to_three_numbers_in_some_order() -> None:
    keys = ("strong_start", "skills", "fair_jobs", "enough_money", "good_places", "stop_early", "done")
    given = [reply(person(), prompt("rank", "top3", "rank", *keys, token=f"r.x.{n}"), LATER, POOL) for n in range(30)]

    ranked = [answer.text.split() for answer in given if isinstance(answer, Words)]
    assert len(ranked) == 30
    assert all(1 <= len(places) <= 3 and set(places) <= set("123456") for places in ranked)
    assert any(places != sorted(places) for places in ranked)


@pytest.mark.parametrize("kind", ["location", "photo"])
def test_a_place_and_a_picture_are_told_in_words(kind: str) -> None:
    assert isinstance(reply(person(), prompt("assets", "pin", kind), LATER, POOL), Words)


def test_a_chain_is_agreed_to_and_nobody_wants_to_stop() -> None:
    chain = reply(person(), prompt("connect_it", "review", "chain", "yes", "change", "add"), LATER, POOL)

    assert chain == Tap(token="r.x.1.yes")


def test_nobody_answers_before_they_have_had_the_time() -> None:
    question = prompt("diary_1", "stayed", "text")

    assert reply(person(Habit.QUIET, chat="invented-05"), question, NOON, POOL) is None


def test_who_drops_out_is_silent_after_the_workshop_but_not_before() -> None:
    before = reply(person(Habit.DROPS_OUT), prompt("before_w1", "share", "share", "team", "group"), LATER, POOL)
    after = reply(person(Habit.DROPS_OUT), prompt("diary_1", "stayed", "text"), LATER, POOL)

    assert isinstance(before, Tap)
    assert after is None


def test_who_stops_says_so_at_the_first_diary() -> None:
    assert reply(person(Habit.STOPS), prompt("diary_1", "stayed", "text"), LATER, POOL) == Words(
        text="STOP", message=""
    )


def test_the_same_seed_gives_the_same_answer() -> None:
    question = prompt("diary_1", "share", "share", "team", "group", "me")

    assert reply(person(), question, LATER, POOL) == reply(person(), question, LATER, POOL)


def test_a_message_that_asks_nothing_is_left_alone() -> None:
    assert reply(person(), prompt("", "", ""), LATER, POOL) is None


class Line:
    """What the cast has sent."""

    def __init__(self) -> None:
        self.inbox: list[Inbound] = []

    async def accept(self, batch: Sequence[Inbound]) -> None:
        self.inbox.extend(batch)


async def asked_about_age(runs: Collection[str]) -> Mapping[str, Question]:
    return {run: Question(flow="welcome", step="age", kind="choice") for run in runs}


async def test_people_join_and_answer_each_prompt_once() -> None:
    channel, line = DemoChannel(lambda: NOON), Line()
    receiving = asyncio.create_task(channel.receive(line.accept))
    cast = Cast(people=[person()], pool=POOL, channel=channel, where=asked_about_age)
    question = Outgoing(text="Are you 18?", token="r.x.1", choices=(Choice(token="r.x.1.adult", label="Yes"),))

    await cast.join({"hull": "hull-1"}, over=timedelta())
    await channel.send(Address(channel="demo", bot="demo", chat="invented-01"), question, 1)
    done = [await cast.round(LATER), await cast.round(LATER)]

    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
    assert [inbound.content for inbound in line.inbox] == [Start(code="hull-1"), Tap(token="r.x.1.adult")]
    assert done == [1, 0]


def test_the_shipped_people_load() -> None:
    people, pool = load_cast(library("life-here") / "sample" / "people.yaml")

    assert len(people) == 86
    assert len({p.chat for p in people}) == 86
    assert {p.area for p in people} == {"hull", "st_helens", "walsall", "hackney", "newquay"}
    assert "good_day" in pool


def test_a_person_without_an_area_is_named(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text("people:\n  - {name: Alf, habit: keen}\n")

    with pytest.raises(CastFault, match="person number 1: 'area'"):
        load_cast(file)
