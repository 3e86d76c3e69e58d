"""Which wording a translation was made from: translations.yaml of a programme, kept by a command."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flows.definition import Place, Programme
from flows.findings import Notes, suggest
from flows.loading_form import as_fields
from flows.loading_yaml import Fields, Text, read_text, read_yaml

FILE: Final = "translations.yaml"
HEAD: Final = (
    "# The wording each translation was made from. Written by `reconvene translated`; do not edit it by hand.\n"
)
_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)

Record = Mapping[str, Mapping[str, str]]
"""Locale → template → mark of the wording it was translated from."""


def mark(source: str) -> str:
    """A short name for this wording; notes between the blocks and empty lines do not matter."""
    lines = (line.strip() for line in _COMMENT.sub("", source).splitlines())
    return hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()[:12]


def templates(programme: Programme) -> dict[str, Mapping[str, str]]:
    """All wording of a programme: flow or other template → locale → source."""
    return {**{flow.id: flow.prompts for flow in programme.flows.values()}, **programme.prompts}


def origin(programme: Programme, locale: str, sources: Mapping[str, str]) -> str:
    """The locale a translation is made from: the nearest one it falls back to that has this wording."""
    at = programme.locales.get(locale, "")
    while at and at not in sources:
        at = programme.locales.get(at, "")
    return at


def made_from(programme: Programme, *, only: str = "", locale: str = "") -> dict[str, dict[str, str]]:
    """The record as it is when every translation is up to date; `only` one template, or one locale."""
    found: dict[str, dict[str, str]] = {}
    for name, sources in sorted(templates(programme).items()):
        for spoken in sorted(sources):
            source = origin(programme, spoken, sources)
            if source and only in ("", name) and locale in ("", spoken):
                found.setdefault(spoken, {})[name] = mark(sources[source])
    return found


def read_record(folder: Path, notes: Notes) -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], Place]]:
    """The record in a folder, and where each line of it stands."""
    if not (folder / FILE).exists():
        return {}, {}
    text = read_text(folder / FILE, FILE, notes)
    root = as_fields(read_yaml(text, FILE, notes) if text is not None else None, "translations", notes)
    found: dict[str, dict[str, str]] = {}
    places: dict[tuple[str, str], Place] = {}
    for locale, node in root.values.items() if root else ():
        inner = as_fields(node, locale, notes) or Fields(place=node.place)
        for name, value in inner.values.items():
            if isinstance(value, Text):
                found.setdefault(locale, {})[name] = value.value
                places[locale, name] = inner.keys[name]
            else:
                notes.add("Y022", value.place, f"{name} has to be one piece of text.", "run: reconvene translated")
    return found, places


def check_translations(folder: Path, programme: Programme, notes: Notes) -> None:
    """Tell which translations are older than what they were made from."""
    record, places = read_record(folder, notes)
    now = made_from(programme)
    for (locale, name), place in places.items():
        if locale not in programme.locales:
            text = f"{locale} is no locale of this programme."
            notes.add("T602", place, text, suggest(locale, programme.locales))
        elif name not in now.get(locale, {}):
            text = f"{name} has no wording in {locale}."
            notes.add("T602", place, text, "take the line out, or run: reconvene translated")
        elif record[locale][name] != now[locale][name]:
            source = origin(programme, locale, templates(programme)[name])
            text = f"{name} was changed in {source} after it was put into {locale}."
            fix = f"look it over, then run: reconvene translated {folder.name} --flow {name} --locale {locale}"
            notes.add("T601", Place(file=f"prompts/{locale}/{name}.j2", line=1, column=1), text, fix)


def written(record: Record) -> str:
    """The record as a file."""
    lines = [HEAD]
    for locale in sorted(record):
        lines.append(f"{locale}:\n")
        lines += [f'  {name}: "{record[locale][name]}"\n' for name in sorted(record[locale])]
    return "".join(lines)


def refresh(folder: Path, programme: Programme, *, only: str = "", locale: str = "") -> int:
    """Record that these translations are up to date. How many lines changed; the file is replaced as a whole."""
    notes = Notes()
    before, _ = read_record(folder, notes)
    known = made_from(programme)
    kept = {
        spoken: {name: before[spoken][name] for name in names if name in before.get(spoken, {})}
        for spoken, names in known.items()
    }
    for spoken, names in made_from(programme, only=only, locale=locale).items():
        kept[spoken].update(names)
    after = {spoken: names for spoken, names in kept.items() if names}
    changed = sum(
        before.get(spoken, {}).get(name) != value for spoken in after for name, value in after[spoken].items()
    )
    beside = folder / f"{FILE}.new"
    beside.write_text(written(after), encoding="utf-8")
    beside.replace(folder / FILE)
    return changed
