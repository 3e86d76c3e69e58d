"""Places where a process can be killed on purpose, so that tests can show what a crash leaves behind.

`RECONVENE_FAULT=name` kills the process the first time it comes by that place, `name:3` the third time. Without it
every place is a comparison and nothing more.
"""

import os
import signal

FAULTS = {
    "inbox.before_commit": "updates are in the inbox, the inbox is not on disk yet",
    "inbox.after_commit": "updates are on disk, the channel does not know",
    "turn.begun": "a batch of updates is read, nothing is decided",
    "turn.before_commit": "a batch is decided and written, nothing is on disk yet",
    "turn.after_commit": "a batch is on disk, nobody has been woken to send",
    "poll.before_accept": "updates have come from the platform and are not on disk yet",
    "poll.accepted": "updates are on disk, the platform has not been told",
    "webhook.accepted": "an update is on disk, the platform has not been told",
    "claim.before_commit": "messages are marked as being sent, the mark is not on disk yet",
    "claim.after_commit": "messages are marked as being sent, none is on its way",
    "broadcast.before_commit": "a message to many is written for each of them, nothing is on disk yet",
    "broadcast.after_commit": "a message to many is on disk for each of them, nobody has been told",
    "send.before": "one message is about to leave",
    "send.after": "one message has left and its result is known, but not noted",
    "settle.before_commit": "results are noted, the note is not on disk yet",
    "settle.after_commit": "results are on disk",
}


class Trap:
    """Counts down to the one place where this process is to die."""

    def __init__(self, order: str) -> None:
        self.name, _, nth = order.partition(":")
        self._left = int(nth or 1)
        if self.name and self.name not in FAULTS:
            raise ValueError(f"RECONVENE_FAULT names no known place: {self.name}")

    def spring(self) -> None:
        """One pass; the last one does not return."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


TRAP = Trap(os.environ.get("RECONVENE_FAULT", ""))


def fault(name: str) -> None:
    """Die here if that is what this run is for."""
    if name == TRAP.name:
        TRAP.spring()
