"""How the pages put a flow's conditions and ways on into words."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.console.telling import plural
from bot.storyboard import Board, Panel
from flows.arrows import Arrow, Why
from flows.definition import Condition, Operator

SHORT: Final = 26
"""Characters that fit beside a line of the picture."""
SAYINGS: Final = {
    Operator.IS: "{subject} is {values}",
    Operator.IS_NOT: "{subject} is not {values}",
    Operator.IN: "{subject} is {values}",
    Operator.ONLY: "{subject} is only {values}",
    Operator.AT_LEAST: "{subject} is {values} or more",
    Operator.AT_MOST: "{subject} is {values} or less",
    Operator.ANSWERED: "{subject} was answered",
    Operator.SKIPPED: "{subject} was skipped",
    Operator.UNANSWERED: "{subject} was not answered",
    Operator.ONLY_ABOUT: "{subject} speaks only of {values}",
    Operator.SHOWS: "{subject} speaks of {values}",
}
KINDS: Final = {
    "info": "says",
    "text": "asks, in own words",
    "choice": "asks for one of these",
    "multi": "asks for some of these",
    "rank": "asks for an order",
    "scale": "asks for a number of a scale",
    "number": "asks for a number",
    "date": "asks for a day",
    "share": "asks who may see it",
    "confirm": "asks for yes or no",
    "photo": "asks for a photo",
    "location": "asks for a place",
    "contact": "asks for a way to call",
    "hold": "waits for the team",
    "chain": "asks for a chain of causes",
    "vote": "asks what people think",
}
VISIBLE: Final = {
    "P": "only the person",
    "F": "the team",
    "G": "the group, after a look by the team",
    "S": "those who decide",
    "R": "the report, as totals",
    "X": "few: kept apart",
}


def condition(one: Condition) -> str:
    """As in "eq intro is yes"."""
    values = " or ".join(value.replace("_", " ") for value in one.values)
    return SAYINGS[one.operator].format(subject=name(one.subject), values=values)


def conditions(found: Iterable[Condition]) -> str:
    """All of them hold."""
    return " and ".join(condition(one) for one in found)


def lasting(time: timedelta) -> str:
    """As in "2 days", "24 hours", "30 minutes"."""
    for size, unit in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if time >= size and not time % size:
            return plural(time // size, unit)
    return plural(int(time.total_seconds()), "second")


def name(subject: str) -> str:
    """A step or a fact: "profile.aim_1" is said as "profile: aim 1"."""
    return subject.replace(".", ": ").replace("_", " ")


def kind(panel: Panel) -> str:
    """What a step does."""
    return KINDS.get(panel.step.kind, panel.step.kind)


def way(board: Board, arrow: Arrow) -> str:
    """What makes somebody go this way; "" for the plain way on."""
    match arrow.why:
        case Why.ANSWER:
            return " / ".join(_label(board, arrow.start, key) for key in arrow.answers)
        case Why.BRANCH:
            return f"if {conditions(arrow.when)}"
        case Why.ELSE:
            return "otherwise"
        case Why.PASSED:
            return "for everybody else"
        case _:
            return ""


def beside(board: Board, arrow: Arrow) -> str:
    """The same in the room that there is beside a line."""
    if len(arrow.answers) > 2:
        return f"{len(arrow.answers)} of the answers"
    return shortened(way(board, arrow), SHORT)


def shortened(text: str, most: int) -> str:
    """As much of it as fits."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _label(board: Board, step: str, key: str) -> str:
    answers = next((panel.answers for panel in board.panels if panel.step.id == step), ())
    labels = next((answer.labels for answer in answers if answer.key == key), ())
    return labels[0][1] if labels else key
