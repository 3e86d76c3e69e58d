"""How a call to the Bot API ended, told from its error. Pure.

Only what proves that nothing was delivered is called not sent; all that may have arrived is uncertain.
"""

import re
from datetime import datetime, timedelta

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError

from bot.channels.base import File, Lost, Moved, NotNow, NotSent, Outcome, Refusal, Refused, Uncertain
from bot.channels.telegram.transport import NotDelivered, TooFast

NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "chat_id is empty", "have no rights to send")
NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
UNCHANGED = ("message is not modified",)
NOT_PARSED = ("can't parse entities",)
TOO_BIG = ("file is too big",)
NO_VOICES = ("voice_messages_forbidden",)
QUOTED = re.compile(r'"[^"]*"')


def says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    """Whether a refusal is one of these."""
    return isinstance(error, BadRequest) and any(phrase in str(error).lower() for phrase in phrases)


def outcome_of(error: TelegramError, now: datetime, *, whole_bot: bool = False) -> Outcome:
    """The outcome that an error means. `whole_bot`: going too fast concerns every chat."""
    match error:
        case NotDelivered():
            return NotSent(reason="no connection", retry_at=now + timedelta(seconds=1), whole_bot=True)
        case TooFast(seconds=seconds):
            return NotSent(reason="too fast", retry_at=now + timedelta(seconds=seconds), whole_bot=whole_bot)
        case InvalidToken():
            return NotSent(reason="the token is not accepted", pause=True)
        case ChatMigrated(new_chat_id=chat):
            return Moved(chat=str(chat))
        case Forbidden():
            return Refused(reason=Refusal.BLOCKED)
        case BadRequest() if says(error, NO_SUCH_CHAT):
            return Refused(reason=Refusal.GONE)
        case BadRequest():
            return Refused(reason=Refusal.INVALID, detail=QUOTED.sub('"…"', str(error))[:150])
        case _:
            return Uncertain(reason=type(error).__name__)


def place_of(told: object) -> tuple[str, int]:
    """Where a file is, and how long, as `getFile` tells it; "" when it does not."""
    if not isinstance(told, dict):
        return "", 0
    path, size = told.get("file_path"), told.get("file_size")
    known = isinstance(path, str) and ".." not in path
    return (str(path) if known else ""), (size if isinstance(size, int) else 0)


def file_of(error: TelegramError, now: datetime) -> File:
    """What it means that a file could not be had."""
    match error:
        case TooFast(seconds=seconds):
            return NotNow(reason="too fast", retry_at=now + timedelta(seconds=seconds))
        case BadRequest() if says(error, TOO_BIG):
            return Lost(reason="it is larger than Telegram gives to a bot")
        case BadRequest():
            return Lost(reason="Telegram does not have it any more")
        case _:
            return NotNow(reason=trouble_of(error))


def trouble_of(error: TelegramError) -> str:
    """What the team should know when a call that is not a message fails."""
    match error:
        case InvalidToken():
            return "the token is not accepted"
        case Conflict():
            return "another program polls this bot, or a webhook is set"
        case BadRequest():
            return "Telegram does not accept the request"
        case _:
            return f"Telegram does not answer ({type(error).__name__})"
