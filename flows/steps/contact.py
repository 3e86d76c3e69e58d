"""contact: how somebody can be reached, by phone or e-mail. Spaces and dashes of a number make no difference."""

import re
from typing import Final

from flows.events import Said
from flows.steps.base import GIST, Accepted, Missed, Question, Reaction, Reply, StepKind

MAIL: Final = re.compile(r"[^\s@,;<>]{1,64}@[^\s@,;<>]{1,120}\.[A-Za-z]{2,24}")
NUMBER: Final = re.compile(r"\+?\(?\d[\d\s()./-]{5,24}\d")
FEWEST: Final = 7
MOST: Final = 15


class Contact(StepKind):
    """A way to reach somebody, with a name if one is given."""

    name = "contact"

    def react(self, question: Question, event: Reply) -> Reaction:
        found = read(event.text) if isinstance(event, Said) else ""
        return Accepted(value=found) if found else Missed()


def read(text: str) -> str:
    """ "Mum (Sue): 07700 900-123" → "Mum (Sue), 07700900123"; "" when there is no way to reach anybody in it."""
    if len(text) > GIST:
        return ""
    match = MAIL.search(text) or NUMBER.search(text)
    if match is None:
        return ""
    way = match[0] if "@" in match[0] else _digits(match[0])
    name = " ".join((text[: match.start()] + " " + text[match.end() :]).split()).strip(" :,;-–")
    return ", ".join(part for part in (name, way) if part) if way else ""


def _digits(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    if not FEWEST <= len(digits) <= MOST:
        return ""
    return f"+{digits}" if number.startswith("+") else digits


KIND = Contact()
