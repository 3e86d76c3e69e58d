"""Key issues: counted by people, quoted word for word and with consent, approved by two."""

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff
from storage import tables as t
from storage.rows import to_json
from tests.bot.team import ADA, BEN, Team
from tests.scenarios.wave_two import WHOLE

WORDS = "We wear coats in bed, all of us."


async def said(team: Team, code_name: str, *, share: str = "group", consent: str = "yes", words: str = WORDS) -> str:
    """Somebody who says this; the id of the answer."""
    pid = await team.person(code_name)
    facts = to_json({"consent.part": "yes", "consent.quote": consent})
    async with team.db.write() as conn:
        await conn.execute(sa.update(t.participants).where(t.participants.c.id == pid).values(facts=facts))
    await team.answer(pid, words, share=share)
    return f"diary_1-{pid}.day"


async def whole(team: Team) -> None:
    """A key issue that lacks nothing but its approvals."""
    await team.office.add_issue(ADA, "hull", "Cold homes")
    await team.office.edit_issue(ADA, "hull", 1, **WHOLE)  # type: ignore[arg-type]
    await team.office.quote_issue(ADA, "hull", 1, await said(team, "Heron-1"), "coats in bed")


async def test_people_are_counted_and_not_their_messages(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    one, other = await said(team, "Heron-1"), await said(team, "Heron-2", share="team")
    await team.answer("heron-1", "And the walls are wet.", step="more", share="team")

    issue = await team.office.link_issue(ADA, "hull", 1, [one, other, "diary_1-heron-1.more", one])

    assert issue.people == 2


async def test_two_different_people_approve(team: Team) -> None:
    await whole(team)

    once = await team.office.approve_issue(ADA, "hull", 1)
    with pytest.raises(Mistake, match="somebody else"):
        await team.office.approve_issue(ADA, "hull", 1)
    twice = await team.office.approve_issue(BEN, "hull", 1)

    assert (once.approved, twice.approved) == (False, True)
    assert twice.approved_by == ("Ada", "Ben")
    assert [row.action for row in await team.rows(t.journal)].count("approve_issue") == 2


async def test_a_changed_issue_is_approved_again(team: Team) -> None:
    await whole(team)
    await team.office.approve_issue(ADA, "hull", 1)
    await team.office.approve_issue(BEN, "hull", 1)

    changed = await team.office.edit_issue(BEN, "hull", 1, title="Cold and wet homes")

    assert (changed.title, changed.approved_by) == ("Cold and wet homes", ())


async def test_an_issue_that_lacks_something_cannot_be_approved(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")

    with pytest.raises(Mistake, match="a chain of at least two links; a quote"):
        await team.office.approve_issue(ADA, "hull", 1)


@pytest.mark.parametrize(
    ("share", "consent", "words", "sentence"),
    [
        ("group", "yes", "We wear hats", "word for word"),
        ("team", "yes", "coats in bed", "with the team alone"),
        ("me", "yes", "coats in bed", "no answer"),
        ("group", "no", "coats in bed", "did not agree"),
        ("group", "ask", "coats in bed", "asked each time"),
    ],
)
async def test_nobody_is_quoted_against_their_will(
    team: Team, share: str, consent: str, words: str, sentence: str
) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    answer = await said(team, "Heron-1", share=share, consent=consent)

    with pytest.raises(Mistake, match=sentence):
        await team.office.quote_issue(ADA, "hull", 1, answer, words)


async def test_who_wants_to_be_asked_can_be_quoted_once_they_were(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    answer = await said(team, "Heron-1", consent="ask")

    issue = await team.office.quote_issue(ADA, "hull", 1, answer, "coats in bed", asked=True)

    assert (issue.quote, issue.quote_stands, issue.people) == ("coats in bed", True, 1)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (t.answers, {"share": "team"}),
        (t.answers, {"withdrawn_at": None}),
        (t.participants, {"facts": to_json({"consent.quote": "no"})}),
        (t.answer_parts, {"text": "We were fine."}),
    ],
)
async def test_a_quote_falls_when_what_it_stands_on_is_gone(
    team: Team, table: sa.Table, change: dict[str, object]
) -> None:
    await whole(team)
    values = {name: team.clock.at if name == "withdrawn_at" else value for name, value in change.items()}

    async with team.db.write() as conn:
        await conn.execute(sa.update(table).values(**values))

    (issue,) = await team.office.issues(ADA, ["hull"])
    assert not issue.quote_stands


async def test_other_areas_are_out_of_reach(team: Team) -> None:
    stranger = Staff(name="Cleo", areas=("newquay",))
    await whole(team)

    for refused in (team.office.issues(stranger, ["hull"]), team.office.approve_issue(stranger, "hull", 1)):
        with pytest.raises(NotAllowed):
            await refused
    assert await team.office.issues(stranger) == []


async def test_a_workshop_takes_five_issues_at_most(team: Team) -> None:
    for number in range(5):
        await team.office.add_issue(ADA, "hull", f"Issue {number}")

    with pytest.raises(Mistake, match="cannot take more"):
        await team.office.add_issue(ADA, "hull", "One too many")
    await team.office.drop_issue(ADA, "hull", 2)

    assert (await team.office.add_issue(ADA, "hull", "Another")).number == 6


async def test_the_scope_is_filled_in_bit_by_bit(team: Team) -> None:
    await team.office.set_scope(ADA, "hull", inside="repairs")
    await team.office.set_scope(BEN, "hull", outside="rents")

    scope = await team.office.scope(BEN, "hull")

    assert (scope.inside, scope.outside, scope.budget) == ("repairs", "rents", "")


async def test_nothing_is_raised_with_an_answer_of_another_area(team: Team) -> None:
    answer = await said(team, "Heron-1")

    with pytest.raises(Mistake, match="no answer"):
        await team.office.add_issue(ADA, "newquay", "Cold homes", raised_by=answer)

    assert await team.office.issues(ADA) == []


@pytest.mark.parametrize(("words", "found"), [(["50%"], 1), (["%"], 1), (["_"], 0), (["COATS", "nothing"], 1), ([], 2)])
async def test_answers_are_found_by_words_as_they_are_written(team: Team, words: list[str], found: int) -> None:
    await said(team, "Heron-1", words="Half of us: 50% have coats on.")
    await said(team, "Heron-2", words="Fifty of us.")

    assert len(await team.office.evidence(BEN, "hull", words)) == found
