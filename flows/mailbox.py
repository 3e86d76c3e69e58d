"""What the flow of the mailbox asks, by the ids of its steps; and the rules that such a flow has to keep."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from flows.definition import Flow, Place, Step
from flows.findings import Notes, quote, suggest
from flows.steps.registry import kinds

WORD: Final = "MAILBOX"
"""The universal word, the code in its link (mailbox, mailbox-en-easy) and the token of its button."""
HERE: Final = ("live", "work", "both")
ISSUES: Final = (("issue1", "frame1"), ("issue2", "frame2"), ("issue3", "frame3"))
"""What matters most, and the cause each belongs to."""
KEPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "area": "choice",
        "day": "text",
        **{step: kind for issue, frame in ISSUES for step, kind in ((issue, "text"), (frame, "choice"))},
        "helps": "text",
        "you": "choice",
    }
)
"""The steps whose answers make an entry, and their kind."""


def check_mailbox(flow: Flow, place: Place, notes: Notes) -> None:
    """Nothing is asked in it that would not be kept, and it comes to an end by itself."""
    if flow.expires_after is None:
        text = f"The mailbox flow {flow.id} never closes for somebody who falls silent."
        notes.add("P309", flow.place or place, text, "add expires: +1d")
    if flow.nudge_after is not None:
        text = f"The mailbox flow {flow.id} would write to people of its own accord."
        notes.add("P309", flow.place or place, text, "take nudge: out")
    for step, text in _strange(flow):
        notes.add("P309", step.place or place, text, suggest(step.id, KEPT))


def _strange(flow: Flow) -> Iterator[tuple[Step, str]]:
    for step in flow.steps:
        kind = kinds().get(step.kind)
        if kind is None or not kind.waits:
            continue
        wanted = KEPT.get(step.id)
        if wanted is None:
            yield step, f"The mailbox does not keep an answer to {quote(step.id)}."
        elif step.kind != wanted:
            yield step, f"In the mailbox {quote(step.id)} is asked as type: {wanted}."
