"""location: a place on the map, by pin or in words. Rounded to about 100 metres before it is kept."""

import re
from typing import Final

from flows.events import Said, Showed
from flows.steps.base import GIST, Accepted, Again, Missed, Question, Reaction, Reply, StepKind, first_part

PAIR: Final = re.compile(r"\s*([-+]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*")
PLACES: Final = 3


class Location(StepKind):
    """Where something is. A street that is typed stays words."""

    name = "location"
    shown = frozenset({"location"})

    def react(self, question: Question, event: Reply) -> Reaction:
        match event:
            case Showed(media=media) if place := rounded(media.reference):
                return Accepted(value=place)
            case Said() if not event.text.strip():
                return Again(lines=())
            case Said() if place := rounded(event.text):
                return Accepted(value=place)
            case Said() if len(event.text.strip()) > GIST:
                return Accepted(value=event.text.strip()[:GIST], effects=(first_part(event, question.step.id),))
            case Said():
                return Accepted(value=event.text.strip())
        return Missed()


def rounded(text: str) -> str:
    """ "53.74412, -0.33987" → "53.744,-0.340", which is right to about 100 metres; "" when it is no place on Earth."""
    match = PAIR.fullmatch(text[:GIST])
    if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        return ""
    return f"{float(match[1]):.{PLACES}f},{float(match[2]):.{PLACES}f}"


KIND = Location()
