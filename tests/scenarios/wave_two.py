"""What a team does between the workshops, so that wave 2 can begin."""

from datetime import date

from bot.facilitation import Facilitation
from bot.rights import Kind, Staff
from storage.reflections import Filter
from tests.stage import OLIVE

PETE = Staff(name="Pete", kind=Kind.OPERATOR)
"""The second pair of eyes."""
WHOLE = {
    "chain": ("damp walls", "bad sleep", "a bad chest"),
    "assets": ("the repair café",),
    "decided_by": ("district",),
    "joined_by": ("the housing team",),
    "known_before": "new",
}
TITLES = ("Cold homes", "The last bus", "Nowhere to meet")


async def draft(office: Facilitation, area: str = "hull") -> None:
    """Three key issues, filled in as far as the team can do it by itself."""
    for title in TITLES:
        issue = await office.add_issue(OLIVE, area, title)
        await office.edit_issue(OLIVE, area, issue.number, **WHOLE)  # type: ignore[arg-type]


async def quote(office: Facilitation, words: str, area: str = "hull") -> None:
    """Let each issue speak in words that somebody there shared with the group."""
    said = await office.reflections(OLIVE, Filter(areas=(area,)))
    answer = next(row.id for row in said.rows if words in row.parts[0].text)
    for issue in await office.issues(OLIVE, [area]):
        await office.quote_issue(OLIVE, area, issue.number, answer, words)


async def approve(office: Facilitation, area: str = "hull") -> None:
    """Two different people agree to all of them."""
    for issue in await office.issues(OLIVE, [area]):
        for who in (OLIVE, PETE):
            await office.approve_issue(who, area, issue.number)


async def say_what_can_be_decided(office: Facilitation, area: str = "hull") -> None:
    """The scope of this round."""
    await office.set_scope(
        OLIVE,
        area,
        inside="how homes are repaired",
        outside="rents",
        budget="£40,000",
        decider="The council",
        decided_on=date(2027, 3, 1),
    )
