"""What staff sort reflections under: the thirteen frames, the six aims, the themes to begin with. Names for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

FRAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "income": "Money",
        "job": "Work",
        "learning": "Learning",
        "home": "Homes",
        "streets_green": "Streets, parks and air",
        "getting_about": "Getting about",
        "early_years": "Early years",
        "friends_community": "Friends and community",
        "safety": "Safety",
        "food": "Food",
        "a_say": "A say in things",
        "health_services": "Health services",
        "habits": "Habits",
    }
)
"""What shapes how well people live. The last two are the narrow ones."""
AIMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "strong_start": "A strong start for every child",
        "skills": "Skills and a say at any age",
        "fair_jobs": "Fair jobs and good work",
        "enough_money": "Enough money to live well",
        "good_places": "Good places to live",
        "stop_early": "Stop illness early",
    }
)
THEMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "education": "Education",
        "employment": "Employment",
        "environment": "Environment",
        "housing": "Housing",
        "alone": "Being alone",
    }
)
"""Those that every programme begins with; the team adds its own."""
NOTHING: Final = "none"
"""Somebody has looked, and nothing here fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One thing that a reflection can be sorted under. `kind`: frame, aim, theme, own or none."""

    key: str
    name: str
    kind: str
    memo: str = ""
    id: str = ""  # of a theme of the team's own


GIVEN: Final[tuple[Label, ...]] = (
    *(Label(key=f"frame:{key}", name=name, kind="frame") for key, name in FRAMES.items()),
    *(Label(key=f"aim:{key}", name=name, kind="aim") for key, name in AIMS.items()),
    *(Label(key=f"theme:{key}", name=name, kind="theme") for key, name in THEMES.items()),
    Label(key=NOTHING, name="Nothing here fits", kind="none"),
)
"""The labels that are there from the start."""
