"""Who is to be heard: of a hundred people, how many are aimed at for each answer to a question that is kept apart."""

from collections.abc import Mapping

from flows.definition import Place, Programme, Step
from flows.findings import Notes, quote, suggest

ROOM = "equality."
"""Facts of this room are kept apart from everything else that is known of a person."""


def kept_apart(programme: Programme) -> dict[str, Step]:
    """The questions whose answers are kept apart, by the name of the fact."""
    steps = (step for flow in programme.flows.values() for step in flow.steps)
    return {step.stores.removeprefix(ROOM): step for step in steps if step.stores.startswith(ROOM)}


def check_inclusion(programme: Programme, places: Mapping[str, Place], notes: Notes) -> None:
    """What is aimed at can be counted: there is such a question, with such an answer, and no more than all people."""
    place = places.get("inclusion", Place(file="programme.yaml", line=1, column=1))
    asked = kept_apart(programme)
    for item, aims in programme.inclusion.items():
        if item not in asked:
            text = f"No question keeps its answer as equality.{quote(item)[1:-1]}."
            notes.add("P314", place, text, suggest(item, asked) or "ask it in a flow, with stores: equality.…")
            continue
        keys = [option.key for option in asked[item].options]
        for answer in aims:
            if answer not in keys:
                text = f"The question {asked[item].id} has no answer {quote(answer)}."
                notes.add("P314", place, text, suggest(answer, keys))
        if sum(aims.values()) > 100:
            text = f"The aims for {item} come to {sum(aims.values())} of 100 people."
            notes.add("P314", place, text, "let them come to 100 at most")
