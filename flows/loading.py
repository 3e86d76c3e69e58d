"""A programme's folder → Programme, or every mistake in it as file:line:col CODE text → fix."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flows.checks import check_calendar, check_flow
from flows.checks_programme import check_programme
from flows.definition import BroadcastTemplate, Entry, Flow, Place, Programme
from flows.findings import Finding, Notes, quote, suggest
from flows.inclusion import check_inclusion
from flows.loading_audio import read_audio
from flows.loading_flow import Draft, FlowReader
from flows.loading_programme import Outline, read_broadcasts, read_calendar, read_outline
from flows.loading_signposts import FILE as SIGNPOSTS
from flows.loading_signposts import read_signposts
from flows.loading_signposts import shipped as shipped_signposts
from flows.loading_yaml import Fields, Items, Node, Text, read_text, read_yaml
from flows.signposts import Signpost
from flows.signs import SIGNS
from flows.words import WORDS, normalise

_LIBRARY: Final = Path(__file__).parent / "library"
_OTHER_TEMPLATES: Final = frozenset({"broadcasts", "common", "staff"})

Prompts = Mapping[str, Mapping[str, str]]
"""Template → locale → source."""


class Unreadable(ValueError):
    """A file that the product itself relies on (a pinned flow, the list of universal words) cannot be read."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(str(finding) for finding in self.findings))


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a folder gave. `programme` is there only without errors; `draft` is what could be read in spite of them."""

    programme: Programme | None
    findings: tuple[Finding, ...] = ()
    draft: Programme | None = None


@dataclass(kw_only=True, slots=True)
class _Folder:
    """The texts of a folder as they are read, and what is wrong with them."""

    path: Path
    notes: Notes
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> str | None:
        """The text of one file, remembered for the version."""
        text = read_text(self.path / name, name, self.notes)
        if text is not None:
            self.texts[name] = text
        return text

    def names(self, under: str, *, folders: bool = False) -> list[str]:
        """The visible names in a folder, in order, or only those of folders in it; none when it is missing."""
        try:
            found = sorted((self.path / under).iterdir())
        except OSError:
            return []
        return [item.name for item in found if item.name[0] != "." and (item.is_dir() or not folders)]

    def flows(self) -> list[str]:
        """The names of the flow files."""
        return [name.removesuffix(".yaml") for name in self.names("flows") if name.endswith(".yaml")]


@dataclass(kw_only=True, slots=True)
class _Kept(_Folder):
    """The same for texts that were read from a folder once, and kept."""

    kept: Mapping[str, str]

    def read(self, name: str) -> str | None:
        """The text of one file."""
        if name not in self.kept:
            self.notes.add("Y001", _top(name), "This file is missing.", "publish the programme again from its folder")
            return None
        self.texts[name] = self.kept[name]
        return self.kept[name]

    def names(self, under: str, *, folders: bool = False) -> list[str]:
        """The names in a folder, or only those of folders in it."""
        prefix = "" if under == "." else f"{under}/"
        found = [name.removeprefix(prefix).partition("/") for name in self.kept if name.startswith(prefix)]
        return sorted({head for head, deeper, _ in found if deeper or not folders})


def load_programme(folder: Path) -> Loaded:
    """Read a programme: its outline, wording, flows, broadcasts and calendar; then check how they fit together.

    Never raises for what is in the files: all mistakes come back as findings, in the order of the files.
    """
    notes = Notes()
    if not folder.is_dir():
        notes.add("Y001", _top(""), f"There is no folder {quote(str(folder))}.", "give the folder of a programme")
        return Loaded(programme=None, findings=notes.in_order())
    return _load(_Folder(path=folder, notes=notes))


def read_programme(files: Mapping[str, str]) -> Programme:
    """Reads a published programme again from the texts that were kept of it. Raises Unreadable if it is none."""
    loaded = _load(_Kept(path=Path(), notes=Notes(), kept=files))
    if loaded.programme is None:
        raise Unreadable(finding for finding in loaded.findings if finding.severity == "error")
    return loaded.programme


def _load(source: _Folder) -> Loaded:
    notes = source.notes
    outline = _outline(source)
    prompts = _prompts(source, outline)
    drafts = _drafts(source, prompts)
    broadcasts = _broadcasts(source)
    calendar = _calendar(source)
    if outline is None:
        return Loaded(programme=None, findings=notes.in_order())
    programme = _join(source, outline, prompts, drafts, broadcasts, [entry for entry, _ in calendar])
    unread = frozenset(source.flows()) - frozenset(drafts)
    for draft in drafts.values():
        check_flow(draft.flow, draft.places, programme, notes, unread)
    check_calendar(programme, {entry.id: places for entry, places in calendar}, notes, unread)
    check_programme(programme, outline.places, notes, unread)
    check_inclusion(programme, outline.places, notes)
    _wording(outline, prompts, drafts, unread, notes)
    sound = all(finding.severity != "error" for finding in notes.found)
    return Loaded(programme=programme if sound else None, findings=notes.in_order(), draft=programme)


def read_flow(source: str, prompts: Mapping[str, str], version: str, file: str) -> Flow:
    """Reads a pinned version again from what was stored of it. Raises Unreadable if this is no flow."""
    notes = Notes()
    root = read_yaml(source, file, notes)
    reader = FlowReader(notes=notes)
    draft = reader.read(root, source=source, prompts=prompts, version=version) if root else None
    if draft is None or notes.found:
        raise Unreadable(notes.in_order())
    return draft.flow


def library(name: str) -> Path:
    """The folder of a programme that is shipped."""
    return _LIBRARY / name


@cache
def load_words() -> Mapping[str, str]:
    """The universal words in all languages: normalised phrase → word (STOP, HELP …)."""
    return _load_phrases("words.yaml", WORDS)


@cache
def load_signs() -> Mapping[str, str]:
    """What open answers speak of, in all languages: normalised phrase → sign (habits, home, hopeless …)."""
    return _load_phrases("signs.yaml", SIGNS)


def _load_phrases(file: str, known_words: AbstractSet[str]) -> Mapping[str, str]:
    notes = Notes()
    text = read_text(_LIBRARY / file, file, notes)
    root = read_yaml(text, file, notes) if text is not None else None
    phrases: dict[str, str] = {}
    for word, phrase in _phrases(root, known_words, notes):
        known = phrases.setdefault(normalise(phrase.value), word)
        if known != word:
            text = f"{quote(phrase.value)} is a phrase of {known} and of {word}."
            notes.add("Y007", phrase.place, text, "keep one of the two")
    if notes.found:
        raise Unreadable(notes.in_order())
    return MappingProxyType(phrases)


def flow_version(source: str, prompts: Mapping[str, str]) -> str:
    """The name of everything a flow says and does, in all locales."""
    return _digest({"flow": source, "prompts": dict(prompts)})


def _digest(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _top(name: str) -> Place:
    return Place(file=name, line=1, column=1)


def _phrases(root: Node | None, known: AbstractSet[str], notes: Notes) -> Iterable[tuple[str, Text]]:
    if not isinstance(root, Fields):
        return
    for word, languages in root.values.items():
        if word not in known:
            notes.add("F111", root.keys[word], f"{quote(word)} is not known here.", suggest(word, known))
        for phrases in languages.values.values() if isinstance(languages, Fields) else ():
            for phrase in phrases.items if isinstance(phrases, Items) else [phrases]:
                if isinstance(phrase, Text):
                    yield word, phrase
                else:
                    notes.add("Y022", phrase.place, "A phrase has to be text.", "put it in quotes")


def _outline(source: _Folder) -> Outline | None:
    text = source.read("programme.yaml")
    root = read_yaml(text, "programme.yaml", source.notes) if text is not None else None
    return read_outline(root, source.notes) if root else None


def _prompts(source: _Folder, outline: Outline | None) -> Prompts:
    found: dict[str, dict[str, str]] = {}
    for locale in source.names("prompts", folders=True):
        if outline and locale not in outline.locales:
            text = f"{quote(locale)} is no locale of this programme."
            source.notes.add("P303", _top(f"prompts/{locale}"), text, suggest(locale, outline.locales))
            continue
        for name in source.names(f"prompts/{locale}"):
            text_of = source.read(f"prompts/{locale}/{name}") if name.endswith(".j2") else None
            if text_of is not None:
                found.setdefault(name.removesuffix(".j2"), {})[locale] = text_of
    return found


def _drafts(source: _Folder, prompts: Prompts) -> dict[str, Draft]:
    drafts: dict[str, Draft] = {}
    for name in source.names("flows"):
        file = f"flows/{name}"
        if not name.endswith(".yaml"):
            source.notes.add("P308", _top(file), "This file is not read.", "name it <flow>.yaml, or move it away")
            continue
        draft = _draft(source, file, prompts.get(name.removesuffix(".yaml"), {}))
        if draft:
            drafts[name.removesuffix(".yaml")] = draft
    return drafts


def _draft(source: _Folder, file: str, prompts: Mapping[str, str]) -> Draft | None:
    text = source.read(file)
    root = read_yaml(text, file, source.notes) if text is not None else None
    if text is None or root is None:
        return None
    reader = FlowReader(notes=source.notes)
    return reader.read(root, source=text, prompts=prompts, version=flow_version(text, prompts))


def _broadcasts(source: _Folder) -> dict[str, BroadcastTemplate]:
    if "broadcasts.yaml" not in source.names("."):
        return {}
    text = source.read("broadcasts.yaml")
    root = read_yaml(text, "broadcasts.yaml", source.notes) if text is not None else None
    return read_broadcasts(root, source.notes) if root else {}


def _signposts(source: _Folder) -> tuple[Signpost, ...]:
    """Those that come with the program, with what the programme says of them, and its own."""
    known = {one.id: one for one in shipped_signposts()}
    text = source.read(SIGNPOSTS) if SIGNPOSTS in source.names(".") else None
    root = read_yaml(text, SIGNPOSTS, source.notes) if text is not None else None
    return read_signposts(root, known, source.notes)


def _calendar(source: _Folder) -> tuple[tuple[Entry, Mapping[str, Place]], ...]:
    if "calendar.yaml" not in source.names("."):
        return ()
    text = source.read("calendar.yaml")
    root = read_yaml(text, "calendar.yaml", source.notes) if text is not None else None
    return read_calendar(root, source.notes) if root else ()


def _join(
    source: _Folder,
    outline: Outline,
    prompts: Prompts,
    drafts: Mapping[str, Draft],
    broadcasts: Mapping[str, BroadcastTemplate],
    entries: Iterable[Entry],
) -> Programme:
    return Programme(
        id=outline.id,
        version=_digest(source.texts),
        title=outline.title,
        locales=outline.locales,
        areas=outline.areas,
        flows={name: draft.flow for name, draft in drafts.items()},
        entries=tuple(entries),
        broadcasts=broadcasts,
        texts=outline.texts,
        notice_version=outline.notice_version,
        welcome=outline.roles["welcome"],
        rights=outline.roles["rights"],
        thought=outline.roles["thought"],
        menu=outline.roles["menu"],
        mailbox=outline.roles["mailbox"],
        mailbox_limit=outline.mailbox_limit,
        rooms=outline.rooms,
        waves=outline.waves,
        ends=outline.ends,
        min_age=outline.min_age,
        gather=outline.gather,
        political=outline.political,
        inclusion=outline.inclusion,
        threshold=outline.threshold,
        red_minutes=outline.red_minutes,
        second_factor=outline.second_factor,
        quiet_from=outline.quiet[0],
        quiet_until=outline.quiet[1],
        quiet_until_sunday=outline.quiet[2],
        holidays=outline.holidays,
        stakeholders=outline.stakeholders,
        signposts=_signposts(source),
        prompts={name: sources for name, sources in prompts.items() if name not in drafts},
        files=dict(source.texts),
        audio=read_audio(
            source.path, outline.locales, {name: draft.flow for name, draft in drafts.items()}, source.notes
        ),
    )


def _wording(
    outline: Outline, prompts: Prompts, drafts: Mapping[str, Draft], unread: frozenset[str], notes: Notes
) -> None:
    """Every flow has a file of wording, and every file of wording belongs to something."""
    bases = [locale for locale, fallback in outline.locales.items() if not fallback]
    for name, draft in drafts.items():
        missing = [base for base in bases if base not in prompts.get(name, {})]
        if missing:
            text = f"The flow {name} has no wording in {missing[0]}."
            notes.add("F120", draft.flow.place, text, f"add prompts/{missing[0]}/{name}.j2")
    for name, sources in prompts.items():
        if name not in drafts and name not in unread and name not in _OTHER_TEMPLATES:
            place = _top(f"prompts/{min(sources)}/{name}.j2")
            notes.add("P304", place, f"There is no flow {name}.", suggest(name, drafts))
