"""A person's own data as messages: what is shown in the chat, and the copy they may take away."""

from collections.abc import Iterator
from datetime import datetime

from bot.messages import Document, Outgoing
from bot.script import Script
from bot.wording import Values
from prompts.markup import escape, plain
from storage.mine import OwnAnswer, OwnData
from storage.rows import to_json


def shown(script: Script, own: OwnData, locale: str, values: Values) -> Outgoing:
    """Everything, in the chat: consents first, then each answer with its words."""
    agreed = {item: answer for item, answer, _ in own.consents}
    catalogue = script.catalogue
    head = catalogue.render("common", locale, "my_data", {**values, "consents": agreed, "answers": len(own.answers)})
    lines = [f"{title}\n{escape(words)}" for title, words in _answers(script, own, locale, values)]
    return Outgoing(text="\n\n".join([head, *lines]))


def copies(script: Script, own: OwnData, locale: str, values: Values) -> tuple[Outgoing, ...]:
    """The same to take away: a file to read and a file for machines."""
    text = "\n\n".join(f"{plain(title)}\n{words}" for title, words in _answers(script, own, locale, values))
    message = script.catalogue.render("common", locale, "my_data_copy", values)
    return (
        Outgoing(text=message, document=Document(name="my-answers.txt", text=text + "\n")),
        Outgoing(text="my-answers.json", document=Document(name="my-answers.json", text=to_json(own))),
    )


def _answers(script: Script, own: OwnData, locale: str, values: Values) -> Iterator[tuple[str, str]]:
    now = values["now"]
    zone = now.tzinfo if isinstance(now, datetime) else None
    for answer in own.answers:
        about = {**_about(answer), "at": answer.at.astimezone(zone)}
        title = script.catalogue.render("common", locale, "my_answer", {**values, **about})
        yield title, _words(answer)


def _about(answer: OwnAnswer) -> dict[str, object]:
    return {
        "flow": answer.flow.replace("_", " "),
        "step": answer.step.replace("_", " "),
        "share": answer.share,
        "withdrawn": answer.withdrawn,
    }


def _words(answer: OwnAnswer) -> str:
    """The answer as given: every message of an open one, voice notes named, else the option that was picked."""
    if answer.parts:
        return "\n".join(
            part.text or f"[{part.media_kind} {part.seconds // 60}:{part.seconds % 60:02}]"
            for part in answer.parts
            if not part.replaced
        )
    value = answer.value
    if value is None:
        return "–"
    return ", ".join(value) if isinstance(value, list) else str(value)
