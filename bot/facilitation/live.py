"""A message that is going out, as the team watches it: one message of ours with the counts in it."""

from collections.abc import Mapping

from bot.messages import Choice, Outgoing
from bot.wording import Wording
from storage.broadcasts import Broadcast

WAITS = ("queued", "sending")
OUTCOMES = ("sent", "waiting", "refused", "expired", "cancelled", "uncertain", "excluded")


def tally(rows: Mapping[str, int]) -> dict[str, int]:
    """How many rows of the ledger stand how; together they are everybody the audience named."""
    waiting = sum(rows.get(outcome, 0) for outcome in WAITS)
    return {outcome: waiting if outcome == "waiting" else rows.get(outcome, 0) for outcome in OUTCOMES}


def every(counts: Mapping[str, int]) -> dict[str, int]:
    """The same counts with each outcome in its place, also those that nobody has."""
    return {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}


def drawn(wording: Wording, broadcast: Broadcast, counts: Mapping[str, int]) -> Outgoing:
    """The message, with a button to call off what waits as long as something does."""
    goes_on = bool(counts["waiting"])
    known = {"template": broadcast.template, "state": broadcast.state, "total": sum(counts.values()), **counts}
    known["people"] = sum(counts.values()) - counts["excluded"]
    message = wording.staff("live", **known)
    label = wording.staff("button_call_off").text
    choices = (Choice(token=f"s.cast.off.{broadcast.id}", label=label),) if goes_on else ()
    return Outgoing(text=message.text, choices=choices, token=f"w.{broadcast.id}")
