"""share: who may see the open answers given since the last such question. More text is added to the last of them."""

from typing import Final

from flows.effects import Choice, Share
from flows.events import Said, Showed
from flows.steps.base import (
    Accepted,
    Again,
    Question,
    Reaction,
    Reply,
    StepKind,
    choice,
    common,
    unread,
)
from flows.steps.choice import take_one

LEVELS: Final = ("team", "group", "me")


class ShareWith(StepKind):
    """Just the team, the group with no name, or only me."""

    name = "share"

    def applies(self, question: Question) -> bool:
        return bool(self._open(question))

    def choices(self, question: Question) -> tuple[Choice, ...]:
        return tuple(choice(question.step.id, level) for level in LEVELS)

    def react(self, question: Question, event: Reply) -> Reaction:
        steps = self._open(question)
        reaction = take_one(self.choices(question), event)
        if isinstance(reaction, Accepted):
            return Accepted(value=reaction.value, effects=(Share(steps=steps, level=str(reaction.value)),))
        if steps and isinstance(event, Said | Showed):
            return Again(lines=(common("added"),), effects=unread(event, steps[-1]))
        return reaction

    def _open(self, question: Question) -> tuple[str, ...]:
        """The open answers on the way here, back to the share question before this one."""
        kinds = {step.id: step.kind for step in question.flow.steps}
        found: list[str] = []
        for step in reversed(question.run.path):
            if step != question.step.id and kinds.get(step) == self.name:
                break
            answer = question.run.answers.get(step)
            if answer is not None and answer.parts:
                found.append(step)
        return tuple(reversed(found))


KIND = ShareWith()
