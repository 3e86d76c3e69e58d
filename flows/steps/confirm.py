"""confirm: yes or no, or the few options that the step names instead. Nothing is chosen beforehand."""

from flows.effects import Choice
from flows.steps.base import Question, Reaction, Reply, StepKind, choice, listed
from flows.steps.choice import take_one


class Confirm(StepKind):
    """Yes or no."""

    name = "confirm"

    def choices(self, question: Question) -> tuple[Choice, ...]:
        step = question.step.id
        return tuple(listed(question)) or (choice(step, "yes"), choice(step, "no"))

    def react(self, question: Question, event: Reply) -> Reaction:
        return take_one(self.choices(question), event)


KIND = Confirm()
