"""Coding: each coder's codes are theirs; where two differ is seen, counted and settled; nothing is lost."""

from datetime import timedelta

import pytest

from bot.facilitation import Mistake, NotAllowed, Selection
from bot.rights import Staff
from storage.tables_reading import codes
from tests.bot.team import ADA, BEN, Team

HERE = "diary_1-heron-1.day"
LATER = timedelta(minutes=1)


async def reflection(team: Team, number: int = 1, words: str = "The bus was late, the bus was cold") -> str:
    await team.answer(await team.person(f"Heron-{number}"), words)
    return f"diary_1-heron-{number}.day"


async def given(team: Team, id: str = HERE) -> list[tuple[str, str, str]]:
    card = await team.office.card(ADA, id)
    assert card
    return [(code.label, code.coder, code.words) for code in card.codes if not code.removed_at]


async def test_a_reflection_is_put_under_what_it_speaks_of(team: Team) -> None:
    await reflection(team)

    assert await team.office.code(ADA, HERE, ["frame:getting_about", "aim:good_places"]) == 2
    assert await team.office.code(ADA, HERE, ["frame:getting_about"]) == 0

    assert await given(team) == [("frame:getting_about", "Ada", ""), ("aim:good_places", "Ada", "")]
    chosen = await team.office.stream(ADA, Selection(label="frame:getting_about", coder="Ada"))
    assert [card.reflection.id for card in chosen.cards] == [HERE]
    assert not (await team.office.stream(ADA, Selection(coder="Ben"))).cards


async def test_some_words_of_it_are_put_under_something_at_their_place(team: Team) -> None:
    await reflection(team)

    await team.office.code(ADA, HERE, ["frame:home"], "the bus was", near=20)
    await team.office.code(ADA, HERE, ["frame:food"], "bus was", near=0)

    places = [(row.begin, row.end, row.words) for row in await team.rows(codes)]
    assert places == [(18, 29, "the bus was"), (4, 11, "bus was")]


async def test_words_that_do_not_stand_there_are_refused(team: Team) -> None:
    await reflection(team)

    with pytest.raises(Mistake, match="Copy them from it"):
        await team.office.code(ADA, HERE, ["frame:home"], "the bus is late")
    with pytest.raises(Mistake, match="from the list"):
        await team.office.code(ADA, HERE, ["frame:nothing"])


async def test_a_code_that_is_taken_off_stays_as_history(team: Team) -> None:
    await reflection(team)
    await team.office.code(ADA, HERE, ["frame:home"])
    [row] = await team.rows(codes)

    with pytest.raises(Mistake, match="not yours"):
        await team.office.uncode(BEN, HERE, row.id)
    await team.office.uncode(ADA, HERE, row.id)

    [row] = await team.rows(codes)
    assert (row.removed_at, row.removed_by) == (team.clock.at, "Ada")
    assert await given(team) == []
    assert await team.office.code(ADA, HERE, ["frame:home"]) == 1


async def test_nobody_codes_what_they_may_not_read(team: Team) -> None:
    await team.answer(await team.person("Heron-1", area="newquay"), "words")

    with pytest.raises(Mistake, match="not shared"):
        await team.office.code(BEN, HERE, ["frame:home"])
    with pytest.raises(NotAllowed):
        await team.office.compare(BEN, "Ada", "Ben", ["newquay"])


async def test_the_team_has_themes_of_its_own_with_a_memo(team: Team) -> None:
    await reflection(team)

    id = await team.office.add_theme(ADA, "  Night  buses ", "Whatever is about buses after ten.")
    await team.office.code(ADA, HERE, [f"theme:{id}"])
    await team.office.change_theme(ADA, id, "Late buses", "After nine.")

    own = [label for label in await team.office.labels(ADA) if label.kind == "own"]
    assert [(label.name, label.memo) for label in own] == [("Late buses", "After nine.")]


async def test_two_themes_never_have_one_name(team: Team) -> None:
    await team.office.add_theme(ADA, "Buses")

    for name in ("buses", "HOUSING", "", "x" * 61):
        with pytest.raises(Mistake):
            await team.office.add_theme(ADA, name)


async def test_a_theme_that_is_retired_is_not_offered_and_keeps_what_is_under_it(team: Team) -> None:
    await reflection(team)
    id = await team.office.add_theme(ADA, "Buses")
    await team.office.code(ADA, HERE, [f"theme:{id}"])

    await team.office.retire_theme(ADA, id)

    assert id not in {label.id for label in await team.office.labels(ADA)}
    assert [label.id for label in await team.office.labels(ADA, retired=True)] == [id]
    assert (await team.office.names_of_labels(ADA))[f"theme:{id}"] == "Buses"
    with pytest.raises(Mistake, match="from the list"):
        await team.office.code(ADA, HERE, [f"theme:{id}"])
    await team.office.retire_theme(ADA, id, back=True)
    assert id in {label.id for label in await team.office.labels(ADA)}


async def two_coders(team: Team) -> None:
    """Ten reflections that both look at: 4 both put under homes, 1 Ada alone, 2 Ben alone, 3 neither."""
    for number in range(10):
        id = await reflection(team, number)
        ada, ben = number < 5, number < 4 or number in (5, 6)
        await team.office.code(ADA, id, ["frame:home" if ada else "none"])
        await team.office.code(BEN, id, ["frame:home" if ben else "none"])
    await team.office.code(ADA, await reflection(team, 77), ["frame:home"])  # Ben has not looked at it


async def test_agreement_of_two_coders_is_counted_over_what_both_have_looked_at(team: Team) -> None:
    await two_coders(team)

    found = await team.office.compare(ADA, "Ada", "Ben")

    home = found.each["frame:home"]
    assert (home.both, home.first, home.second, home.neither) == (4, 1, 2, 3)
    # seen: 7 of 10; by chance: 5·6 + 5·4 of 100 = 0.5; (0.7 − 0.5) / (1 − 0.5)
    assert home.kappa == pytest.approx(0.4)
    assert list(found.each) == ["frame:home"]
    assert {(one.place[0], one.coder) for one in found.differences} == {
        ("diary_1-heron-4", "Ada"),
        ("diary_1-heron-5", "Ben"),
        ("diary_1-heron-6", "Ben"),
    }


async def test_a_difference_is_settled_once_and_comes_back_if_a_code_changes(team: Team) -> None:
    await two_coders(team)
    id = "diary_1-heron-4.day"
    team.clock.at += LATER

    await team.office.settle(ADA, id, "frame:home", holds=True)

    assert len((await team.office.compare(ADA, "Ada", "Ben")).differences) == 2
    [verdict] = await team.office.verdicts(ADA, id)
    assert (verdict.label, verdict.holds, verdict.by, verdict.at) == ("frame:home", True, "Ada", team.clock.at)
    with pytest.raises(Mistake, match="nothing to settle"):
        await team.office.settle(ADA, id, "frame:food", holds=True)

    team.clock.at += LATER
    mine = next(row.id for row in await team.rows(codes) if row.run_id == "diary_1-heron-4" and row.coder == "Ada")
    await team.office.uncode(ADA, id, mine)
    await team.office.code(ADA, id, ["frame:home"], "The bus")
    assert len((await team.office.compare(ADA, "Ada", "Ben")).differences) == 3


async def test_a_coder_of_one_area_is_compared_within_it(team: Team) -> None:
    await two_coders(team)
    await team.answer(await team.person("Owl-1", area="newquay"), "words")
    for who, label in ((ADA, "frame:food"), (Staff(name="Ben"), "frame:home")):
        await team.office.code(who, "diary_1-owl-1.day", [label])

    assert "frame:food" in (await team.office.compare(ADA, "Ada", "Ben")).each
    assert "frame:food" not in (await team.office.compare(BEN, "Ada", "Ben")).each
