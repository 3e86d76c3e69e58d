"""Is it Slack that speaks? Whatever the request looks like, the answer is a verdict, never an error."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from slack_sdk.signature import Clock, SignatureVerifier

log = logging.getLogger(__name__)

STAMP = "x-slack-request-timestamp"
SIGNATURE = "x-slack-signature"


class _Ours(Clock):
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now().timestamp()


class _Stopped(Clock):
    def __init__(self, at: str) -> None:
        self._at = float(int(at))

    def now(self) -> float:
        return self._at


class Verifier:
    """Checks signatures. One that is good but old means that a clock is wrong, or that somebody plays it again."""

    def __init__(self, secret: str, now: Callable[[], datetime]) -> None:
        self._secret = secret
        self._now = now
        self._verifier = SignatureVerifier(secret, _Ours(now))
        self.trouble = ""  # what the team should know; "" when all is well

    def holds(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether Slack signed this within the last minutes."""
        stamp, signature = headers.get(STAMP, ""), headers.get(SIGNATURE, "")
        if _valid(self._verifier, body, stamp, signature):
            self.trouble = ""
            return True
        self._look_at_the_clock(body, stamp, signature)
        return False

    def _look_at_the_clock(self, body: bytes, stamp: str, signature: str) -> None:
        if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12:
            return
        if _valid(SignatureVerifier(self._secret, _Stopped(stamp)), body, stamp, signature):
            apart = abs(int(self._now().timestamp()) - int(stamp)) // 60
            log.error("slack.clock minutes_apart=%d", apart)
            self.trouble = (
                f"this machine's clock and Slack's are {apart} minutes apart, or old requests are played again"
            )


def _valid(verifier: SignatureVerifier, body: bytes, stamp: str, signature: str) -> bool:
    try:
        return verifier.is_valid(body, stamp, signature)
    except (ValueError, TypeError, ArithmeticError):  # no number, no ASCII, no UTF-8
        return False
