"""The ways through a flow as arrows, each with what makes somebody go that way.

`flows.paths` asks only whether a way leads on; here is what a reader of the flow is shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from flows.definition import END, Condition, Flow, Step
from flows.paths import all_lead_away


class Why(StrEnum):
    """What makes somebody go this way: they come to it, chose an answer, what was said before, nothing else holds; or
    the step where it begins is not for them.
    """

    NEXT = "next"
    ANSWER = "answer"
    BRANCH = "branch"
    ELSE = "else"
    PASSED = "passed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """From one step to another, or to the end. `answers` are keys of options of the step it starts at."""

    start: str
    to: str
    why: Why
    answers: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()


def arrows(flow: Flow) -> tuple[Arrow, ...]:
    """All ways from step to step, in the order in which they are tried."""
    following = [*(step.id for step in flow.steps[1:]), END]
    return tuple(arrow for step, after in zip(flow.steps, following, strict=False) for arrow in _from(step, after))


def _from(step: Step, after: str) -> list[Arrow]:
    found = [
        Arrow(start=step.id, to=to, why=Why.ANSWER, answers=tuple(o.key for o in step.options if o.goto == to))
        for to in dict.fromkeys(option.goto for option in step.options if option.goto)
    ]
    found += [Arrow(start=step.id, to=one.goto, why=Why.BRANCH, when=one.when) for one in step.branches]
    if not all_lead_away(step):
        found.append(Arrow(start=step.id, to=step.goto or after, why=Why.ELSE if found else Why.NEXT))
    if step.when and all(arrow.to != after for arrow in found):
        found.append(Arrow(start=step.id, to=after, why=Why.PASSED))
    return found
