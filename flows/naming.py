"""Names that are not said in the weeks before an election, and what is said instead. Pure."""

from collections.abc import Mapping


def neutral(value: object, names: Mapping[str, str]) -> object:
    """A value for the wording without these names, whatever it is made of."""
    if not names:
        return value
    match value:
        case str():
            return _without(value, names)
        case Mapping():
            return {key: neutral(inner, names) for key, inner in value.items()}
        case list() | tuple():
            return [neutral(inner, names) for inner in value]
        case _:
            return value


def _without(text: str, names: Mapping[str, str]) -> str:
    """The longest name first, so that a part of it does not stay behind."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return text
