"""The ways through a flow as a graph, whatever the person answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.definition import END, Flow, Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """From one step to `to`; `waits` when the person has to act in between."""

    to: str
    waits: bool


def ways(flow: Flow, waiting: Iterable[str]) -> dict[str, tuple[Way, ...]]:
    """Where each step can lead. `waiting` are the kinds of step that wait for the person."""
    kinds = frozenset(waiting)
    following = [*(step.id for step in flow.steps[1:]), END]
    graph: dict[str, tuple[Way, ...]] = {}
    for step, after in zip(flow.steps, following, strict=False):
        graph.setdefault(step.id, _ways(step, after, step.kind in kinds))
    return graph


def _ways(step: Step, after: str, waits: bool) -> tuple[Way, ...]:
    targets = [*(o.goto for o in step.options if o.goto), *(b.goto for b in step.branches)]
    if not all_lead_away(step):
        targets.append(step.goto or after)
    found = [Way(to=target, waits=waits) for target in targets]
    if step.when:
        found.append(Way(to=after, waits=False))  # passed over
    return tuple(dict.fromkeys(found))


def all_lead_away(step: Step) -> bool:
    """Whether each answer has its own goto, so that the step never goes on by itself."""
    return step.required and not step.options_from and bool(step.options) and all(o.goto for o in step.options)


def reachable(graph: Mapping[str, tuple[Way, ...]], starts: Iterable[str]) -> frozenset[str]:
    """All steps that can be met from these."""
    seen: set[str] = set()
    todo = [start for start in starts if start in graph]
    while todo:
        step = todo.pop()
        if step not in seen:
            seen.add(step)
            todo.extend(way.to for way in graph[step] if way.to in graph)
    return frozenset(seen)


def circles(graph: Mapping[str, tuple[Way, ...]], among: frozenset[str]) -> list[tuple[str, ...]]:
    """Groups of steps that lead round to themselves without waiting, each in the order of the flow."""
    free = {step: tuple(w for w in graph[step] if not w.waits) for step in graph if step in among}
    onward = {step: reachable(free, [way.to for way in free[step]]) for step in free}
    found: dict[tuple[str, ...], None] = {}
    for step, others in onward.items():
        if step in others:
            found[tuple(other for other in graph if other in others and step in onward.get(other, ()))] = None
    return list(found)


def cannot_end(graph: Mapping[str, tuple[Way, ...]], among: frozenset[str]) -> frozenset[str]:
    """Steps among these from which no way leads to the end (a way to an unknown step counts as one)."""
    return frozenset(step for step in among if not _ends(graph, step))


def _ends(graph: Mapping[str, tuple[Way, ...]], step: str) -> bool:
    return any(way.to not in graph for other in reachable(graph, [step]) for way in graph[other])
