"""Where a run goes on when its flow is published anew: nowhere, unless the author says so (`moves:`). Pure."""

from collections.abc import Mapping
from dataclasses import replace

from flows.definition import RESTART, Flow
from flows.run import Run, RunState


def target(run: Run, before: Flow, after: Flow) -> str:
    """The step of the new version this run goes on at, RESTART, or "" when it stays with its own version.

    Whoever is in the middle of an answer stays. So does a run of a version that has this very move already: it was
    made to get there, or it did not apply.
    """
    if run.state is not RunState.WAITING or before.version == after.version or run.gathering or run.picked:
        return ""
    known = {(one.step, one.to) for one in before.moves}
    return next((m.to for m in after.moves if m.step == run.step and (m.step, m.to) not in known), "")


def move(run: Run, before: Flow, after: Flow) -> Run | None:
    """The run in the new version, its path and answers taken along; None when it stays.

    It is marked `moved`: whatever happens to it next, the question is asked anew first.
    """
    to = target(run, before, after)
    if not to:
        return None
    names = _names(before, after)
    path = tuple(names[step] for step in run.path if step in names)
    return replace(
        run,
        version=after.version,
        step=_first(run, after, names) if to == RESTART else to,
        asked=run.asked + 1,
        since=run.asked + 1,
        misses=0,
        offering=False,
        moved=True,
        path=() if to == RESTART else (*(step for step in path if step != to), to),
        answers={names[step]: answer for step, answer in run.answers.items() if step in names},
        began=names.get(run.began, ""),
    )


def _names(before: Flow, after: Flow) -> Mapping[str, str]:
    """Old step → the step that its answer counts for now. One of another kind, or that is gone, counts no more."""
    renamed = {one.step: one.to for one in after.moves if one.to != RESTART}
    kinds = {step.id: step.kind for step in after.steps}
    names: dict[str, str] = {}
    for step in before.steps:
        now = renamed.get(step.id, step.id)
        if kinds.get(now) == step.kind:
            names[step.id] = now
    return names


def _first(run: Run, after: Flow, names: Mapping[str, str]) -> str:
    return names.get(run.began, after.steps[0].id)
