"""Reflections as files: the columns of the FLOIP results format, plus ours for area, wave and version."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC

from storage.reflections import OPEN, Part, Reflection

COLUMNS = (
    "time",
    "row_id",
    "code_name",
    "area",
    "wave",
    "flow",
    "flow_version",
    "step",
    "revision",
    "share",
    "value",
    "text",
    "locale",
    "via",
    "attributes",
)
Codes = Mapping[str, str] | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell instead of showing it."""


def spoken(reflection: Reflection) -> str:
    """What the person said, message by message; a recording is named, with what the team wrote down of it."""
    return "\n".join(_part(part) for part in reflection.parts)


def _part(part: Part) -> str:
    if not part.media_kind:
        return part.text
    media = f"voice note {part.seconds // 60}:{part.seconds % 60:02}" if part.media_kind == "voice" else part.media_kind
    heard = f"(transcript) {part.transcript}" if part.transcript else ""
    return " ".join(filter(None, (f"[{media}]", part.text, heard)))


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip(" \u00a0").startswith(FORMULA[:4]) else cell


def row(reflection: Reflection, codes: Codes = None) -> dict[str, str | int]:
    """One answer by column."""
    given = {} if codes is None else {"codes": codes.get(reflection.id, "")}
    return {
        "time": reflection.at.astimezone(UTC).isoformat(timespec="seconds"),
        "row_id": reflection.id,
        "code_name": reflection.code_name,
        "area": reflection.area,
        "wave": reflection.wave,
        "flow": reflection.flow,
        "flow_version": reflection.version,
        "step": reflection.step,
        "revision": reflection.revision,
        "share": reflection.share,
        "value": _value(reflection),
        "text": spoken(reflection),
        "locale": reflection.locale,
        "via": reflection.via,
        "attributes": "; ".join(f"{name}={told}" for name, told in sorted(reflection.attributes.items())),
        **given,
    }


def _value(reflection: Reflection) -> str:
    """The choice or number; for an open answer its words are in `text`."""
    value = reflection.value
    if value is None or reflection.kind in OPEN:
        return ""
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def as_csv(reflections: Iterable[Reflection], codes: Codes = None) -> str:
    """For a spreadsheet. Nothing in it is ever a formula. `codes`: what the team sorted each under, by its id."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    columns = COLUMNS if codes is None else (*COLUMNS, "codes")
    writer.writerow(columns)
    for reflection in reflections:
        cells = row(reflection, codes)
        writer.writerow([cell if isinstance(cell, int) else safe(cell) for cell in map(cells.__getitem__, columns)])
    return out.getvalue()


def as_json(reflections: Iterable[Reflection], codes: Codes = None) -> str:
    """For a program: a list of objects with the same columns."""
    return json.dumps([row(reflection, codes) for reflection in reflections], ensure_ascii=False, indent=2)
