"""The webhook: updates come to us. 200 says "on disk"; 503 says "bring it again"."""

import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.base import Accept
from bot.channels.telegram.inbound import callback_id, read
from bot.faults import fault

log = logging.getLogger(__name__)

SECRET = "X-Telegram-Bot-Api-Secret-Token"
LATER = {"Retry-After": "5"}


class Webhook:
    """What a Starlette route calls. It accepts nothing until the channel has begun to receive."""

    def __init__(self, secret: str, bot: str, now: Callable[[], datetime]) -> None:
        if not secret:
            raise ValueError("a webhook needs a secret, or anybody could speak as a participant")
        self._secret = secret.encode()
        self._bot = bot
        self._now = now
        self.accept: Accept | None = None

    async def __call__(self, request: Request) -> Response:
        """1. is it Telegram?  2. store  3. say so, and stop the spinner of a button in the same breath."""
        given = request.headers.get(SECRET, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        if self.accept is None:
            return Response(status_code=503, headers=LATER)
        raw = _json(await request.body())
        inbound = read(raw, self._bot, self._now())
        try:
            await self.accept([inbound] if inbound else [])
        except Exception as error:  # whatever the database says, the platform must keep the update
            log.error("telegram.webhook_not_stored error=%s", type(error).__name__)
            return Response(status_code=503, headers=LATER)
        fault("webhook.accepted")
        return _thanks(callback_id(raw))


def _json(body: bytes) -> object:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
    return found


def _thanks(callback: str | None) -> Response:
    if callback is None:
        return Response(status_code=200)
    return JSONResponse({"method": "answerCallbackQuery", "callback_query_id": callback})
