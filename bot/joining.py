"""Codes: joining an area, moving to a new phone, becoming a facilitator in the chat."""

import re

from msgspec.structs import replace

from bot import names
from bot.turn import Turn
from flows.events import Resumed
from storage import broadcasts, contacts, invites, scenes, stakeholders
from storage.rows import new_id
from storage.scenes import Person
from storage.stakeholders import Stakeholder

SEAT = "seat-"
LONGEST = 60
"""No code is longer, with whatever was typed around it."""
PERSONAL_CODE = re.compile(r"(?:back|team|seat)-[a-z0-9-]{4,30}", re.IGNORECASE)


async def join(turn: Turn, code: str) -> bool:
    """A stranger brings a code. False when it opens nothing."""
    invite = await invites.take(turn.batch.conn, code, turn.at) if len(code) <= LONGEST else None
    if invite is None:
        return False
    if invite.kind == "facilitator":
        await _facilitator(turn, invite)
    elif invite.kind == "rejoin":
        await _rejoin(turn, invite.participant_id or "")
    elif invite.kind == "stakeholder":
        await _stakeholder(turn, invite.stakeholder_id or 0)
    else:
        await _participant(turn, invite.area)
    return True


async def known(turn: Turn, code: str) -> bool:
    """Somebody we know brings a code: a facilitator's, or their own from another account. An area's is not for them."""
    if not PERSONAL_CODE.fullmatch(code.strip()):
        return False
    if code.strip().casefold().startswith(SEAT):
        return await _has_a_seat(turn, code)
    invite = await invites.take(turn.batch.conn, code.strip(), turn.at)
    if invite is None:
        return False
    if invite.kind == "facilitator":
        await _facilitator(turn, invite)
    elif invite.participant_id and turn.scene.person and invite.participant_id != turn.scene.person.id:
        turn.say("already_joined")
    return True


async def _has_a_seat(turn: Turn, code: str) -> bool:
    """Whoever takes part already does not decide under the same roof: the code stays good for whom it is."""
    invite = await invites.find(turn.batch.conn, code)
    if invite is None or not invite.good(turn.at):
        return False
    turn.say("already_joined")
    return True


async def _participant(turn: Turn, area: str) -> None:
    await come_in(turn, area, new_id(), await names.free(turn.batch.conn))


async def _stakeholder(turn: Turn, stakeholder_id: int) -> None:
    """They take the seat that was kept for them; what was written down for them before is theirs."""
    found = await stakeholders.find(turn.batch.conn, stakeholder_id)
    if found is None:
        turn.impersonal("unknown_code")
    elif found.participant_id:
        await _rejoin(turn, found.participant_id)
    else:
        await take_seat(turn, found)
        turn.batch.changes.contact(turn.scene)
        await turn.begin(turn.batch.script.programme.welcome)


async def take_seat(turn: Turn, found: Stakeholder) -> None:
    """From now on this stakeholder is somebody the assistant can talk with."""
    await newcomer(turn, found.area, role="stakeholder")
    turn.scene.name = found.name[:60]
    await turn.batch.flush()
    assert turn.scene.person is not None
    await stakeholders.seat(turn.batch.conn, found.id, turn.scene.person.id, turn.at)


async def newcomer(turn: Turn, area: str, *, role: str = "participant", id: str = "") -> None:
    """Somebody new, under a code name."""
    _introduce(turn, area, id or new_id(), await names.free(turn.batch.conn), role)


async def come_in(turn: Turn, area: str, id: str, code_name: str) -> None:
    """Somebody new takes part: they are told what it is about, and asked."""
    _introduce(turn, area, id, code_name, "participant")
    turn.batch.changes.contact(turn.scene)
    await turn.begin(turn.batch.script.programme.welcome)


def _introduce(turn: Turn, area: str, id: str, code_name: str, role: str) -> None:
    programme = turn.batch.script.programme
    turn.scene.person = Person(
        id=id,
        role=role,
        area=area,
        code_name=code_name,
        state="joining",
        locale=next(iter(programme.locales)),
        joined_at=turn.at,
        last_heard_at=turn.at,
    )
    turn.batch.changes.person(turn.scene)


async def _rejoin(turn: Turn, participant_id: str) -> None:
    """The person goes on from another phone or account; the old one is let go. A person who had left stays left."""
    name = await contacts.release(turn.batch.conn, participant_id)
    await contacts.claim(turn.batch.conn, turn.scene.place, participant_id, name)
    fresh = await scenes.at(turn.batch.conn, [turn.scene.place], turn.batch.now)
    moved = fresh[turn.scene.place]
    for field in ("contact_id", "person", "name", "runs", "attendance", "next_due"):
        setattr(turn.scene, field, getattr(moved, field))
    assert turn.scene.person is not None
    turn.scene.person = replace(turn.scene.person, reachable=True)
    turn.batch.changes.person(turn.scene)
    turn.batch.changes.note(at=turn.at, who=turn.scene.person.code_name, action="rejoin")
    turn.say("rejoined")
    if turn.scene.runs:
        await turn.play(turn.scene.runs[-1], Resumed(at=turn.at))


async def _facilitator(turn: Turn, invite: invites.Invite) -> None:
    turn.scene.facilitator_id = invite.facilitator_id
    turn.batch.changes.contact(turn.scene)
    turn.batch.changes.note(at=turn.at, who=invite.facilitator_id or "", action="facilitator_joined")


async def delivered(turn: Turn, delivery: int) -> str:
    """The template of a broadcast that was sent to the person of this turn, "" if it was not."""
    assert turn.scene.person is not None
    return await broadcasts.template_of(turn.batch.conn, delivery, turn.scene.person.id)
