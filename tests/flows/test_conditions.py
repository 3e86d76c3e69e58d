"""Conditions: "not answered" is not "no"."""

import pytest

from flows.conditions import hold, truth
from flows.definition import Condition, Operator
from flows.run import Answer, Fact

ANSWERS = {
    "like": Answer(value="no"),
    "say": Answer(value=3),
    "shapes": Answer(value=("habits", "food")),
    "one": Answer(value=("habits",)),
    "left": Answer(value=None),
}
FACTS: dict[str, Fact] = {"consent.media": "no", "profile.age": 16, "profile.ways": (("voice", "Voice"),)}


@pytest.mark.parametrize(
    ("subject", "operator", "values", "expected"),
    [
        ("like", Operator.IS, ("no",), True),
        ("like", Operator.IS, ("yes",), False),
        ("like", Operator.IS_NOT, ("yes",), True),
        ("like", Operator.IS_NOT, ("no",), False),
        ("like", Operator.IN, ("yes", "no"), True),
        ("say", Operator.IS, ("3",), True),
        ("say", Operator.AT_LEAST, ("3",), True),
        ("say", Operator.AT_LEAST, ("4",), False),
        ("say", Operator.AT_MOST, ("3",), True),
        ("say", Operator.AT_MOST, ("2",), False),
        ("shapes", Operator.IS, ("food",), True),
        ("shapes", Operator.IN, ("food", "income"), True),
        ("shapes", Operator.IN, ("income",), False),
        ("shapes", Operator.IS_NOT, ("food",), False),
        ("shapes", Operator.ONLY, ("habits",), False),
        ("one", Operator.ONLY, ("habits", "health_services"), True),
        ("shapes", Operator.AT_LEAST, ("2",), True),
        ("shapes", Operator.AT_MOST, ("1",), False),
        ("like", Operator.AT_LEAST, ("1",), None),
        ("like", Operator.ANSWERED, (), True),
        ("like", Operator.SKIPPED, (), False),
        ("like", Operator.UNANSWERED, (), False),
        ("left", Operator.ANSWERED, (), False),
        ("left", Operator.SKIPPED, (), True),
        ("left", Operator.UNANSWERED, (), True),
        ("left", Operator.IS, ("no",), None),
        ("left", Operator.IS_NOT, ("no",), None),
        ("never", Operator.ANSWERED, (), False),
        ("never", Operator.SKIPPED, (), None),
        ("never", Operator.UNANSWERED, (), True),
        ("never", Operator.IS, ("no",), None),
        ("never", Operator.IS_NOT, ("no",), None),
        ("never", Operator.ONLY, ("no",), None),
        ("never", Operator.AT_MOST, ("1",), None),
        ("consent.media", Operator.IS, ("no",), True),
        ("consent.quote", Operator.IS_NOT, ("no",), None),
        ("consent.quote", Operator.UNANSWERED, (), True),
        ("profile.age", Operator.AT_MOST, ("17",), True),
        ("profile.ways", Operator.IN, ("voice",), True),
    ],
)
def test_truth_has_three_values(
    subject: str, operator: Operator, values: tuple[str, ...], expected: bool | None
) -> None:
    condition = Condition(subject=subject, operator=operator, values=values)

    assert truth(condition, ANSWERS, FACTS) is expected
    assert hold([condition], ANSWERS, FACTS) is (expected is True)


def test_all_conditions_must_hold() -> None:
    yes = Condition(subject="like", operator=Operator.IS, values=("no",))
    unknown = Condition(subject="never", operator=Operator.IS, values=("no",))

    assert hold([], ANSWERS, FACTS)
    assert hold([yes, yes], ANSWERS, FACTS)
    assert not hold([yes, unknown], ANSWERS, FACTS)
