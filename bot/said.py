"""What a person has told us, in words for the wording: `said.<step>` of the run in hand, `known.<fact>` of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from flows.effects import Choice
from flows.run import Answer, Run
from flows.steps.base import choice
from flows.words import normalise

Label = Callable[[Choice], str]
LONGEST_LINK = 4
"""Between two labels of a list stands at most a little word, such as "and"."""


class Told(Mapping[str, object]):
    """Looked up only when the wording asks for it. What was not told is not there."""

    def __init__(self, names: Iterable[str], look: Callable[[str], object]) -> None:
        self._names = tuple(names)
        self._look = look

    def __getitem__(self, name: str) -> object:
        if name not in self._names:
            raise KeyError(name)
        return self._look(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def said(run: Run, label: Label) -> Told:
    """The answers of this run: the beginning of an open one, the labels of what was chosen."""
    given = {step: answer for step, answer in run.answers.items() if answer.value is not None and _has_words(answer)}
    return Told(given, lambda step: _words(step, given[step], label))


def _has_words(answer: Answer) -> bool:
    return bool(answer.gist) or not answer.parts


def _words(step: str, answer: Answer, label: Label) -> object:
    if answer.parts or answer.value is None or isinstance(answer.value, int):
        return answer.gist if answer.parts else answer.value
    if isinstance(answer.value, str):
        return label(choice(step, answer.value, answer.value))
    return [label(choice(step, key, key)) for key in answer.value]


def keys_in(labels: Mapping[str, str], text: str) -> tuple[str, ...]:
    """The options that a list such as "Homes, food and a say" names; () unless all of it is labels.

    `labels`: normalised label → key.
    """
    found: list[str] = []
    rest, here = normalise(text), ""
    while rest:
        here = max((label for label in labels if label and _begins(rest, label)), key=len, default="")
        word = rest.split(" ", 1)[0]
        if here:
            found.append(labels[here])
        elif not found or len(word) > LONGEST_LINK or not word.isalpha():
            return ()
        rest = rest[len(here or word) :].lstrip(" ,;.&+/،、\n")
    return tuple(found) if here else ()


def _begins(text: str, label: str) -> bool:
    return text.startswith(label) and not text[len(label) : len(label) + 1].isalnum()
