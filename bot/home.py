"""Where somebody who decides stands: what is open, was promised, came of it. Pure; templates have the words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.agenda import NO_REPLY, Commitment


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One commitment as it is told at home. `late`: its day is over."""

    title: str
    owner: str
    action: str
    reply: str
    state: str
    due_on: date
    late: bool = False

    @property
    def told(self) -> Mapping[str, object]:
        """For the wording."""
        names = ("title", "owner", "action", "reply", "state", "due_on", "late")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """Three sections. `interview`: theirs is still to come; `questions`: so many wait for a reply of theirs."""

    interview: bool
    questions: int
    asked: tuple[Line, ...]
    promised: tuple[Line, ...]
    came: tuple[Line, ...]

    @property
    def told(self) -> Mapping[str, object]:
        """For the wording."""
        return {
            "interview": self.interview,
            "questions": self.questions,
            "asked": [one.told for one in self.asked],
            "promised": [one.told for one in self.promised],
            "came": [one.told for one in self.came],
            "open": self.interview or bool(self.questions or self.asked),
        }


def home(
    *, mine: Sequence[Commitment], area: Iterable[Commitment], questions: int, interviewed: bool, today: date
) -> Home:
    """`mine` are this person's commitments, `area` all of their area; silence is shown as what it is."""
    return Home(
        interview=not interviewed,
        questions=questions,
        asked=tuple(_line(one, today) for one in mine if one.state == "asked"),
        promised=tuple(_line(one, today) for one in mine if one.state != "asked"),
        came=tuple(_line(one, today) for one in area if one.standing(today) != "asked"),
    )


def _line(one: Commitment, today: date) -> Line:
    state = one.standing(today)
    return Line(
        title=one.issue,
        owner=one.owner,
        action=one.action,
        reply="" if state == NO_REPLY else one.reply,
        state=state,
        due_on=one.due_on,
        late=one.due_on < today and state in ("asked", "planned", "doing", "looking", NO_REPLY),
    )
