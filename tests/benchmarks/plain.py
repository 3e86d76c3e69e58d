"""The same six questions as python-telegram-bot's guide would have it: a ConversationHandler.

A process of its own: API [pickle|sqlalchemy FILE]. Without a file all is in memory. `pickle` is PicklePersistence;
`sqlalchemy` commits each answer to SQLite before the next question, where people are in it stays in memory.
"""

import asyncio
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
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
SAVED_EVERY = 1.0
"""Seconds between two saves of PicklePersistence; it would take 60 by itself, and lose as much."""


class Base(DeclarativeBase):
    """What SQLAlchemy's guide begins with."""


class Given(Base):
    """One answer."""

    __tablename__ = "given"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[int]
    number: Mapped[int]
    text: Mapped[str]


class Table:
    """Answers in SQLite, each committed by itself. As careful with the disk as ours: write-ahead log, full fsync."""

    def __init__(self, file: str) -> None:
        self._engine = create_async_engine(f"sqlite+aiosqlite:///{file}")

    async def open(self) -> None:
        """Make the table, if it is not there."""
        async with self._engine.begin() as conn:
            await conn.execute(sa.text("PRAGMA journal_mode = wal"))
            await conn.run_sync(Base.metadata.create_all)

    async def add(self, given: Given) -> None:
        """One answer, on disk."""
        async with AsyncSession(self._engine) as session, session.begin():
            await session.execute(sa.text("PRAGMA synchronous = full"))
            session.add(given)

    async def count(self) -> int:
        """How many there are."""
        async with self._engine.connect() as conn:
            found = await conn.scalar(sa.select(sa.func.count()).select_from(Given))
        await self._engine.dispose()
        return found or 0


class Six:
    """The conversation, and where its answers go."""

    def __init__(self, table: Table | None = None) -> None:
        self._table = table

    def handler(self, *, persistent: bool) -> ConversationHandler[Any]:
        """A state a question."""
        tap, words = CallbackQueryHandler(self.answer), MessageHandler(filters.TEXT & ~filters.COMMAND, self.answer)
        states: dict[object, Any] = {n: [tap if ASKED[n][1] else words] for n in range(QUESTIONS)}
        begin: CommandHandler[Any, Any] = CommandHandler("start", self.begin)
        return ConversationHandler(entry_points=[begin], states=states, fallbacks=[], name="six", persistent=persistent)

    async def begin(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        """The first question."""
        assert context.user_data is not None
        context.user_data["at"] = 0
        return await self._ask(update, 0)

    async def answer(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        """Keep one answer, and ask the next question."""
        assert context.user_data is not None
        number = context.user_data["at"]
        await self._keep(update, context.user_data, number, await _said(update))
        context.user_data["at"] = number + 1
        return await self._ask(update, number + 1)

    async def _keep(self, update: Update, known: dict[Any, Any], number: int, said: str) -> None:
        if self._table:
            assert update.effective_chat
            await self._table.add(Given(chat=update.effective_chat.id, number=number, text=said))
        else:
            known.setdefault("answers", []).append(said)

    async def _ask(self, update: Update, number: int) -> int:
        text, labels = ASKED[number]
        keys = [[InlineKeyboardButton(label, callback_data=str(n))] for n, label in enumerate(labels)]
        assert update.effective_message
        await update.effective_message.reply_text(text, reply_markup=InlineKeyboardMarkup(keys) if keys else None)
        return number if number < QUESTIONS else ConversationHandler.END


async def _said(update: Update) -> str:
    if update.callback_query:
        await update.callback_query.answer()
        return update.callback_query.data or ""
    assert update.effective_message
    return update.effective_message.text or ""


async def main(api: str, way: str = "", file: str = "") -> None:
    """Run until told to stop; say how many answers there are."""
    table = Table(file) if way == "sqlalchemy" else None
    if table:
        await table.open()
    builder = Application.builder().token(TOKEN).base_url(f"{api}/bot")
    if way == "pickle":
        builder = builder.persistence(PicklePersistence(file, update_interval=SAVED_EVERY))
    app = builder.build()
    app.add_handler(Six(table).handler(persistent=way == "pickle"))
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
        kept = sum(len(known.get("answers", ())) for known in app.user_data.values())
    ended(await table.count() if table else kept)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it advises on per_message, which this conversation does not need
    asyncio.run(main(*sys.argv[1:]))
