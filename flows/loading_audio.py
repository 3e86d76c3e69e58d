"""audio/<locale>/<flow>/<step>.ogg → the sounds that read steps out, and what is wrong with them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from flows.definition import Flow, Place
from flows.findings import Notes, quote, suggest

ENDING: Final = ".ogg"
LARGEST: Final = 20 * 1024 * 1024
BEGINNING: Final = b"OggS"


def read_audio(folder: Path, locales: Mapping[str, str], flows: Mapping[str, Flow], notes: Notes) -> Mapping[str, Path]:
    """The sounds by "locale/flow/step". One that reads nothing out is told and left alone."""
    found: dict[str, Path] = {}
    for path in _files(folder / "audio"):
        name = path.relative_to(folder).as_posix()
        place = Place(file=name, line=1, column=1)
        fix = _belongs(name, locales, flows)
        if fix:
            notes.add("P311", place, f"The sound {quote(name)} reads out no step.", fix)
        elif not _is_sound(path):
            notes.add("P312", place, f"The sound {quote(name)} cannot be used.", "make it an Ogg Opus file under 20 MB")
        else:
            found[name.removeprefix("audio/").removesuffix(ENDING)] = path
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Every visible file under a folder, in order; none when it is missing."""
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return
    for path in inside:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path


def _belongs(name: str, locales: Mapping[str, str], flows: Mapping[str, Flow]) -> str:
    """What would be right; "" when the sound stands where it should."""
    parts = name.split("/")
    if len(parts) != 4 or not name.endswith(ENDING):
        return "name it audio/<locale>/<flow>/<step>.ogg"
    _, locale, flow, step = parts
    if locale not in locales:
        return suggest(locale, locales)
    if flow not in flows:
        return suggest(flow, flows)
    steps = [step.id for step in flows[flow].steps]
    return "" if step.removesuffix(ENDING) in steps else suggest(step.removesuffix(ENDING), steps)


def _is_sound(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(BEGINNING)) == BEGINNING and path.stat().st_size <= LARGEST
    except OSError:
        return False
