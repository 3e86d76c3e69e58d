"""A person's own data as messages: what is shown in the chat, and the copy they may take away, recordings included."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from bot.attaching import Load, of_recording
from bot.messages import Attachment, Document, Outgoing
from bot.script import Script
from bot.wording import Values, Wording
from flows.definition import Step
from flows.effects import Line
from prompts.catalogue import WordingError
from prompts.markup import escape, plain
from storage.mine import OwnAnswer, OwnData, OwnPart
from storage.reflections import OPEN
from storage.rows import to_json


def shown(script: Script, own: OwnData, locale: str, values: Values) -> Outgoing:
    """Everything, in the chat: consents first, then each answer with its words."""
    agreed = {item: answer for item, answer, _ in own.consents}
    catalogue = script.catalogue
    head = catalogue.render("common", locale, "my_data", {**values, "consents": agreed, "answers": len(own.answers)})
    lines = [f"{title}\n{escape(words)}" for title, words in _answers(script, own, locale, values)]
    return Outgoing(text="\n\n".join([head, *lines]))


def copies(script: Script, own: OwnData, locale: str, values: Values) -> tuple[Outgoing, ...]:
    """The same to take away: a file to read, a file for machines, and every voice note and photo that is kept."""
    text = "\n\n".join(f"{plain(title)}\n{words}" for title, words in _answers(script, own, locale, values))
    message = script.catalogue.render("common", locale, "my_data_copy", values)
    kept = [part for answer in own.answers for part in answer.parts if part.recording]
    return (
        Outgoing(text=message, document=Document(name="my-answers.txt", text=text + "\n")),
        Outgoing(text="my-answers.json", document=Document(name="my-answers.json", text=to_json(own))),
        *(Outgoing(text=part.recording, attachment=_attached(part)) for part in kept),
    )


def packed(messages: Iterable[Outgoing], load: Load) -> bytes:
    """The same as one file for somebody who has no chat: a zip with the documents and the recordings."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as made:
        for message in messages:
            if message.document:
                made.writestr(message.document.name, message.document.text)
            elif message.attachment and (content := load(message.attachment.key)):
                made.writestr(f"{plain(message.text)}-{message.attachment.name}", content)
    return file.getvalue()


def _attached(part: OwnPart) -> Attachment:
    return of_recording(part.media_kind, part.recording, part.mime)


def _answers(script: Script, own: OwnData, locale: str, values: Values) -> Iterator[tuple[str, str]]:
    """Each answer under the question as it was asked. Consents are told before, by their names."""
    now = values["now"]
    zone = now.tzinfo if isinstance(now, datetime) else None
    wording = Wording(script)
    for answer in own.answers:
        step = _step(script, answer)
        if step is not None and step.stores.startswith("consent."):
            continue
        about = {
            "question": _question(script, answer, locale, values),
            "at": answer.at.astimezone(zone),
            "share": answer.share,
            "withdrawn": answer.withdrawn,
        }
        title = script.catalogue.render("common", locale, "my_answer", {**values, **about})
        labels = partial(_label, wording, answer, locale, values)
        yield title, _words(answer, labels, partial(_spoken, script, locale, values))


def _label(wording: Wording, answer: OwnAnswer, locale: str, values: Values, key: str) -> str:
    return wording.option(answer.version, answer.step, key, locale, values)


def _step(script: Script, answer: OwnAnswer) -> Step | None:
    """The step of a flow version that is still at hand."""
    steps = script.flow(answer.version).steps if script.knows(answer.version) else ()
    return next((step for step in steps if step.id == answer.step), None)


def _question(script: Script, answer: OwnAnswer, locale: str, values: Values) -> str:
    """The question in its own words; for one that is out of use, its name."""
    if script.knows(answer.version):
        with suppress(WordingError):
            line = Line(block=answer.step)
            return " ".join(plain(Wording(script).line(line, answer.version, locale, values)).split())
    return f"{answer.flow}: {answer.step}".replace("_", " ")


def _spoken(script: Script, locale: str, values: Values, part: OwnPart) -> str:
    """A voice note, photo or place by its name, with what the team wrote down of it."""
    now = values["now"]
    zone = now.tzinfo if isinstance(now, datetime) else None
    heard = [{"text": one.text, "at": one.at.astimezone(zone)} for one in part.transcripts]
    length = f"{part.seconds // 60}:{part.seconds % 60:02}" if part.seconds else ""
    about = {"kind": part.media_kind, "length": length, "recording": part.recording, "heard": heard}
    return plain(script.catalogue.render("common", locale, "my_recording", {**values, **about}))


def _words(answer: OwnAnswer, label: Callable[[str], str], spoken: Callable[[OwnPart], str]) -> str:
    """The answer as given: every message of an open one, recordings named; else, or besides, what was picked."""
    said = [part.text or spoken(part) for part in answer.parts if not part.replaced]
    if said and (answer.value is None or answer.kind in OPEN):
        return "\n".join(said)
    return "\n".join([_picked(answer, label), *said])


def _picked(answer: OwnAnswer, label: Callable[[str], str]) -> str:
    match answer.value:
        case None:
            return "–"
        case list(keys):
            return ", ".join(map(label, keys))
        case str(key):
            return label(key)
        case number:
            return str(number)
