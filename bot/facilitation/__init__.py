"""What a facilitator can do, as commands: the console, the chat and the command line all use these."""

from bot.facilitation.assets import Assets
from bot.facilitation.assisted import Assisted, Dictation
from bot.facilitation.auditing import Asked
from bot.facilitation.building import Building
from bot.facilitation.care import Care
from bot.facilitation.colleagues import Colleagues
from bot.facilitation.commitments import Answerable, Commitments
from bot.facilitation.crossing import Gate
from bot.facilitation.data_rights import DataRights, Dossier, Known
from bot.facilitation.dates import Dates
from bot.facilitation.entrance import Entrance
from bot.facilitation.exchange import Exchange
from bot.facilitation.flows import Flows, Passing
from bot.facilitation.later import Later
from bot.facilitation.ledgers import Ledgers, Post
from bot.facilitation.lexicon import Lexicon, Phrase
from bot.facilitation.looks import Look, Looks
from bot.facilitation.mailbox import Mailbox, Totals
from bot.facilitation.notebook import Notebook
from bot.facilitation.office import Mistake, NotAllowed, Office, Replan, Replanned
from bot.facilitation.people import People, Roster
from bot.facilitation.pictures import Album, Pictures
from bot.facilitation.portraits import Portrait, Portraits
from bot.facilitation.questions import Question, Questions
from bot.facilitation.quoting import Quoting
from bot.facilitation.reading import Selection
from bot.facilitation.recordings import Recordings
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
from bot.facilitation.rooms import Counted, Rooms, RoomView
from bot.facilitation.stakeholders import Stakeholders
from bot.facilitation.timeline import Lane, Timeline
from bot.facilitation.today import Days, Today, Waiting
from bot.facilitation.tokens import Bearer, Handed, Tokens
from bot.facilitation.towards import Towards
from bot.facilitation.unsure import Unsure
from bot.facilitation.youth import Youth

__all__ = [
    "Album",
    "Answerable",
    "Asked",
    "Bearer",
    "Code",
    "Counted",
    "Dictation",
    "Dossier",
    "Excluded",
    "Facilitation",
    "Gate",
    "Handed",
    "Known",
    "Lane",
    "Ledger",
    "Look",
    "Marked",
    "Mistake",
    "NotAllowed",
    "Office",
    "Passing",
    "Phrase",
    "Placed",
    "Portrait",
    "Post",
    "Posted",
    "Preview",
    "Progress",
    "Question",
    "Readings",
    "Replan",
    "Replanned",
    "RoomView",
    "Roster",
    "Selection",
    "TimeLine",
    "Today",
    "Totals",
    "Waiting",
]


class Facilitation(
    Assets,
    Assisted,
    Building,
    Colleagues,
    Commitments,
    DataRights,
    Dates,
    Days,
    Entrance,
    Exchange,
    Later,
    Ledgers,
    Flows,
    Lexicon,
    Looks,
    Mailbox,
    Notebook,
    People,
    Portraits,
    Pictures,
    Questions,
    Quoting,
    Recordings,
    Rooms,
    Stakeholders,
    Timeline,
    Tokens,
    Towards,
    Unsure,
    Youth,
    Care,
):
    """Every command of the team. Each asks `rights.may` first; a refusal is journaled and raised as `NotAllowed`.

    What cannot be done as asked is raised as `Mistake`, one clear sentence for the person who asked.
    """
