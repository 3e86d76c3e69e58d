"""One workspace as one of our channels: its people, by their ids in it, and the token that lets us write to them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Accept, Fetched, File, Lost, NotNow, NotSent, Outcome, Refusal, Refused, Sent, Uncertain
from bot.channels.runs import runs
from bot.channels.slack import outbound, outcomes
from bot.channels.slack.history import History
from bot.channels.slack.intake import Intake
from bot.channels.slack.mrkdwn import mrkdwn
from bot.channels.slack.transport import API, PATIENCE, Client, Declined, Trouble, Unclear
from bot.messages import Address, Inbound, Outgoing

log = logging.getLogger(__name__)

TIME_TO_STORE = 2.5  # seconds; Slack waits three
TOGETHER = timedelta(seconds=5)  # two people refused within this time: the workspace as a whole is too fast
LATER = 600.0  # seconds until Slack has told everything again that it ever will
AT_ONCE = 1.0
SOON = timedelta(seconds=30)  # when a message that could not be looked up is looked up again
NO_TOKEN = "the app is not installed in this workspace"

Sleep = Callable[[float], Awaitable[None]]


class SlackChannel:
    """One workspace. What Slack tells is handed over by the app, which knows all of them."""

    name = "slack"
    one_listener = False

    def __init__(
        self,
        team: str,
        token: str,
        now: Callable[[], datetime],
        *,
        api_base: str = API,
        patience: float = PATIENCE,
        time_to_store: float = TIME_TO_STORE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.bot = team
        self.client = Client(token, api_base, patience=patience)
        self.installed_at: datetime | None = None
        self._now = now
        self._sleep = sleep
        self._time_to_store = time_to_store
        self._intake = Intake()
        self._history = History(self.client, team, now, sleep)
        self._missed = asyncio.Event()
        self._patience = AT_ONCE
        self._sheets: set[asyncio.Task[None]] = set()
        self._too_fast: tuple[str, datetime] | None = None

    # ── in ───────────────────────────────────────────────────────────────────────────────────────────────────
    async def receive(self, accept: Accept) -> None:
        """Take in what the app hands over until cancelled; look up in the conversations what nobody told us."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._intake.run(accept))
            while True:
                self._missed.clear()
                await self._history.catch_up(accept)
                await self._missed.wait()
                await self._sleep(self._patience)

    async def hand_over(self, found: Sequence[Inbound]) -> bool:
        """Whether these are on disk, so that Slack may be told "received"."""
        stored = await self._intake.put(found, self._time_to_store)
        if not stored:
            self.missed(LATER)
        return stored

    def missed(self, wait: float = AT_ONCE) -> None:
        """Something may have been said that we were not told: look it up, unless Slack tells it by then."""
        self._patience = wait
        self._missed.set()

    def open_sheet(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Open a sheet to write on, if it can be done at once: the key that Slack gave is good for three seconds."""
        task = asyncio.create_task(self._open_sheet(trigger, view))
        self._sheets.add(task)
        task.add_done_callback(self._sheets.discard)

    async def _open_sheet(self, trigger: str, view: Mapping[str, Any]) -> None:
        try:
            await self.client.call("views.open", {"trigger_id": trigger, "view": dict(view)})
        except Trouble as trouble:
            log.warning("slack.sheet_not_opened error=%s", _name(trouble))

    # ── out ──────────────────────────────────────────────────────────────────────────────────────────────────
    def fit(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """Cut one message into those that Slack takes."""
        return outbound.fit(message)

    async def send(self, address: Address, message: Outgoing, outbox_id: int) -> Outcome:
        """Try once. The number goes with the message, so that `reconcile` finds it."""
        if not self.client.token:
            return NotSent(reason=NO_TOKEN, pause=True)
        try:
            if message.document:
                written = message.document
                return await self._hand_in(address.chat, message, written.name, written.text.encode(), outbox_id)
            if message.attachment:
                sound = message.attachment
                return await self._hand_in(address.chat, message, sound.name, sound.content, outbox_id)
            return await self._deliver(address.chat, message, outbox_id)
        except outbound.Unfit as error:
            return Refused(reason=Refusal.INVALID, detail=str(error))
        except Trouble as trouble:
            return outcomes.outcome_of(trouble, self._now(), whole_bot=self._whole_bot(trouble, address.chat))

    async def reconcile(self, address: Address, outbox_id: int) -> Outcome | None:
        """Whether an earlier try did arrive. None: it did not, and may be sent again."""
        try:
            return await self._history.find(address.chat, outbox_id)
        except Trouble as trouble:
            outcome = outcomes.outcome_of(trouble, self._now())
            unknown = NotSent(reason="cannot be looked up", retry_at=self._now() + SOON)
            return outcome if isinstance(outcome, NotSent) else unknown

    async def refused(self) -> str:
        """Why Slack does not take the token, in its own word; "" when it does, or cannot be asked."""
        try:
            await self.client.look("auth.test", {})
        except Declined as no:
            return no.error if no.error in outcomes.NOT_OURS else ""
        except Trouble:
            return ""
        return ""

    async def whose(self, email: str) -> str:
        """The id of whoever has this e-mail address here, to be invited; "" when nobody has. Raises `Trouble`."""
        try:
            found = (await self.client.look("users.lookupByEmail", {"email": email})).get("user")
        except Declined as no:
            if no.error != "users_not_found":
                raise
            return ""
        if not isinstance(found, Mapping) or found.get("deleted") or found.get("is_bot"):
            return ""
        return str(found.get("id", ""))

    async def _deliver(self, chat: str, message: Outgoing, outbox_id: int) -> Outcome:
        """A second call follows only a refusal that proves the first delivered nothing."""
        call = outbound.call(chat, message, outbox_id)
        try:
            return _sent(await self.client.call(call.method, call.parameters), message)
        except Declined as no:
            other = _otherwise(chat, call, no.error)
            if other is None:
                raise
        return _sent(await self.client.call(other.method, other.parameters), message)

    async def _hand_in(self, chat: str, message: Outgoing, name: str, content: bytes, outbox_id: int) -> Outcome:
        """A file is uploaded first; only the last step shows it to anybody. Its name carries the number."""
        about = {"filename": outbound.numbered(name, outbox_id), "length": len(content)}
        try:
            channel = await self._history.conversation(chat)
            place = await self.client.look("files.getUploadURLExternal", about)
            await self.client.upload(str(place.get("upload_url", "")), content)
        except Unclear as trouble:
            return NotSent(reason=str(trouble), retry_at=self._now() + SOON)
        file = {"id": str(place.get("file_id", "")), "title": name}
        words = {"initial_comment": mrkdwn(runs(message.text))} if message.text.strip() else {}
        await self.client.call("files.completeUploadExternal", {"files": [file], "channel_id": channel, **words})
        return Sent(id=f"{channel}:{file['id']}")

    async def fetch(self, reference: str, most: int) -> File:
        """Ask where the file is, and load it from there."""
        try:
            told = (await self.client.look("files.info", {"file": reference})).get("file")
            place, size = outcomes.place_of(told)
            if not place or size > most:
                return Lost(reason="it is too large" if place else "Slack does not say where it is")
            content = await self.client.download(place, most)
        except Declined as no:
            return outcomes.file_of(no, self._now())
        except Trouble as trouble:
            return NotNow(reason=str(trouble)[:100])
        if len(content) < size:
            return NotNow(reason="it came cut short")
        return Fetched(content=content) if len(content) <= most else Lost(reason="it is too large")

    def _whole_bot(self, trouble: Trouble, chat: str) -> bool:
        """Too fast for one person is that chat's matter; for a second one soon after, it is the workspace's."""
        if not (isinstance(trouble, Declined) and trouble.error == "ratelimited"):
            return False
        last, now = self._too_fast, self._now()
        self._too_fast = chat, now
        return last is not None and last[0] != chat and now - last[1] < TOGETHER

    async def close(self) -> None:
        """Let go of connections."""
        for task in list(self._sheets):
            task.cancel()
        await asyncio.gather(*self._sheets, return_exceptions=True)
        await self.client.close()


def _sent(reply: Mapping[str, Any], message: Outgoing) -> Outcome:
    """The message that Slack tells of, by its conversation and its time."""
    if message.place:
        return Sent(id=message.place)
    channel, ts = reply.get("channel"), reply.get("ts")
    return Sent(id=f"{channel}:{ts}") if channel and ts else Uncertain(reason="the reply names no message")


def _otherwise(chat: str, call: outbound.Call, error: str) -> outbound.Call | None:
    """What to try instead of what was refused: a new message for a lost one, plain words for blocks."""
    if call.method == "chat.update" and error in outcomes.NOT_EDITABLE:
        return outbound.anew(chat, call)
    if error in outcomes.NOT_READ and "text" in call.parameters:
        log.error("slack.blocks_refused error=%s", error)
        return outbound.in_plain_words(call)
    return None


def _name(trouble: Trouble) -> str:
    return trouble.error if isinstance(trouble, Declined) else type(trouble).__name__
