"""Somebody's data: what they asked for and by when it is owed, a copy, what is put right, and erasing it."""

from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.person import of
from bot.facilitation import Mistake
from bot.rights import Deed
from storage.people import Member


async def rights(visit: Visit, member: Member) -> Response:
    """All that can be done, the requests first."""
    found = await visit.office.dossier(visit.who, member.code_name)
    today = visit.now.astimezone(ZoneInfo(visit.programme.areas[member.area].zone)).date()
    return visit.page("person_rights.html", found=found, one=member, key=uuid4().hex, today=today)


async def ask(visit: Visit, member: Member) -> Response:
    """Somebody asked for something: the month runs."""
    try:
        asked_on = date.fromisoformat(visit.given("asked_on"))
    except ValueError:
        raise Mistake("Say on which day they asked, like 2026-11-26.") from None
    kind, note = visit.given("kind"), visit.given("note")
    due = await visit.office.ask_right(visit.who, member.code_name, kind, asked_on=asked_on, note=note)
    return visit.go(_home(member), f"Noted. It is owed by {due.day} {due:%B %Y}, and stands under Today until then.")


async def close(visit: Visit, member: Member) -> Response:
    """It was done, or is refused."""
    refused = visit.given("reason") if visit.given("how") == "refuse" else None
    one = await visit.office.close_right(visit.who, visit.number("number"), refused=refused)
    return visit.go(_home(member), "Done." if one.state == "done" else "Refused. Tell them why, and whom they can ask.")


async def send(visit: Visit, member: Member) -> Response:
    """A copy to their own chat."""
    sent = await visit.office.send_copy(visit.who, member.code_name, key=visit.given("key"))
    if not sent:
        return visit.go(_home(member), "The copy is on its way already. Nothing was sent twice.")
    return visit.go(_home(member), f"The copy goes to the chat of {member.code_name} now.")


async def save(visit: Visit, member: Member) -> Response:
    """A copy as a file."""
    content = await visit.office.save_copy(visit.who, member.code_name)
    named = {"Content-Disposition": f'attachment; filename="{member.code_name}.zip"'}
    return Response(content, media_type="application/zip", headers=named)


async def fact(visit: Visit, member: Member) -> Response:
    """What they told about themselves."""
    await visit.office.put_fact_right(visit.who, member.code_name, visit.given("name"), visit.given("value"))
    return visit.go(_home(member), "Put right. Their messages are planned by it from now on.")


async def answer(visit: Visit, member: Member) -> Response:
    """What they said."""
    words = visit.given("words")
    await visit.office.put_answer_right(visit.who, member.code_name, visit.given("answer"), words)
    return visit.go(_home(member), "Put right. The older words are kept as history, for them alone to see.")


async def erase(visit: Visit, member: Member) -> Response:
    """Everything. The receipt is shown once: it is in no cookie and no address."""
    receipt = await visit.office.erase_person(visit.who, member.code_name, visit.given("typed"))
    return visit.page("person_erased.html", receipt=receipt)


def _home(member: Member) -> str:
    return f"/people/{member.code_name}/rights"


AT = "/people/{code}/rights"
DOORS = (
    Door(path=AT, view=of(rights), needs=Deed.RIGHTS),
    Door(path=f"{AT}/ask", view=of(ask), needs=Deed.RIGHTS, method="POST"),
    Door(path=f"{AT}/close", view=of(close), needs=Deed.RIGHTS, method="POST"),
    Door(path=f"{AT}/send", view=of(send), needs=Deed.RIGHTS, method="POST"),
    Door(path=f"{AT}/save", view=of(save), needs=Deed.RIGHTS, method="POST", fresh=True),
    Door(path=f"{AT}/fact", view=of(fact), needs=Deed.RIGHTS, method="POST"),
    Door(path=f"{AT}/answer", view=of(answer), needs=Deed.RIGHTS, method="POST"),
    Door(path=f"{AT}/erase", view=of(erase), needs=Deed.RIGHTS, method="POST", fresh=True),
)
