"""Where a run goes on when its flow is published anew: nowhere, unless the author says so (`moves:`). Pure."""

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
    names = {step: _name(step, before, after) for step in {*run.path, *run.answers, run.began}}
    there = {step.id for step in after.steps}
    path = tuple(names[step] for step in run.path if names[step] in there)
    began = names[run.began] if names[run.began] in there else ""
    return replace(
        run,
        version=after.version,
        step=began or after.steps[0].id if to == RESTART else to,
        asked=run.asked + 1,
        since=run.asked + 1,
        misses=0,
        offering=False,
        moved=True,
        path=() if to == RESTART else (*(step for step in path if step != to), to),
        answers={names[step]: answer for step, answer in run.answers.items() if names[step]},
        began=began,
    )


def _name(step: str, before: Flow, after: Flow) -> str:
    """What a step is called now, "" when that is of another kind. A step that is gone keeps its name."""
    now = next((one.to for one in after.moves if one.step == step and one.to != RESTART), step)
    kind = next((one.kind for one in after.steps if one.id == now), "")
    was = next((one.kind for one in before.steps if one.id == step), "")
    return now if kind in ("", was) else ""
