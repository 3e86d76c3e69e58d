"""Reading: a stream page by page, by place, words and what was made of it; and only what may be read."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake, NotAllowed, Selection
from bot.rights import Staff
from flows.run import Run, RunState
from storage import mine
from storage import tables as t
from storage.erasure import erase
from storage.rows import to_json
from storage.tables_reading import reading_texts, readings
from tests.bot.team import ADA, BEN, Team

MIN = timedelta(minutes=1)


async def filled(team: Team, many: int = 3) -> None:
    """People in Hull and Newquay, one reflection each, the newest last."""
    for number in range(many):
        pid = await team.person(f"Heron-{number}", area="hull" if number % 2 == 0 else "newquay")
        await team.answer(pid, f"The bus number {number} was late", at=team.clock.at - MIN * (many - number))


async def said(team: Team, who: Staff = ADA, **chosen: object) -> list[str]:
    stream = await team.office.stream(who, Selection(**chosen))  # type: ignore[arg-type]
    return [card.text for card in stream.cards]


async def test_the_newest_stands_first_and_pages_do_not_overlap(team: Team) -> None:
    await filled(team, 53)

    first = await team.office.stream(ADA, Selection())
    second = await team.office.stream(ADA, Selection(), first.before)

    assert [len(first.cards), len(second.cards), second.before] == [50, 3, ""]
    assert first.cards[0].text == "The bus number 52 was late"
    assert len({card.reflection.id for card in (*first.cards, *second.cards)}) == 53


async def test_finds_come_in_pages_too(team: Team) -> None:
    await filled(team, 53)

    first = await team.office.stream(ADA, Selection(words="bus"))
    second = await team.office.stream(ADA, Selection(words="bus"), first.before)

    assert [len(first.cards), len(second.cards), second.before] == [50, 3, ""]
    assert len({card.reflection.id for card in (*first.cards, *second.cards)}) == 53


async def test_a_page_mark_that_was_made_up_is_the_first_page(team: Team) -> None:
    await filled(team)

    for before in ("x", "1", "9" * 30 + ".a.b", "-1.a.b", "1.a", "²", "\0"):
        assert len((await team.office.stream(ADA, Selection(), before)).cards) in (0, 3)
        assert len((await team.office.stream(ADA, Selection(words="bus"), before)).cards) in (0, 3)


async def test_everybody_sees_their_own_areas_alone(team: Team) -> None:
    await filled(team)

    assert await said(team, BEN) == ["The bus number 2 was late", "The bus number 0 was late"]
    assert await said(team, BEN, words="bus") == ["The bus number 2 was late", "The bus number 0 was late"]
    assert await team.office.card(BEN, "diary_1-heron-1.day") is None
    with pytest.raises(NotAllowed):
        await said(team, BEN, areas=("newquay",))


@pytest.mark.parametrize(
    "hidden",
    [
        {"share": "me"},
        {"vis": "P"},
        {"vis": "X"},
        {"withdrawn": True},
        {"run": {"state": "waiting"}},
        {"kind": "choice"},
        {"value": None},
    ],
    ids=str,
)
async def test_what_is_not_for_the_team_is_neither_shown_nor_found(team: Team, hidden: dict[str, object]) -> None:
    pid = await team.person("Heron-1")
    if hidden.pop("withdrawn", False):
        hidden["withdrawn_at"] = team.clock.at
    await team.answer(pid, "The bus was late", **hidden)  # type: ignore[arg-type]

    assert await said(team) == []
    assert await said(team, words="bus") == []
    assert await team.office.card(ADA, "diary_1-heron-1.day") is None


async def test_what_is_kept_back_is_counted(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "mine", share="me")
    await team.answer(await team.person("Heron-2"), "not yet", run={"state": "waiting"})

    stream = await team.office.stream(ADA, Selection())

    assert (stream.unseen.private, stream.unseen.unfinished) == (1, 1)


async def test_wave_and_conversation_are_chosen(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, "early")
    await team.answer(pid, "late", step="night", wave=2)

    assert await said(team, wave=2) == ["late"]
    assert await said(team, flow="diary_1", wave=1) == ["early"]
    with pytest.raises(Mistake, match="There is no conversation"):
        await said(team, flow="nothing")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bus", 2),
        ("BÚS", 2),
        ("buse", 1),
        ('"bus stop"', 1),
        ('"stop bus"', 0),
        ("stop bus", 1),
        ("bus -stop", 1),
        ("cafe", 1),
        ("café", 1),
        ("naïve", 1),
        ("OR", 0),
        ("a' OR 1=1 --", 0),
        ("bus:* & !stop | x", 0),
        ("it's", 1),
        ("100%", 1),
        ("مرحبا", 1),
    ],
)
async def test_words_are_found_the_same_on_every_database(team: Team, words: str, found: int) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, "It's by the bus stop: a CAFÉ, 100% naïve.")
    await team.answer(pid, "Two buses. مرحبا", step="night")

    assert len(await said(team, words=words)) == found


async def test_words_that_cannot_be_looked_for_are_told_kindly(team: Team) -> None:
    with pytest.raises(Mistake, match="Write a word"):
        await said(team, words="***")
    with pytest.raises(Mistake, match="Write at least one word"):
        await said(team, words="-bus")


async def test_words_over_several_messages_and_what_was_heard_are_found(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, "The first message")
    await team.add(
        t.answer_parts, run_id=f"diary_1-{pid}", step="day", participant_id=pid, message="2", text="", at=team.clock.at,
        media_kind="voice", media_id="v1",
    )  # fmt: skip
    own = {"participant_id": pid, "run_id": f"diary_1-{pid}", "step": "day"}
    place = {"channel": "demo", "bot": "demo", "reference": "x", "not_before": team.clock.at, "made_at": team.clock.at}
    await team.add(t.tables_media.media, id="v1", **own, **place, kind="voice", vis="F", state="kept")

    await team.office.transcribe(ADA, "v1", "and then the harbour")

    assert await said(team, words="first harbour") == ["The first message\nand then the harbour"]


async def test_a_message_that_was_taken_back_is_not_found_any_more(team: Team) -> None:
    pid = await team.person("Heron-1")
    over = Run(id=f"diary_1-{pid}", flow="diary_1", version="v1", state=RunState.FINISHED)
    await team.answer(pid, "The bus was late", run={"body": to_json(over)})
    assert await said(team, words="bus") != []

    async with team.db.write() as conn:
        await mine.take_back(conn, pid, "1", team.clock.at)

    assert await team.rows(reading_texts) == []
    assert await said(team, words="bus") == []


async def test_somebody_who_was_erased_is_not_found_any_more(team: Team) -> None:
    await filled(team)
    assert len(await said(team, words="bus")) == 3

    async with team.db.write() as conn:
        await erase(conn, "heron-0", "", team.clock.at)

    assert len(await said(team, words="bus")) == 2


async def test_what_somebody_has_read_is_theirs_to_tell(team: Team) -> None:
    await filled(team)

    assert await team.office.mark_read(ADA, ["diary_1-heron-0.day", "diary_1-heron-1.day", "made.up"]) == 2
    assert await team.office.mark_read(ADA, ["diary_1-heron-0.day"]) == 1

    assert await said(team, unread=True) == ["The bus number 2 was late"]
    assert len(await said(team, BEN, unread=True)) == 2
    await team.office.mark_unread(ADA, "diary_1-heron-0.day")
    assert len(await said(team, unread=True)) == 2


async def test_nobody_marks_what_they_may_not_read(team: Team) -> None:
    await filled(team)

    assert await team.office.mark_read(BEN, ["diary_1-heron-1.day"]) == 0

    assert await team.rows(readings) == []


async def test_a_file_is_noted_with_its_size_and_not_too_many_are_made(team: Team) -> None:
    await filled(team)

    for _ in range(5):
        assert len(await team.office.export_chosen(ADA, Selection(words="bus"))) == 3

    with pytest.raises(Mistake, match="Wait ten minutes"):
        await team.office.export_chosen(ADA, Selection())
    async with team.db.read() as conn:
        lines = (await conn.scalars(sa.select(t.journal.c.detail).where(t.journal.c.action == "export"))).all()
    assert lines == ['{"rows":3}'] * 5
    team.clock.at += timedelta(minutes=11)
    assert len(await team.office.export_chosen(ADA, Selection())) == 3


async def test_the_words_of_a_question_are_told_or_left_out(team: Team) -> None:
    await filled(team, 1)

    assert (await team.office.stream(ADA, Selection())).questions == {"diary_1-heron-0.day": ""}
