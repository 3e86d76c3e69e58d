"""The open mailbox: anybody may write to it without an invitation, and nothing of who they are is kept.

While they write they are a guest, a person without a place in the programme. The end of the conversation turns what
they said into an entry and the guest into nobody, in one transaction. People who take part are told that they do
not need it: what they say has a name to it already, and the mailbox could not honestly promise them otherwise.
"""

from typing import Final

from bot import guests, joining
from bot.actions import close_mailbox, dissolve, today
from bot.messages import Choice, Content, Shown, Start, Tap, Unsupported, Words
from bot.turn import Turn
from flows.events import Resumed
from flows.mailbox import WORD
from flows.words import universal
from storage import invites, mailbox
from storage.rows import new_id
from storage.scenes import Person

TOKEN: Final = "d.mailbox"
"""Of the button at the door."""
NOTHING_KEPT: Final = ("STOP", "DELETE")
FLOWS_ON: Final = ("", "SKIP", "BACK", "DONE")
"""Words that mean in the mailbox what they mean everywhere."""


def asked_for(turn: Turn, content: Content) -> bool:
    """Whether somebody wants to write to the mailbox, and there is one."""
    if not turn.batch.script.programme.mailbox:
        return False
    match content:
        case Start(code=code):
            return _locale_in(turn, code) is not None
        case Words(text=text):
            return universal(text, turn.batch.script.words) == WORD
        case Tap(token=token):
            return token == TOKEN
    return False


def door(turn: Turn) -> tuple[Choice, ...]:
    """The button with which a stranger finds the mailbox."""
    if not turn.batch.script.programme.mailbox:
        return ()
    return (Choice(token=TOKEN, label=turn.batch.wording.impersonal("option__mailbox").text),)


async def begin(turn: Turn, content: Content) -> None:
    """Somebody we do not know writes to the mailbox, unless this account has done so often enough for today."""
    programme = turn.batch.script.programme
    if await mailbox.written(turn.batch.conn, turn.scene.place, today(turn)) >= programme.mailbox_limit:
        turn.farewell = True
        turn.impersonal("mailbox_full")
        return
    locale = _locale_in(turn, content.code) if isinstance(content, Start) else ""
    id = new_id()
    turn.scene.person = Person(
        id=id,
        role="guest",
        area="",
        code_name=f"guest-{id}",
        state="joining",
        locale=locale or next(iter(programme.locales)),
        joined_at=turn.at,
        last_heard_at=turn.at,
    )
    turn.batch.changes.person(turn.scene)
    turn.batch.changes.contact(turn.scene)
    await turn.begin(programme.mailbox)


async def known(turn: Turn) -> None:
    """Somebody who talks with us already wants to write to the mailbox."""
    left = turn.scene.person is not None and turn.scene.person.state == "stopped"
    turn.say("stopped_note" if left else "mailbox_known")
    if turn.scene.runs and turn.goes_on():
        await turn.play(turn.scene.runs[-1], Resumed(at=turn.at))


async def hear(turn: Turn, content: Content) -> Content | None:
    """What is different for a guest. What is returned goes on to the flow, None goes nowhere."""
    match content:
        case Start(code=code):
            if not await _comes_in(turn, code):
                await _again(turn, "unknown_code" if code and not asked_for(turn, content) else "")
            return None
        case Shown(caption=caption, message=message):
            turn.say("mailbox_words_only")
            return Words(text=caption, message=message) if caption else None
        case Unsupported():
            turn.say("mailbox_words_only")
            return None
        case Tap(token=token) if token == TOKEN:
            await _again(turn, "")
            return None
        case Words(text=text):
            return content if not await _word(turn, text) else None
    return content


async def _word(turn: Turn, text: str) -> bool:
    """A word that works at any time, or a code."""
    word = universal(text, turn.batch.script.words)
    if word in NOTHING_KEPT:
        await guests.take_back(turn)
        turn.say("mailbox_dropped")
        await dissolve(turn)
    elif word not in FLOWS_ON:
        await _again(turn, "" if word == WORD else "mailbox_help")
    else:
        return await _comes_in(turn, text)
    return True


async def _again(turn: Turn, block: str) -> None:
    """Say this, and ask the open question again."""
    if block:
        turn.say(block)
    for open_run in turn.scene.runs[-1:]:
        await turn.play(open_run, Resumed(at=turn.at))


async def _comes_in(turn: Turn, code: str) -> bool:
    """A guest brings a code: what they said is kept as an entry, and whoever they are now comes in by the door."""
    invite = await invites.find(turn.batch.conn, code) if 0 < len(code) <= joining.LONGEST else None
    if invite is None or not invite.good(turn.at):
        return False
    await close_mailbox(turn)
    turn.farewell = False
    return await joining.join(turn, code)


def _locale_in(turn: Turn, code: str) -> str | None:
    """The language that a link to the mailbox asks for, "" for none; None: it is no link to the mailbox."""
    word, dash, locale = code.strip().casefold().partition("-")
    if word != WORD.casefold():
        return None
    return locale if not dash or locale in turn.batch.script.programme.locales else None
