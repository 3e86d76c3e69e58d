"""Invented people and values to try every message with: little is known of one, all of another, and one is late."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot import shelves
from bot.script import Script
from bot.wording import Listener, Values, Wording
from flows.definition import Action, Area, Flow
from flows.steps.registry import kinds
from storage.scenes import Person
from storage.workshops import Workshop

ACTION_VALUES: Final = MappingProxyType(
    {
        "erase": frozenset({"receipt"}),
        "complain": frozenset({"receipt"}),
        "new_phone": frozenset({"code"}),
        "pause": frozenset({"paused_until"}),
        "withdraw_last": frozenset({"withdrawn"}),
    }
)
"""What an action hands to the wording of its own turn."""
EXAMPLES: Final = {name: value for kind in kinds().values() for name, value in kind.values.items()}
"""What questions of several parts hand to their wording."""


class _Blank(dict[str, object]):
    """A card that nobody has filled in: whatever its wording asks for is still to come."""

    def __missing__(self, name: str) -> object:
        return self

    def __str__(self) -> str:
        return "…"


BLANK: Final = _Blank()
MOMENT: Final = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)


def samples_of(script: Script, area: Area) -> tuple[Values, ...]:
    """What templates may name, for three people: little is known of one, all of another, and one is late."""
    days: tuple[dict[int, datetime], ...] = (
        {},
        {wave: MOMENT + timedelta(days=5 + 28 * (wave - 1)) for wave in range(1, script.programme.waves + 1)},
        {1: MOMENT - timedelta(days=3)},
    )
    return tuple(_values(script, area, starts) for starts in days)


def _values(script: Script, area: Area, starts: Mapping[int, datetime]) -> Values:
    person = Person(
        id="", area=area.id, code_name="Heron-14", state="active", locale="", joined_at=MOMENT, last_heard_at=MOMENT
    )
    listener = Listener(person=person, name="Sam" if starts else "", next_due=MOMENT if len(starts) > 1 else None)
    held = {
        (area.id, wave): Workshop(
            area=area.id,
            wave=wave,
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            place="the library",
            map="https://example.org/map",
        )
        for wave, start in starts.items()
    }
    return Wording(script).values(listener, held, MOMENT)


def with_shelves(samples: tuple[Values, ...], flow: Flow) -> tuple[Values, ...]:
    """The same people with what the flow reads: little for the one of whom little is known, much for the others."""
    if not flow.reads:
        return samples
    return tuple({**shelves.example(flow, much=bool(one["name"])).values, **one} for one in samples)


def handed_over(flow: Flow) -> frozenset[str]:
    """The values that this flow's own actions give to its wording."""
    return frozenset(name for action in _actions(flow) for name in ACTION_VALUES.get(action.name, ()))


def _actions(flow: Flow) -> Iterator[Action]:
    for step in flow.steps:
        yield from step.do
        for option in step.options:
            yield from option.do


def handed(name: str, values: Mapping[str, object]) -> object:
    """What an action, or a question of several parts, gives to its wording: an example."""
    much = bool(values["name"])
    match name:
        case "paused_until":
            return MOMENT if much else None
        case "withdrawn":
            return much
        case _ if name in EXAMPLES:
            return EXAMPLES[name]
        case _:
            return "ABCD2345"
