"""What a facilitator can do, as commands: the console, the chat and the command line all use these."""

from bot.facilitation.care import Care
from bot.facilitation.dates import Dates
from bot.facilitation.notebook import Notebook
from bot.facilitation.office import Mistake, NotAllowed, Office, Replan, Replanned
from bot.facilitation.results import (
    Code,
    Excluded,
    Ledger,
    Marked,
    Placed,
    Posted,
    Preview,
    Progress,
    Readings,
    TimeLine,
)
from bot.facilitation.sending import Sending

__all__ = [
    "Code",
    "Excluded",
    "Facilitation",
    "Ledger",
    "Marked",
    "Mistake",
    "NotAllowed",
    "Office",
    "Placed",
    "Posted",
    "Preview",
    "Progress",
    "Readings",
    "Replan",
    "Replanned",
    "TimeLine",
]


class Facilitation(Dates, Notebook, Sending, Care):
    """Every command of the team. Each asks `rights.may` first; a refusal is journaled and raised as `NotAllowed`.

    What cannot be done as asked is raised as `Mistake`, one clear sentence for the person who asked.
    """
