"""What a flow may ask to have read for it (`reads: [issues, scope]`): lists of options, facts, and values to be said.

What they hold is read by `bot.shelves` at every step, so that a flow never speaks of yesterday's agenda.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

NUMBERS: Final[frozenset[str]] = frozenset()
"""A fact that counts: it can be anything."""
STAGE: Final = "room.stage"
"""How often the team has led the room on; not known while no room was opened."""
ANYTHING: Final[frozenset[str]] = frozenset()
YES_NO: Final = frozenset({"yes", "no"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """`about` tells an author what is on it; `facts` have the values they can take."""

    about: str
    lists: tuple[str, ...] = ()
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)


SHELVES: Final = MappingProxyType(
    {
        "issues": Shelf(
            about="the approved key issues of the area: issues, people, joined",
            lists=("key_issues",),
            facts={"agenda.issues": NUMBERS, "agenda.joined": YES_NO},
        ),
        "scope": Shelf(
            about="what can be decided: scope, with inside, outside, budget, decider, on",
            facts={"agenda.scope": YES_NO},
        ),
        "replies": Shelf(
            about="what became of the key issues, three to a page: pages, replied, asked_on",
            facts={"replies.pages": NUMBERS, "replies.moved": YES_NO},
        ),
        "statements": Shelf(
            about="what others wrote and the team has approved: exchange, with agree, split",
            lists=("statements",),
            facts={"exchange.result": YES_NO},
        ),
        "statement": Shelf(
            about="what the person wrote for others: statement, with text, reason",
            facts={"own.statement": frozenset({"waiting", "approved", "reword", "held"})},
        ),
        "room": Shelf(
            about="how far the team has led the room, and what was said there: room, with said",
            facts={STAGE: NUMBERS},
        ),
        "me": Shelf(about="who a stakeholder is: me, with role, org, type", facts={"me.type": ANYTHING}),
        "lexicon": Shelf(
            about="the words people use here: lexicon, with residents and officials, each with term, means",
            facts={"lexicon.there": YES_NO},
        ),
        "notes": Shelf(
            about="what residents want stakeholders to know, passed on by the team: notes",
            facts={"notes.there": YES_NO},
        ),
        "asked": Shelf(
            about="key issues that a stakeholder was asked to answer: asked (title, owner, due_on, chain, quote …)",
            lists=("my_asked",),
            facts={"asked.left": NUMBERS, "asked.chosen": YES_NO},
        ),
        "promise": Shelf(
            about="what a stakeholder has promised: promise, with title, action, reply, state, due_on, backs",
            lists=("my_promises",),
            facts={"promise.left": NUMBERS, "promise.chosen": YES_NO, "promise.back": YES_NO},
        ),
        "questions_to_me": Shelf(
            about="residents' questions put to a stakeholder: questions_to_me, and question_to_me for the one picked",
            lists=("my_questions",),
            facts={"questions.left": NUMBERS},
        ),
        "home": Shelf(
            about="where a stakeholder stands: home, with open, interview, questions, asked, promised, came",
            facts={
                "home.interview": frozenset({"open", "done"}),
                "home.questions": NUMBERS,
                "home.asked": NUMBERS,
                "home.promised": NUMBERS,
            },
        ),
        "places": Shelf(
            about="how many places the person has named today",
            facts={"own.places": NUMBERS},
        ),
        "question": Shelf(
            about="the reply to the person's own question: question, with asked, by, reply",
            facts={"own.question": frozenset({"replied", "open"})},
        ),
    }
)


def lists(reads: Iterable[str]) -> tuple[str, ...]:
    """The lists of options on these shelves."""
    return tuple(name for shelf in reads if shelf in SHELVES for name in SHELVES[shelf].lists)


def facts(reads: Iterable[str]) -> dict[str, frozenset[str]]:
    """The facts on these shelves with the values they can take."""
    return {name: values for shelf in reads if shelf in SHELVES for name, values in SHELVES[shelf].facts.items()}
