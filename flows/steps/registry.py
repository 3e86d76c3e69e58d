"""Finds the step kinds: every module of this package that has a `KIND`."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from flows import steps
from flows.steps.base import StepKind


@cache
def kinds() -> Mapping[str, StepKind]:
    """All kinds by name, in alphabetical order."""
    found: dict[str, StepKind] = {}
    for module in sorted(pkgutil.iter_modules(steps.__path__), key=lambda module: module.name):
        one = getattr(import_module(f"{steps.__name__}.{module.name}"), "KIND", None)
        if isinstance(one, StepKind):
            found[one.name] = one
    return MappingProxyType(found)


def kind(name: str) -> StepKind:
    """The kind of that name; KeyError when there is none."""
    return kinds()[name]
