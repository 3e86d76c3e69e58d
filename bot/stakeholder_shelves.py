"""The shelves of those who decide: what is asked of them, what they promised, and residents' words without their names.

Nothing here knows who said what: key issues are approved, quotes have consent, notes were looked at by the team.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.home import Home, home
from bot.shelf import Reader, Taken
from flows.agenda import SETTLED, Commitment, KeyIssue
from flows.definition import Programme
from storage import agenda, commitments, passing, pledges, stakeholders
from storage.passing import Passed, Term
from storage.stakeholders import Stakeholder

LABEL: Final = 48
"""So much of a question stands on a button; it is told in full above."""
NOTES: Final = 6
"""So many notes in one message, the newest."""
TELL_THEM, SAY_BACK = "tell_them", "say_back"
"""Tags of the steps at which residents say something to those who decide."""


def tagged(programme: Programme, tag: str) -> tuple[str, ...]:
    """The flows in which something is said to those who decide."""
    return tuple(flow.id for flow in programme.flows.values() if any(tag in step.tags for step in flow.steps))


async def _me(reader: Reader) -> Taken:
    return me(reader.programme, await stakeholders.behind(reader.conn, reader.participant_id))


def me(programme: Programme | None, found: Stakeholder | None) -> Taken:
    """Who they are to the programme."""
    types = programme.stakeholders.types if programme and programme.stakeholders else {}
    told = {
        "role": found.role if found else "",
        "org": found.org if found else "",
        "type": types.get(found.type, found.type) if found else "",
    }
    return Taken(facts={"me.type": found.type} if found else {}, values={"me": told})


async def _lexicon(reader: Reader) -> Taken:
    return lexicon(await passing.terms(reader.conn, [reader.area]))


def lexicon(found: Iterable[Term]) -> Taken:
    """The words that people use here, beside those that officials use."""
    told: dict[str, list[Mapping[str, str]]] = {"residents": [], "officials": []}
    for one in found:
        told[one.said_by].append({"term": one.term, "means": one.means})
    return Taken(facts={"lexicon.there": "yes" if any(told.values()) else "no"}, values={"lexicon": told})


async def _notes(reader: Reader) -> Taken:
    return notes(await passing.to_all(reader.conn, reader.area, tagged(reader.programme, TELL_THEM)))


def notes(found: Sequence[Passed]) -> Taken:
    """What residents want them to know before they come."""
    told = [one.words for one in found[-NOTES:]]
    return Taken(facts={"notes.there": "yes" if told else "no"}, values={"notes": told})


async def _asked(reader: Reader) -> Taken:
    own = await stakeholders.behind(reader.conn, reader.participant_id)
    mine = await pledges.of_stakeholder(reader.conn, own.id) if own else []
    issues = await agenda.of_areas(reader.conn, [reader.area])
    return asked([one for one in mine if one.state == "asked"], issues, reader.about)


def asked(waiting: Sequence[Commitment], issues: Iterable[KeyIssue], about: str) -> Taken:
    """The key issues they were asked to answer and have not; in full the one that is being talked of."""
    one = next((one for one in waiting if _key(one) == about), None)
    issue = next((issue for issue in issues if one and issue.id == one.issue_id), None)
    told = {
        "title": one.issue if one else "",
        "owner": one.owner if one else "",
        "due_on": one.due_on if one else None,
        "chain": list(issue.chain) if issue else [],
        "quote": issue.quote if issue and issue.quote_stands else "",
        "assets": list(issue.assets) if issue else [],
    }
    return Taken(
        facts={
            "my_asked": tuple((_key(one), one.issue) for one in waiting),
            "asked.left": len(waiting),
            "asked.chosen": "yes" if one else "no",
        },
        values={"asked": told},
    )


async def _promise(reader: Reader) -> Taken:
    own = await stakeholders.behind(reader.conn, reader.participant_id)
    mine = await pledges.of_stakeholder(reader.conn, own.id) if own else []
    back = await passing.to_all(reader.conn, reader.area, tagged(reader.programme, SAY_BACK))
    return promise([one for one in mine if one.state not in (*SETTLED, "asked")], back, reader.about)


def promise(open_ones: Sequence[Commitment], back: Sequence[Passed], about: str) -> Taken:
    """What they have promised and not settled; in full the one that is talked of, with what residents say back."""
    one = next((one for one in open_ones if _key(one) == about), None)
    told = {
        "title": one.issue if one else "",
        "action": one.action if one else "",
        "reply": one.reply if one else "",
        "state": one.state if one else "",
        "due_on": one.due_on if one else None,
        "backs": [said.words for said in back[-NOTES:]],
    }
    return Taken(
        facts={
            "my_promises": tuple((_key(one), one.issue) for one in open_ones),
            "promise.left": len(open_ones),
            "promise.chosen": "yes" if one else "no",
            "promise.back": "yes" if back else "no",
        },
        values={"promise": told},
    )


def _key(one: Commitment) -> str:
    return f"c{one.id}"


async def _questions(reader: Reader) -> Taken:
    own = await stakeholders.behind(reader.conn, reader.participant_id)
    return questions(await passing.asked_of(reader.conn, own.id) if own else [], reader.about)


def questions(found: Sequence[Passed], about: str) -> Taken:
    """What residents ask of them."""
    one = next((one for one in found if f"q{one.id}" == about), None)
    return Taken(
        facts={
            "my_questions": tuple((f"q{one.id}", _short(one.words)) for one in found),
            "questions.left": len(found),
        },
        values={"question_to_me": one.words if one else "", "questions_to_me": [one.words for one in found]},
    )


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LABEL else f"{line[: LABEL - 1]}…"


async def _home(reader: Reader) -> Taken:
    own = await stakeholders.behind(reader.conn, reader.participant_id)
    mine = await pledges.of_stakeholder(reader.conn, own.id) if own else []
    return at_home(
        home(
            mine=mine,
            area=await commitments.of_areas(reader.conn, [reader.area]),
            questions=len(await passing.asked_of(reader.conn, own.id)) if own else 0,
            interviewed=_interviewed(reader.programme, own),
            today=reader.today,
        )
    )


def _interviewed(programme: Programme, own: Stakeholder | None) -> bool:
    return own is None or programme.stakeholders is None or programme.stakeholders.interview in own.finished


def at_home(found: Home) -> Taken:
    """Where they stand."""
    return Taken(
        facts={
            "home.interview": "open" if found.interview else "done",
            "home.questions": found.questions,
            "home.asked": len(found.asked),
            "home.promised": len(found.promised),
        },
        values={"home": found.told},
    )


READ: Final[Mapping[str, Callable[[Reader], Awaitable[Taken]]]] = MappingProxyType(
    {
        "me": _me,
        "lexicon": _lexicon,
        "notes": _notes,
        "asked": _asked,
        "promise": _promise,
        "questions_to_me": _questions,
        "home": _home,
    }
)

_DAY: Final = date(2027, 3, 1)
_WARM: Final = Commitment(
    id=7,
    issue_id="homes",
    area="",
    issue="Cold homes",
    number=1,
    owner="The head of housing",
    level="district",
    due_on=_DAY,
    asked_on=_DAY - timedelta(days=30),
)
_MENDED: Final = replace(
    _WARM,
    id=8,
    position="will_do",
    state="planned",
    action="Mend forty homes",
    reply="We mend forty homes first.",
)
ISSUE: Final = KeyIssue(
    id="homes",
    area="",
    number=1,
    title="Cold homes",
    chain=("damp walls", "bad sleep", "a bad chest"),
    quote="We wear coats in bed.",
    quote_stands=True,
    assets=("the repair café",),
)
_TERMS: Final = (
    Term(area="", term="run down", said_by="residents", means="tired out, and the place too"),
    Term(area="", term="decent homes", said_by="officials", means=""),
)


_NOTE: Final = Passed(
    id=1,
    run_id="",
    step="",
    flow="",
    area="",
    words="Come by bus yourselves.",
    stakeholder_id=None,
    reply="",
    by="",
    at=datetime(2026, 11, 26, 18, 30, tzinfo=UTC),
)


EXAMPLES: Final[Mapping[str, tuple[Taken, Taken]]] = MappingProxyType(
    {
        "me": (me(None, None), Taken(facts={"me.type": "housing"}, values=me(None, None).values)),
        "lexicon": (lexicon([]), lexicon(_TERMS)),
        "notes": (notes([]), notes([_NOTE])),
        "asked": (asked([], [], ""), asked([_WARM], [ISSUE], "c7")),
        "promise": (promise([], [], ""), promise([_MENDED], [_NOTE], "c8")),
        "questions_to_me": (questions([], ""), questions([_NOTE], "q1")),
        "home": (
            at_home(home(mine=[], area=[], questions=0, interviewed=True, today=_DAY)),
            at_home(home(mine=[_WARM, _MENDED], area=[_MENDED], questions=1, interviewed=False, today=_DAY)),
        ),
    }
)
"""Each shelf with as little on it as can be, and with much."""
