"""A message that is going out, as the team watches it: one message of ours with the counts in it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.messages import Choice, Outgoing
from bot.wording import Wording
from storage.broadcasts import Broadcast, Receipt

WAITS = ("queued", "sending")
OUTCOMES = ("sent", "waiting", "refused", "expired", "cancelled", "uncertain", "excluded")


def tally(rows: Iterable[Receipt]) -> dict[str, int]:
    """How many rows stand how; together they are everybody the audience named."""
    found = Counter("waiting" if row.outcome in WAITS else row.outcome for row in rows)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def drawn(wording: Wording, broadcast: Broadcast, counts: Mapping[str, int]) -> Outgoing:
    """The message, with a button to call off what waits as long as something does."""
    goes_on = bool(counts["waiting"])
    known = {"template": broadcast.template, "state": broadcast.state, "total": sum(counts.values()), **counts}
    known["people"] = sum(counts.values()) - counts["excluded"]
    message = wording.staff("live", **known)
    label = wording.staff("button_call_off").text
    choices = (Choice(token=f"s.cast.off.{broadcast.id}", label=label),) if goes_on else ()
    return Outgoing(text=message.text, choices=choices, token=f"w.{broadcast.id}")
