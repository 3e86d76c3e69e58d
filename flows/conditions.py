"""Conditions on answers and facts, in three values: it holds, it does not, or nobody can say."""

from collections.abc import Iterable, Mapping

from flows.definition import Condition, Operator
from flows.run import Answer, Fact, Facts
from flows.signs import only_about

SIGNED = (Operator.ONLY_ABOUT, Operator.SHOWS)
Known = str | int | tuple[str, ...]


def hold(conditions: Iterable[Condition], answers: Mapping[str, Answer], facts: Facts) -> bool:
    """All of them hold. One that nobody can say does not: "not answered" is not "no"."""
    return all(truth(condition, answers, facts) for condition in conditions)


def truth(condition: Condition, answers: Mapping[str, Answer], facts: Facts) -> bool | None:
    """Whether the condition holds; None when the question was not reached or skipped, or the fact is not known."""
    if condition.operator in SIGNED:
        return _signed(condition, answers.get(condition.subject))
    reached, value = _find(condition.subject, answers, facts)
    match condition.operator:
        case Operator.ANSWERED:
            return value is not None
        case Operator.UNANSWERED:
            return value is None
        case Operator.SKIPPED:
            return value is None if reached else None
    return None if value is None else _compare(condition, value)


def _signed(condition: Condition, answer: Answer | None) -> bool | None:
    """What an answer speaks of. One that was not given, or speaks of nothing we know, has no say."""
    if answer is None or answer.value is None:
        return None
    if condition.operator is Operator.ONLY_ABOUT:
        return only_about(answer.signs, condition.values)
    return not set(answer.signs).isdisjoint(condition.values)


def _find(subject: str, answers: Mapping[str, Answer], facts: Facts) -> tuple[bool, Known | None]:
    if "." in subject:
        return subject in facts, _plain(facts[subject]) if subject in facts else None
    answer = answers.get(subject)
    return (False, None) if answer is None else (True, answer.value)


def _plain(fact: Fact | tuple[str, ...]) -> Known:
    if isinstance(fact, tuple):
        return tuple(item if isinstance(item, str) else item[0] for item in fact)
    return fact


def _compare(condition: Condition, value: Known) -> bool | None:
    given = {str(item) for item in value} if isinstance(value, tuple) else {str(value)}
    match condition.operator:
        case Operator.IS | Operator.IN:
            return not given.isdisjoint(condition.values)
        case Operator.IS_NOT:
            return given.isdisjoint(condition.values)
        case Operator.ONLY:
            return bool(given) and given.issubset(condition.values)
    return _measure(condition, value)


def _measure(condition: Condition, value: Known) -> bool | None:
    """Compare as numbers: several picks count, words cannot be measured."""
    size = len(value) if isinstance(value, tuple) else _number(value)
    limit = _number(condition.values[0]) if condition.values else None
    if size is None or limit is None:
        return None
    return size >= limit if condition.operator is Operator.AT_LEAST else size <= limit


def _number(value: str | int) -> int | None:
    try:
        return int(value)
    except ValueError:
        return None
