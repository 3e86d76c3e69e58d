"""What is wrong with a file of a programme: where, what, and what would be right."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from flows.definition import Place

CODES: Final = MappingProxyType(
    {
        "Y001": "A file of the programme cannot be read or is missing.",
        "Y002": "A file is larger than one megabyte.",
        "Y003": "A file is not UTF-8 text.",
        "Y004": "The file is not valid YAML at this place; the rest of it could not be read.",
        "Y005": "YAML tags (!something) are not used here: every value is text.",
        "Y006": "YAML anchors (&name), aliases (*name) and directives (%YAML) are not used here.",
        "Y007": "The same key is written twice.",
        "Y008": "Lists and mappings lie more than 20 deep in each other.",
        "Y009": "A key is not plain text; often a value with {{ }} that lacks its quotes.",
        "Y010": "The file holds more than one YAML document.",
        "Y011": "The file is empty.",
        "Y020": "This key is not known here.",
        "Y021": "A key that is needed is missing or empty.",
        "Y022": "One piece of text is wanted here.",
        "Y023": "A list is wanted here.",
        "Y024": "Keys with values are wanted here.",
        "Y025": "Yes or no is wanted here.",
        "Y026": "A whole number is wanted here, within limits.",
        "Y027": "Not a good identifier: small letters, digits and _ only, starting with a letter.",
        "Y028": "One of a few known words is wanted here.",
        "Y029": "A length of time is wanted here, such as 8s, 30m, 24h or 5d.",
        "Y030": "A time of day is wanted here, such as 18:00.",
        "Y031": "A date is wanted here, such as 2026-12-25.",
        "Y032": "A phrase of the safety check has its signs out of order.",
        "F101": "The id of a flow and the name of its file differ.",
        "F102": "Two steps of a flow have the same id.",
        "F103": "A step, branch, option or entry leads to a step that does not exist.",
        "F104": "A step can never be reached.",
        "F105": "Steps lead in a circle without ever waiting for the person.",
        "F106": "From this step the flow can never come to its end.",
        "F107": "This kind of step is not known.",
        "F108": "A key of this kind of step has a wrong value.",
        "F109": "A fact or list is not known: no step stores it and the programme does not provide it.",
        "F110": "This action is not known.",
        "F111": "An entry is not one of the words that people can use at any time.",
        "F112": "A condition cannot be read.",
        "F113": "Only service flows have entries.",
        "F114": "A condition names a step that does not exist.",
        "F115": "A condition names an option that its step does not have.",
        "F117": "Two options of a step have the same key.",
        "F118": "A step has options that its kind does not use, or lacks options that it needs.",
        "F119": "This word has a meaning of its own and cannot be an id or an option.",
        "F120": "A flow has no file of wording in any base locale.",
        "F122": "A flow has no steps.",
        "F123": "An action begins a flow that does not exist.",
        "F124": "A condition asks whether an answer speaks of something that is on no list.",
        "F125": "A flow asks to have something read that there is not.",
        "F128": "A move leads to no question of the flow.",
        "F129": "Two moves lead away from the same step.",
        "C201": "A timing rule cannot be read.",
        "C202": "Two entries of the calendar have the same id.",
        "C203": "A calendar entry names a flow that does not exist.",
        "C204": "A calendar entry names a broadcast that does not exist.",
        "C205": "A calendar entry begins one flow or sends one broadcast: exactly one of the two.",
        "C206": "A calendar entry hangs on a workshop that the programme does not have.",
        "C207": "A calendar entry can never happen: it expires before it is due.",
        "C208": "Something hangs on the date of a commitment, and is not for stakeholders.",
        "P301": "A role of the programme (welcome, rights, menu, mailbox, rooms …) names a flow that does not exist.",
        "P302": "A locale falls back to one that is not listed, or to itself in a circle.",
        "P303": "A folder of wording belongs to no locale of the programme.",
        "P304": "A file of wording belongs to no flow of the programme.",
        "P305": "A time zone is not known.",
        "P306": "The programme has no flows.",
        "P307": "The flow for people's rights has to be a service flow.",
        "P308": "A file among the flows does not end in .yaml and is not read.",
        "P309": "The flow of the mailbox asks what is not kept, writes of its own accord, or never closes.",
        "P310": "A flow for the room has no step at which people wait for the team.",
        "P311": "A file among the sounds reads out no step of the programme.",
        "P312": "A sound is no Ogg file, or larger than 20 MB: it is not used.",
        "P313": "Something is for stakeholders, and nobody has said who they are.",
        "P314": "Who is to be heard is told by a question or an answer that there is not, or comes to more than all.",
        "A501": "An accepted warning is not found any more, or names an error, which cannot be accepted.",
        "T601": "The wording changed after it was translated.",
        "T602": "The record of translations names a flow or locale that does not exist.",
    }
)
"""Every code with the rule behind it, in one sentence."""

WARNINGS: Final = frozenset({"P304", "P308", "P311", "P312", "A501", "T601", "T602"})
"""Findings that do not keep a programme from running."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Finding:
    """One mistake. Its text can be printed on a terminal or a page as it is."""

    file: str  # relative to the folder of the programme
    line: int
    column: int
    code: str
    severity: str = "error"  # error | warning
    text: str
    fix: str = ""
    flow: str = ""  # what it is about, where that can be named: the flow, its step, the locale
    step: str = ""
    locale: str = ""

    def __str__(self) -> str:
        """`file:line:col CODE text → fix`."""
        tail = f" → {self.fix}" if self.fix else ""
        return f"{self.file}:{self.line}:{self.column} {self.code} {self.text}{tail}"


@dataclass(kw_only=True, slots=True)
class Notes:
    """Collects findings while files are read, so that all mistakes are told at once."""

    found: list[Finding] = field(default_factory=list)

    def add(self, code: str, place: Place | None, text: str, fix: str = "") -> None:
        """Write one down. `place` is None only for values that were built in code."""
        where = place or Place(file="", line=1, column=1)
        severity = "warning" if code in WARNINGS else "error"
        self.found.append(
            Finding(
                file=where.file,
                line=where.line,
                column=where.column,
                code=code,
                severity=severity,
                text=text,
                fix=fix,
            )
        )

    def in_order(self) -> tuple[Finding, ...]:
        """By file and line, each once."""
        return tuple(sorted(set(self.found)))


def quote(text: str) -> str:
    """A value of the file inside a sentence: on one line, never long."""
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= 40 else flat[:39] + '…'}”"


def suggest(word: str, known: Iterable[str]) -> str:
    """The fix for a word that is not known: the nearest known one, or the list of them."""
    names = sorted(set(known))
    near = difflib.get_close_matches(word[:64], names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    if not names:
        return ""
    shown = ", ".join(names[:12])
    return f"known: {shown}{', …' if len(names) > 12 else ''}"
