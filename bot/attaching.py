"""What goes with a message: a sound or picture, by its key until it is sent; and the button that asks for one."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from bot.messages import Attachment, Choice, Outgoing
from flows.definition import Flow, Programme
from prompts.catalogue import Catalogue
from storage.files import Files

Load = Callable[[str], bytes | None]
RECORDING = "recording:"
READ_OUT = "audio:"
HEAR = "option__hear"
"""The label of the button under a step that is read out."""


def of_recording(kind: str, name: str, mime: str) -> Attachment:
    """A voice note or photo that somebody gave."""
    return Attachment(kind="photo" if kind == "photo" else "voice", key=RECORDING + name, mime=mime)


def of_wording(name: str) -> Attachment:
    """A sound of the programme: a step that is read out."""
    return Attachment(kind="voice", key=READ_OUT + name, mime="audio/ogg")


def loader(files: Files, audio: Mapping[str, Path]) -> Load:
    """Reads both: recordings from their folder, sounds from the programme's. None: it is not there any more."""

    def load(key: str) -> bytes | None:
        if key.startswith(RECORDING):
            return files.read(key.removeprefix(RECORDING))
        path = audio.get(key.removeprefix(READ_OUT))
        return path.read_bytes() if path and path.is_file() else None

    return load


def filled(message: Outgoing, load: Load) -> Outgoing:
    """The message with the bytes of what goes with it; without it when it is not there any more."""
    if message.attachment is None:
        return message
    content = load(message.attachment.key)
    attachment = msgspec.structs.replace(message.attachment, content=content) if content else None
    return msgspec.structs.replace(message, attachment=attachment)


def sound_of(programme: Programme, flow: Flow, step: str, locale: str) -> str:
    """The name of the sound that reads this step out in this language; "" for none, or when the words are older."""
    name = f"{locale}/{flow.id}/{step}"
    current = programme.flows.get(flow.id)
    return name if name in programme.audio and current is not None and current.version == flow.version else ""


def with_button(message: Outgoing, sound: str, label: str) -> Outgoing:
    """The message with the button under which the sound is found, last."""
    return msgspec.structs.replace(message, choices=(*message.choices, Choice(token=token_of(sound), label=label)))


def token_of(sound: str) -> str:
    """What the button carries; names are too long for one."""
    return f"a.{hashlib.sha256(sound.encode()).hexdigest()[:24]}"


def misfits(programme: Programme, catalogue: Catalogue) -> Iterator[tuple[tuple[str, str, str], str, str]]:
    """Steps whose sound says the same to everybody while their wording does not: where, what is wrong, what to do."""
    for name in programme.audio:
        locale, flow, step = name.split("/")
        template = programme.flows[flow].version
        named = ", ".join(sorted(catalogue.placeholders(template, locale, step)))
        if named:
            text = f"The sound of {step} says the same to everybody, but its wording names {named}."
            yield (template, locale, step), text, "take the sound away, or the names out of the wording"
