"""Warnings that somebody has looked at and accepted, with the reason: accepted.yaml of a programme."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flows.definition import Place
from flows.findings import Finding, Notes, quote
from flows.loading_form import Form, each_form
from flows.loading_yaml import Items, read_text, read_yaml

FILE: Final = "accepted.yaml"
ACCEPTED_KEYS: Final = MappingProxyType(
    {
        "code": "the code of the warning, such as R2.4",
        "flow": "the flow it is found in, if it is found in one",
        "step": "the step or broadcast it is found at, if it is found at one",
        "locale": "only in this locale; without it, in all",
        "reason": "why it is right here",
        "by": "who decided it",
        "date": "when, as 2026-11-30",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """One decision."""

    code: str
    flow: str
    step: str
    locale: str
    reason: str
    by: str
    date: str
    place: Place

    def fits(self, finding: Finding) -> bool:
        """Whether it speaks of this finding."""
        same = (self.code, self.flow, self.step) == (finding.code, finding.flow, finding.step)
        return same and self.locale in ("", finding.locale)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sorted:
    """Findings that stand, and those that were accepted with their reasons."""

    standing: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, Acceptance], ...]


def read_accepted(folder: Path, notes: Notes) -> tuple[Acceptance, ...]:
    """What was accepted in this folder; nothing when there is no such file."""
    if not (folder / FILE).exists():
        return ()
    text = read_text(folder / FILE, FILE, notes)
    root = read_yaml(text, FILE, notes) if text is not None else None
    if root is None:
        return ()
    if not isinstance(root, Items):
        notes.add("Y023", root.place, "What is accepted has to be a list.", "begin each line with - ")
        return ()
    return tuple(_read(form, notes) for form in each_form(root.items, "an acceptance", lambda _: ACCEPTED_KEYS, notes))


def _read(form: Form, notes: Notes) -> Acceptance:
    return Acceptance(
        code=form.text("code", needed=True),
        flow=form.text("flow"),
        step=form.text("step"),
        locale=form.text("locale"),
        reason=form.text("reason", needed=True),
        by=form.text("by", needed=True),
        date=_day(form, notes),
        place=form.place,
    )


def _day(form: Form, notes: Notes) -> str:
    value = form.text("date", needed=True)
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        notes.add("Y030", form.where("date"), f"{quote(value)} is no day.", "write it like 2026-11-30")
        return ""


def sort_out(findings: Iterable[Finding], accepted: Iterable[Acceptance], notes: Notes) -> Sorted:
    """Take away what was accepted. Only warnings can be; an acceptance that takes nothing away is itself told."""
    decisions = tuple(accepted)
    standing: list[Finding] = []
    taken: list[tuple[Finding, Acceptance]] = []
    for finding in findings:
        decision = next((one for one in decisions if one.fits(finding)), None)
        if decision and finding.severity == "warning" and decision.reason and decision.by:
            taken.append((finding, decision))
        else:
            standing.append(finding)
    used = {id(decision) for _, decision in taken}
    for decision in decisions:
        if id(decision) not in used:
            _useless(decision, standing, notes)
    return Sorted(standing=tuple(standing), accepted=tuple(taken))


def _useless(decision: Acceptance, standing: list[Finding], notes: Notes) -> None:
    where = ".".join(filter(None, (decision.flow, decision.step))) or "the programme"
    if any(decision.fits(finding) and finding.severity == "error" for finding in standing):
        text = f"{decision.code} at {where} is an error, and cannot be accepted."
        notes.add("A501", decision.place, text, "mend it, and take this out")
    else:
        notes.add("A501", decision.place, f"There is no {decision.code} at {where}.", "take it out of accepted.yaml")
