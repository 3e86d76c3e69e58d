"""info: something said; the dialogue goes on by itself."""

from flows.steps.base import StepKind


class Info(StepKind):
    """A statement."""

    name = "info"
    waits = False


KIND = Info()
