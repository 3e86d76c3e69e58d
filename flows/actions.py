"""The actions a script may ask for by name. What each does is in `bot/actions.py`."""

from types import MappingProxyType
from typing import Final

ACTIONS: Final = MappingProxyType(
    {
        "forget": "erase everything at once, without a receipt: the person did not join",
        "join": "the person has consented: they are a participant from now on, and their calendar is made",
        "plan": "make the calendar again (pace, time of day or consent changed)",
        "stop": "opt out: nothing is sent any more, everything planned is cancelled",
        "keep_nameless": "after leaving: delete contact and name, keep the answers without them",
        "erase": "delete name, contact and answers, and give a receipt number",
        "pause": "no prompts for a time; argument: week, workshop or start",
        "unpause": "prompts go on",
        "ask_human": "a task for the team: call or write to this person; argument: the reason (none: talk to them now)",
        "flag": "a note for the team to look at this answer, with no word to the person; argument: the reason",
        "complain": "record a complaint with a receipt; argument: the step that holds its text",
        "access": "a task for the team: an access need",
        "show_data": "show the person their answers and consents",
        "export_data": "send the person a copy of all their answers",
        "withdraw_last": "take back the last answer",
        "new_phone": "give a code that moves the person to another phone or account",
        "submit_statement": "a line for others goes to the team, to be checked first; argument: the step that holds it",
        "cast_votes": "what the person thinks of the statements here is counted",
        "post": "in the mailbox: what was said is kept there, and nothing of the person who said it",
        "attend": "the person is at the workshop this flow is led in, or is not; argument: attended or missed",
        "pulse": "the team is told at once when the answers in the room are low on average",
        "youth": "the person is 16 or 17: profile.youth is yes from now on",
        "guardian": "a task for the team: call the parent or carer, who can be reached as was just answered",
        "answer_asked": "what a stakeholder answered to a key issue is noted; the steps position, reason, action, "
        "owner, level, when, resources, funding, gains, goal, indicator, commissioning and line of this flow hold it",
        "account": "what became of a stakeholder's promise is noted; the steps state, evidence, why_late, new_date and "
        "line of this flow hold it",
        "answer_question": "a stakeholder's reply to a resident's question goes to the team; argument: its step",
        "begin": "begin another flow when this one ends; argument: the flow, or flow:ENTRY for one of its ways in",
    }
)
