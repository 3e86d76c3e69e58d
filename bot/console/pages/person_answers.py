"""Writing down what somebody says on the phone, or wrote on paper: the questions of the chat, one after the other.

A form of these pages is answered by the next question itself, not by a redirect: what is to be read out, such as what
somebody consents to, is said once. Sent again, by a reload say, nothing is noted twice: each form names its question.
"""

from typing import Any, Final

from starlette.responses import Response

from bot.console.page import Door, Visit, hidden
from bot.console.pages.person import of
from bot.facilitation import Dictation
from bot.rights import Deed
from prompts.markup import plain
from storage.people import Member
from storage.rows import new_id

WAYS: Final = (("phone", "On the phone"), ("paper", "On paper"), ("in_person", "In person"))


async def choose(visit: Visit, member: Member) -> Response:
    """Which conversation."""
    found = await visit.office.portrait(visit.who, member.code_name)
    agreed = any(one.item == "part" and one.answer == "yes" for one in found.consents)
    begun = {run.flow: run for run in reversed(found.runs)}
    flows = visit.office.dictated() if agreed else visit.office.dictated()[:1]
    states = {flow.id: begun[flow.id].state if flow.id in begun else "" for flow in flows}
    lists: dict[str, Any] = {
        "under_way": [flow for flow in flows if states[flow.id] == "waiting"],
        "ahead": [flow for flow in flows if states[flow.id] not in ("waiting", "finished")],
        "over": [flow for flow in flows if states[flow.id] == "finished"],
    }
    return visit.page("answers.html", one=member, begun=begun, agreed=agreed, ways=WAYS, **lists)


async def begin(visit: Visit, member: Member) -> Response:
    """The first question, or the one they were at."""
    via, flow = visit.given("via"), visit.path("flow")
    return _ask(visit, flow, via, await visit.office.dictate(visit.who, member.code_name, flow, via=via))


async def heard(visit: Visit, member: Member) -> Response:
    """An answer, and the next question."""
    who, code_name, via = visit.who, member.code_name, visit.given("via")
    beneath = visit.all_given("beneath")
    if token := visit.given("choice"):
        found = await visit.office.dictated_choice(who, code_name, token, via=via, beneath=beneath)
    else:
        text = visit.given("way") or visit.given("words")
        at = visit.given("at")
        found = await visit.office.dictated_words(who, code_name, text, via=via, at=at, beneath=beneath)
    return _ask(visit, visit.path("flow"), via, found)


async def newcomer(visit: Visit) -> Response:
    """Somebody who has no chat and would like to take part."""
    return visit.page("answers_new.html", id=new_id(), ways=WAYS)


async def welcome(visit: Visit) -> Response:
    """They are told what it is about, and asked."""
    via, area = visit.given("via"), visit.given("in")
    found = await visit.office.welcome_by_hand(visit.who, area, visit.given("id"), via=via)
    return _ask(visit, visit.programme.welcome, via, found)


def _ask(visit: Visit, flow: str, via: str, found: Dictation) -> Response:
    said = [plain(one.text) for one in found.said]
    return visit.page("answers_ask.html", found=found, said=said, flow=flow, via=via, ways=dict(WAYS))


DOORS = (
    Door(path="/people/new", view=newcomer, needs=Deed.ASSIST),
    Door(path="/people/new", view=hidden(welcome), needs=Deed.ASSIST, method="POST"),
    Door(path="/people/{code}/answer", view=of(choose), needs=Deed.ASSIST),
    Door(path="/people/{code}/answer/{flow}", view=of(begin), needs=Deed.ASSIST, method="POST"),
    Door(path="/people/{code}/answer/{flow}/heard", view=of(heard), needs=Deed.ASSIST, method="POST"),
)
