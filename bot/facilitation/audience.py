"""Who of an audience gets a message, and in plain words why not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.facilitation.office import Mistake
from bot.facilitation.results import Excluded
from bot.rights import Staff
from flows.definition import BroadcastTemplate, Programme
from storage.attendance import STATES as MARKS
from storage.broadcasts import Audience, Candidate

STATES = ("joining", "active", "paused", "stopped")
ATTENDANCE = (*MARKS, "unmarked")


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Somebody who gets a message."""

    id: str
    code_name: str
    area: str


def check(audience: Audience) -> None:
    """Refuse words that mean nothing, before anything is looked up."""
    if audience.attendance and audience.attendance not in ATTENDANCE:
        raise Mistake(f"“{audience.attendance}” is no attendance. Say one of: {', '.join(ATTENDANCE)}.")
    strange = [state for state in audience.states if state not in STATES]
    if strange:
        raise Mistake(f"“{strange[0]}” is no state. Say one of: {', '.join(STATES)}.")


def elsewhere(programme: Programme, who: Staff) -> tuple[str, ...]:
    """The areas that are not this person's."""
    return tuple(area for area in programme.areas if who.areas and area not in who.areas)


def why_not(person: Candidate, template: BroadcastTemplate, audience: Audience) -> str:
    """Why this person gets no message; empty when they do. The strongest reason is given."""
    reasons = {
        "has left": person.state == "stopped",
        "has not finished joining": person.state == "joining",
        "takes a break": person.state == "paused",
        "cannot be reached": not person.reachable or not person.has_contact,
        "did not agree to reminders": template.needs_consent and person.facts.get("consent.remind") != "yes",
        "has answered": bool(audience.not_answered) and person.answered,
        "already got it": person.had and not audience.again,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def nobody(excluded: Sequence[Excluded]) -> str:
    """The sentence for an audience that comes down to nobody."""
    if not excluded:
        return "Nobody would get this message: no participant fits this audience."
    counts = Counter(person.reason for person in excluded).most_common()
    return f"Nobody would get this message: {', '.join(f'{n} {reason}' for reason, n in counts)}."
