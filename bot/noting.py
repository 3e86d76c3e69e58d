"""What an answer, or something said about oneself, comes to in the notebook of the transaction. Pure."""

import hashlib
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from flows.definition import Flow, Programme
from flows.effects import Line, SetFact
from storage.scenes import Person, Scene

KEPT: Final = ("patch", "pace", "how")
"""What people told about themselves that stays with their answers: where they live, how often, typed or spoken."""
UNDECIDED: Final = ("question",)
"""Asking back is neither consent nor refusal: nothing is recorded."""
LATER: Final = ("pre2", "w2", "post2", "follow")
"""The phases of wave 2."""


def wave_of(flow: Flow) -> int:
    """The wave that answers of this flow belong to."""
    return 2 if flow.phase in LATER else 1


def attributes(scene: Scene) -> dict[str, str]:
    """What an export says beside an answer: as it is now, when the answer is given."""
    assert scene.person is not None
    facts = scene.person.facts
    known = {name: str(facts[f"profile.{name}"]) for name in KEPT if f"profile.{name}" in facts}
    seen = {f"w{wave}": state for wave, state in scene.attendance.items()}
    return {"channel": scene.place[0], **known, **seen}


def learned(person: Person, effect: SetFact, programme: Programme) -> Person:
    """The person as they are known from now on."""
    if effect.name == "profile.area" and person.role == "guest":
        area = str(effect.value)
        person = replace(person, area=area if area in programme.areas else "")
    if effect.name == "profile.locale" and effect.value in programme.locales:
        person = replace(person, locale=str(effect.value))
    facts = {**person.facts, effect.name: effect.value}
    if effect.name == "consent.part":
        facts["consent.version"] = programme.notice_version
    return replace(person, facts=facts)


def notice(said: Callable[[Line], str], flow: Flow, item: str, step: str) -> str:
    """SHA-256 of the words this answer consents to: the question, and for taking part all that was told before."""
    told = [s.id for s in flow.steps if s.kind == "info" and not s.goto] if item == "part" else []
    words = [said(Line(block=block, optional=True)) for block in [*told, step]]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
