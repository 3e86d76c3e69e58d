"""Codes: joining an area, moving to a new phone, becoming a facilitator in the chat."""

import re
from dataclasses import replace

from bot import names
from bot.turn import Turn
from flows.events import Resumed
from storage import broadcasts, contacts, invites, scenes
from storage.rows import new_id
from storage.scenes import Person

LONGEST = 60
"""No code is longer, with whatever was typed around it."""
PERSONAL_CODE = re.compile(r"(?:back|team)-[a-z0-9-]{4,30}", re.IGNORECASE)


async def join(turn: Turn, code: str) -> bool:
    """A stranger brings a code. False when it opens nothing."""
    invite = await invites.take(turn.batch.conn, code, turn.at) if len(code) <= LONGEST else None
    if invite is None:
        return False
    if invite.kind == "facilitator":
        await _facilitator(turn, invite)
    elif invite.kind == "rejoin":
        await _rejoin(turn, invite.participant_id or "")
    else:
        await _participant(turn, invite.area)
    return True


async def known(turn: Turn, code: str) -> bool:
    """Somebody we know brings a code: a facilitator's, or their own from another account. An area's is not for them."""
    if not PERSONAL_CODE.fullmatch(code.strip()):
        return False
    invite = await invites.take(turn.batch.conn, code.strip(), turn.at)
    if invite is None:
        return False
    if invite.kind == "facilitator":
        await _facilitator(turn, invite)
    elif invite.participant_id and turn.scene.person and invite.participant_id != turn.scene.person.id:
        turn.say("already_joined")
    return True


async def _participant(turn: Turn, area: str) -> None:
    programme = turn.batch.script.programme
    turn.scene.person = Person(
        id=new_id(),
        area=area,
        code_name=await names.free(turn.batch.conn),
        state="joining",
        locale=next(iter(programme.locales)),
        joined_at=turn.at,
        last_heard_at=turn.at,
    )
    turn.batch.changes.person(turn.scene)
    turn.batch.changes.contact(turn.scene)
    await turn.begin(programme.welcome)


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
