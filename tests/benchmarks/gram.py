"""The same six questions as aiogram's guide would have it: states, and what is known of a person in its storage.

A process of its own: API [REDIS]. Without an address of Redis all is in memory.
"""

import asyncio
import signal
import sys
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.benchmarks.crowd import QUESTIONS, TOKEN
from tests.benchmarks.plain import ASKED
from tests.benchmarks.signs import ended, ready

STATES = [State(f"q{n}", group_name="six") for n in range(QUESTIONS)]


async def begin(message: Message, state: FSMContext) -> None:
    """The first question."""
    await ask(message, state, 0)


async def tapped(query: CallbackQuery, state: FSMContext) -> None:
    """A button was pressed."""
    await query.answer()
    await keep(query.message, state, query.data)


async def said(message: Message, state: FSMContext) -> None:
    """Somebody has written."""
    await keep(message, state, message.text)


async def keep(message: Message, state: FSMContext, answer: str) -> None:
    """One more answer in the storage, and the next question."""
    known = await state.get_data()
    await state.update_data(answers=[*known.get("answers", []), answer])
    at = await state.get_state()
    await ask(message, state, int(at[-1]) + 1)


async def ask(message: Message, state: FSMContext, number: int) -> None:
    """The state first: an answer may come at once."""
    text, labels = ASKED[number]
    keys = [[InlineKeyboardButton(text=label, callback_data=str(n))] for n, label in enumerate(labels)]
    await state.set_state(STATES[number] if number < QUESTIONS else None)
    await message.answer(text, reply_markup=InlineKeyboardMarkup(inline_keyboard=keys) if keys else None)


def conversation() -> Router:
    """A handler a question."""
    router = Router()
    router.message.register(begin, CommandStart())
    for state, (_, labels) in zip(STATES, ASKED, strict=False):
        if labels:
            router.callback_query.register(tapped, StateFilter(state))
        else:
            router.message.register(said, StateFilter(state))
    return router


async def count(storage: Any) -> int:
    """How many answers the storage holds."""
    if isinstance(storage, MemoryStorage):
        return sum(len(known.data.get("answers", ())) for known in storage.storage.values())
    keys = [key async for key in storage.redis.scan_iter("fsm:*:data")]
    return sum([len(storage.json_loads(await storage.redis.get(key)).get("answers", ())) for key in keys])


async def main(api: str, redis: str = "") -> None:
    """Run until told to stop; say how many answers there are."""
    storage = RedisStorage.from_url(redis) if redis else MemoryStorage()
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(conversation())
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    ready("")
    await told.wait()
    await dispatcher.stop_polling()
    await polling
    ended(await count(storage))
    await storage.close()
    await bot.session.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
