"""rank: the first, second and third of a list. Taps, typed numbers ("5 3 4") and words give the same answer."""

from dataclasses import replace
from types import MappingProxyType

from flows.effects import Choice
from flows.steps.base import Question
from flows.steps.choice import LIST_KEYS, shown
from flows.steps.multi import Multi, closing, spec_of


class Rank(Multi):
    """Some of a list, in the order they are picked. Fewer than asked for is fine."""

    name = "rank"
    keys = MappingProxyType({**LIST_KEYS, "most": "so many places there are to give"})

    def choices(self, question: Question) -> tuple[Choice, ...]:
        places = {key: place for place, key in enumerate(question.run.picked, 1)}
        options = shown(question, spec_of(question).look)
        placed = [replace(o, ticked=True, place=places[o.key]) if o.key in places else o for o in options]
        return (*placed, closing(question))


KIND = Rank()
