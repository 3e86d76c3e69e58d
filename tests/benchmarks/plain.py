"""The same six questions as python-telegram-bot's guide would have it: a ConversationHandler that keeps them in memory.

A process of its own: API.
"""

import asyncio
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

from tests.benchmarks.crowd import QUESTIONS, TOKEN
from tests.benchmarks.signs import ended, ready

ASKED: Sequence[tuple[str, tuple[str, ...]]] = (
    ("[1] Which part of Hull do you know best?", ("The centre", "The edge", "Outside")),
    ("[2] What makes a good day in Hull?", ()),
    ("[3] What shapes a day like that most?", ("Jobs", "Homes", "Health")),
    ("[4] And what makes a hard day?", ()),
    ("[5] Are the days getting better or worse?", ("Better", "About the same", "Worse")),
    ("[6] What would you change first?", ()),
    ("[7] That is all. Thank you.", ()),
)
kept = 0


async def ask(update: Update, number: int) -> int:
    """The next question, or the end."""
    text, labels = ASKED[number]
    keys = [[InlineKeyboardButton(label, callback_data=str(n))] for n, label in enumerate(labels)]
    assert update.effective_message
    await update.effective_message.reply_text(text, reply_markup=InlineKeyboardMarkup(keys) if keys else None)
    return number if number < QUESTIONS else ConversationHandler.END


async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """The first question."""
    assert context.user_data is not None
    context.user_data.clear()
    return await ask(update, 0)


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep one answer in memory."""
    global kept
    assert context.user_data is not None
    number = len(context.user_data)
    if update.callback_query:
        await update.callback_query.answer()
        context.user_data[number] = update.callback_query.data
    else:
        assert update.effective_message
        context.user_data[number] = update.effective_message.text
    kept += 1
    return await ask(update, number + 1)


def conversation() -> ConversationHandler[Any]:
    """A state a question."""
    tap, words = CallbackQueryHandler(answer), MessageHandler(filters.TEXT & ~filters.COMMAND, answer)
    states: dict[object, Any] = {n: [tap if ASKED[n][1] else words] for n in range(QUESTIONS)}
    return ConversationHandler(entry_points=[CommandHandler("start", begin)], states=states, fallbacks=[])


async def main(api: str) -> None:
    """Run until told to stop."""
    app = Application.builder().token(TOKEN).base_url(f"{api}/bot").build()
    app.add_handler(conversation())
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    async with app:
        assert app.updater
        await app.start()
        await app.updater.start_polling()
        ready("")
        await told.wait()
        await app.updater.stop()
        await app.stop()
    ended(kept)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it advises on per_message, which this conversation does not need
    asyncio.run(main(sys.argv[1]))
