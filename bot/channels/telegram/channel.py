"""Telegram as one of our channels. The library is a typed client here: it neither polls, retries nor remembers."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channels.base import Accept, Fetched, File, Lost, NotNow, Outcome, Refusal, Refused, Sent, Uncertain
from bot.channels.telegram import outbound, outcomes
from bot.channels.telegram.inbound import WANTED
from bot.channels.telegram.outcomes import NO_SUCH_CHAT
from bot.channels.telegram.polling import LONGEST, STALLED, Poller, Sleep
from bot.channels.telegram.transport import PATIENCE, Client, TooFast
from bot.channels.telegram.webhook import Webhook
from bot.messages import Address, Outgoing

log = logging.getLogger(__name__)

API = "https://api.telegram.org"
APART = timedelta(seconds=60)  # two clocks further apart: one of them is wrong
TOGETHER = timedelta(seconds=5)  # two chats refused within this time: the bot as a whole is too fast


class TelegramChannel:
    """One bot. Polls, unless a public address for a webhook is given."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        now: Callable[[], datetime],
        *,
        api_base: str = API,
        webhook_url: str = "",
        webhook_secret: str = "",
        paid: bool = False,
        patience: float = PATIENCE,
        stalled: float = STALLED,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.bot = token.partition(":")[0]
        self.client = Client.make(token, api_base, patience=patience)
        self.webhook = Webhook(webhook_secret, self.bot, now) if webhook_url else None
        self.one_listener = self.webhook is None  # a second one that polls is refused with 409
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        self._paid = paid
        self._now = now
        self._sleep = sleep
        self._poller = Poller(self.client, self.bot, now, self._answer, stalled=stalled, sleep=sleep)
        self._answers: set[asyncio.Task[None]] = set()
        self._too_fast: tuple[str, datetime] | None = None
        self._not_ready = ""
        self._clock_is_wrong = ""

    @property
    def trouble(self) -> str:
        """What keeps updates from coming in; "" when nothing does."""
        return self._not_ready or self._poller.trouble or self._clock_is_wrong

    async def username(self) -> str:
        """The bot's public name, for links; "" while Telegram cannot be asked."""
        try:
            me = await self.client.call("getMe", {})
        except TelegramError:
            return ""
        return str(me.get("username", "")) if isinstance(me, dict) else ""

    async def refused(self) -> bool:
        """Whether Telegram does not accept the token. False while it cannot be asked."""
        try:
            await self.client.call("getMe", {})
        except InvalidToken:
            return True
        except TelegramError:
            return False
        self._compare_clocks()
        return False

    def _compare_clocks(self) -> None:
        """With a wrong clock, prompts go out at the wrong time; nobody can say here whose it is."""
        try:
            apart = parsedate_to_datetime(self.client.date) - self._now()
        except (TypeError, ValueError):
            return  # it told no time
        self._clock_is_wrong = ""
        if abs(apart) > APART:
            seconds = round(apart.total_seconds())
            log.error("telegram.clock_is_wrong bot=%s seconds=%d", self.bot, seconds)
            self._clock_is_wrong = f"the clock of this machine is {abs(seconds)} seconds away from Telegram's"

    async def receive(self, accept: Accept) -> None:
        """Take in updates until cancelled."""
        if self.webhook is None:
            await self._insist("deleteWebhook", {"drop_pending_updates": False})
            await self._poller.run(accept)
            return
        self.webhook.accept = accept
        wanted = {"url": self._webhook_url, "secret_token": self._webhook_secret, "allowed_updates": WANTED}
        await self._insist("setWebhook", {**wanted, "drop_pending_updates": False})
        await asyncio.Event().wait()

    async def _insist(self, method: str, parameters: dict[str, object]) -> None:
        """Say it until it is heard."""
        wait = 1.0
        while True:
            try:
                await self.client.call(method, parameters)
            except TelegramError as error:
                trouble = outcomes.trouble_of(error)
                if trouble != self._not_ready:
                    log.error("telegram.not_ready bot=%s call=%s trouble=%s", self.bot, method, trouble)
                self._not_ready = trouble
                await self._sleep(wait)
                wait = min(LONGEST, wait * 2)
            else:
                self._not_ready = ""
                return

    def fit(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """Cut one message into those that Telegram takes."""
        return outbound.fit(message)

    async def send(self, address: Address, message: Outgoing, outbox_id: int) -> Outcome:
        """Try once. Telegram knows no keys for repeats, so `outbox_id` cannot help here."""
        try:
            return await self._deliver(outbound.call(address.chat, message, paid=self._paid), message)
        except outbound.Unfit as error:
            return Refused(reason=Refusal.INVALID, detail=str(error))
        except TelegramError as error:
            return outcomes.outcome_of(error, self._now(), whole_bot=self._whole_bot(error, address.chat))

    async def _deliver(self, call: outbound.Call, message: Outgoing) -> Outcome:
        """A second call follows only a refusal that proves the first delivered nothing."""
        try:
            return _sent(await self.client.call(call.method, call.parameters), message.edit_of)
        except TelegramError as error:
            if message.edit_of and outcomes.says(error, outcomes.UNCHANGED):
                return Sent(id=message.edit_of)
            other = _otherwise(call, message, error)
            if other is None:
                raise
        return _sent(await self.client.call(other.method, other.parameters), "")

    async def fetch(self, reference: str, most: int) -> File:
        """Ask where the file is, and load it from there."""
        try:
            told = await self.client.call("getFile", {"file_id": reference})
            path, size = outcomes.place_of(told)
            if not path or size > most:
                return Lost(reason="it is too large" if path else "Telegram does not say where it is")
            status, content = await self.client.download(path, most)
        except TelegramError as error:
            return outcomes.file_of(error, self._now())
        if status != HTTPStatus.OK or len(content) < size:
            return NotNow(reason=f"Telegram answered {status}" if status != HTTPStatus.OK else "it came cut short")
        return Fetched(content=content) if len(content) <= most else Lost(reason="it is too large")

    def _whole_bot(self, error: TelegramError, chat: str) -> bool:
        """Too fast for one chat is that chat's matter; for a second one soon after, it is the bot's."""
        if not isinstance(error, TooFast):
            return False
        last, now = self._too_fast, self._now()
        self._too_fast = chat, now
        return last is not None and last[0] != chat and now - last[1] < TOGETHER

    def _answer(self, callback: str) -> None:
        """Stop a button's spinner, if it can be done at once."""
        task = asyncio.create_task(self._stop_spinner(callback))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _stop_spinner(self, callback: str) -> None:
        try:
            await self.client.call("answerCallbackQuery", {"callback_query_id": callback})
        except TelegramError as error:
            log.info("telegram.callback_not_answered error=%s", type(error).__name__)

    async def close(self) -> None:
        """Let go of connections."""
        for task in list(self._answers):
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self.client.close_connections()


def _sent(reply: object, edited: str) -> Outcome:
    """The message the platform tells of."""
    id = reply.get("message_id") if isinstance(reply, dict) else None
    if id is None:
        return Sent(id=edited) if edited else Uncertain(reason="the reply names no message")
    return Sent(id=str(id))


def _otherwise(call: outbound.Call, message: Outgoing, error: TelegramError) -> outbound.Call | None:
    """What to try instead of what was refused: a new message, a file for a voice note, plain words for markup.

    What was to be paid for goes at no cost: the bot may have nothing to pay with.
    """
    if message.edit_of and outcomes.says(error, outcomes.NOT_EDITABLE):
        return outbound.anew(call)
    if call.method == "sendVoice" and outcomes.says(error, outcomes.NO_VOICES):
        return outbound.as_file(call)
    if outcomes.says(error, outcomes.NOT_PARSED):
        log.error("telegram.markup_refused")
        return outbound.in_plain_words(call, message)
    if outbound.PAID in call.parameters and isinstance(error, BadRequest) and not outcomes.says(error, NO_SUCH_CHAT):
        log.warning("telegram.not_paid")
        return outbound.for_nothing(call)
    return None
