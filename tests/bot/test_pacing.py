"""Token buckets: never faster than the limit, never slower than need be."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import LIMITS, UNLIMITED, Limits, Pacing, telegram

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
SMALL = Limits(bot_rate=2, bot_burst=4, chat_rate=1, chat_burst=2)


def seconds(number: float) -> timedelta:
    """A span."""
    return timedelta(seconds=number)


def test_a_quiet_bot_may_send_a_burst_and_then_a_steady_stream() -> None:
    pacing = Pacing(SMALL, NOW)

    for chat in "abcd":
        pacing.take(chat, NOW)

    assert pacing.ready(NOW) == 0
    assert pacing.next_ready(NOW) == NOW + seconds(0.5)
    assert pacing.ready(NOW + seconds(0.5)) == 1


def test_a_bot_that_pays_is_faster_and_everybody_else_as_fast_as_is_free() -> None:
    paying, free = Pacing(telegram(300), NOW), Pacing(telegram(), NOW)

    assert LIMITS["telegram"] == telegram(30)
    assert (free.ready(NOW), paying.ready(NOW)) == (5, 50)
    assert free.free_at(NOW) == NOW
    for number in range(4):
        paying.take(str(number), NOW)
    assert paying.free_at(NOW) == NOW + seconds(0.04)
    paying.take("many", NOW, paid=True)
    assert paying.free_at(NOW) == NOW + seconds(0.04)


def test_a_chat_takes_a_few_replies_at_once_and_then_rests() -> None:
    pacing = Pacing(SMALL, NOW)

    pacing.take("a", NOW)
    assert pacing.resting(NOW) == []
    pacing.take("a", NOW)

    assert pacing.resting(NOW) == ["a"]
    assert pacing.resting(NOW + seconds(1)) == []


def test_a_chat_that_was_just_written_to_gets_replies_only() -> None:
    pacing = Pacing(SMALL, NOW)

    pacing.take("a", NOW)

    assert pacing.fresh(NOW) == ["a"]
    assert pacing.next_ready(NOW) == NOW + seconds(1)
    assert pacing.fresh(NOW + seconds(1)) == []


def test_nothing_waits_when_nothing_was_sent() -> None:
    assert Pacing(SMALL, NOW).next_ready(NOW) is None


def test_a_platform_without_limits_never_waits() -> None:
    pacing = Pacing(UNLIMITED, NOW)

    for _ in range(10_000):
        pacing.take("a", NOW)

    assert pacing.ready(NOW) > 0
    assert pacing.resting(NOW) == pacing.fresh(NOW) == []


def test_time_that_goes_back_gives_nothing_away() -> None:
    pacing = Pacing(SMALL, NOW)
    for chat in "abcd":
        pacing.take(chat, NOW)

    assert pacing.ready(NOW - seconds(60)) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 0.7)), max_size=120))
def test_no_chat_gets_more_than_its_burst_and_one_a_second(asks: list[tuple[str, float]]) -> None:
    limits = LIMITS["telegram"]
    pacing, now = Pacing(limits, NOW), NOW
    sent: list[tuple[str, datetime]] = []

    for chat, pause in asks:
        now += seconds(pause)
        if pacing.ready(now) and chat not in pacing.resting(now):
            pacing.take(chat, now)
            sent.append((chat, now))

    for chat, at in sent:
        window = [other for other, when in sent if at <= when < at + seconds(10)]
        assert window.count(chat) <= limits.chat_burst + 10 * limits.chat_rate


@given(st.lists(st.floats(0, 0.3), min_size=40, max_size=200))
def test_no_second_ever_sees_more_than_telegram_allows(pauses: list[float]) -> None:
    pacing, now = Pacing(LIMITS["telegram"], NOW), NOW
    sent: list[datetime] = []

    for number, pause in enumerate(pauses):
        now += seconds(pause / 10)
        for _ in range(pacing.ready(now)):
            pacing.take(str(number), now)
            pacing.landed(now)
            sent.append(now)

    for at in sent:
        assert sum(1 for when in sent if at <= when < at + seconds(1)) <= 30


@given(st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, 1.5), st.floats(0, 1)), max_size=80))
def test_the_platform_counts_no_more_than_the_window_however_long_messages_take(
    sends: list[tuple[float, float, float]],
) -> None:
    pacing, now = Pacing(Limits(bot_rate=100, bot_burst=50, bot_window=5, chat_rate=1, chat_burst=1), NOW), NOW
    flying: list[datetime] = []
    counted: list[datetime] = []

    for number, (pause, takes, part) in enumerate(sends):
        now += seconds(pause)
        for landing in [at for at in sorted(flying) if at <= now]:
            pacing.landed(landing)
            flying.remove(landing)
        if pacing.ready(now):
            pacing.take(str(number), now)
            flying.append(now + seconds(takes))
            counted.append(now + seconds(takes * part))

    for at in counted:
        assert sum(1 for when in counted if at <= when < at + seconds(1)) <= 5


def test_a_full_window_opens_a_second_after_the_first_answer() -> None:
    pacing = Pacing(Limits(bot_rate=100, bot_burst=50, bot_window=2, chat_rate=1, chat_burst=1), NOW)
    for chat in "ab":
        pacing.take(chat, NOW)
    pacing.landed(NOW + seconds(0.2))
    pacing.landed(NOW + seconds(0.3))

    assert pacing.ready(NOW + seconds(1.1)) == 0
    assert pacing.next_ready(NOW + seconds(1.1)) == NOW + seconds(1.2)
    assert pacing.ready(NOW + seconds(1.2)) == 1


def test_a_clock_that_goes_back_closes_no_window_for_long() -> None:
    pacing = Pacing(Limits(bot_rate=100, bot_burst=50, bot_window=1, chat_rate=1, chat_burst=1), NOW)
    pacing.take("a", NOW)
    pacing.landed(NOW)

    earlier = NOW - seconds(7200)

    assert (pacing.next_ready(earlier) or NOW) <= earlier + seconds(1)
    assert pacing.ready(earlier + seconds(1)) == 1


def test_a_person_in_slack_gets_one_message_a_second() -> None:
    pacing = Pacing(LIMITS["slack"], NOW)

    pacing.take("U7", NOW)

    assert pacing.ready(NOW) > 0, "others are not held up"
    assert pacing.next_ready(NOW) == NOW + seconds(1)
    assert pacing.resting(NOW + seconds(0.9)) == ["U7"]
    assert pacing.resting(NOW + seconds(1)) == []
