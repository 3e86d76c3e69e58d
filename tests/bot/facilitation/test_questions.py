"""Questions to those who decide: shared ones are seen, and their replies find the way back."""

from dataclasses import replace

import pytest

from bot.facilitation import Mistake
from bot.script import Script
from storage import questions
from tests.bot.team import ADA, BEN, Team, programme
from tests.builders import text


def asking(team: Team) -> Team:
    """The same team, with a diary that asks for a question."""
    small = programme()
    diary = replace(small.flows["diary_1"], steps=(text("day", tags=frozenset({"question"})),))
    team.script = Script(replace(small, flows={"diary_1": diary}))
    return team


async def test_questions_wait_until_they_are_answered(team: Team) -> None:
    asking(team)
    await team.answer(await team.person("Heron-1"), "Why no bus?")
    await team.answer(await team.person("Heron-2"), "Mine alone?", share="me")

    (waiting,) = await team.office.questions(ADA, open_only=True)
    await team.office.answer_question(BEN, waiting.asked.id, replied_by="Head of transport", text="From May on.")

    assert await team.office.questions(ADA, open_only=True) == []
    (answered,) = await team.office.questions(ADA)
    assert answered.reply is not None
    assert (answered.reply.by, answered.reply.text) == ("Head of transport", "From May on.")
    async with team.db.read() as conn:
        own = await questions.own(conn, "heron-1", [("diary_1", "day")])
        other = await questions.own(conn, "heron-2", [("diary_1", "day")])
    assert own is not None
    assert own.reply == answered.reply
    assert other is not None
    assert other.reply is None


@pytest.mark.parametrize(
    ("answer", "by", "text", "sentence"),
    [
        ("diary_1-heron-1.day", " ", "Yes.", "by their role"),
        ("diary_1-heron-1.day", "Jo", " ", "needs words"),
        ("diary_1-heron-9.day", "Jo", "Yes.", "no question"),
    ],
)
async def test_a_reply_needs_somebody_words_and_a_question(
    team: Team, answer: str, by: str, text: str, sentence: str
) -> None:
    asking(team)
    await team.answer(await team.person("Heron-1"), "Why no bus?")

    with pytest.raises(Mistake, match=sentence):
        await team.office.answer_question(ADA, answer, replied_by=by, text=text)
