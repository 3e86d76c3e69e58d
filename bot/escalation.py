"""Silence of those who promised an answer: after two weeks the team takes it to the sponsor, once a commitment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from flows.agenda import NO_REPLY, Commitment
from flows.definition import Programme
from storage import commitments, pledges
from storage.changes import Changes


async def escalate(conn: AsyncConnection, programme: Programme, now: datetime) -> int:
    """Make a task of every silence that is not one yet; how many there were."""
    asked = await commitments.of_areas(conn, list(programme.areas))
    known = await pledges.owners(conn, [one.id for one in asked])
    changes, made = Changes(), 0
    for one in asked:
        today = now.astimezone(ZoneInfo(programme.areas[one.area].zone)).date()
        told = known[one.id].escalated_on if one.id in known else ""
        if one.standing(today) != NO_REPLY or told == one.due_on.isoformat():
            continue
        changes.task({"participant_id": None, "kind": "sponsor", "note": _note(one), "receipt": "", "created_at": now})
        await pledges.save(conn, one.id, escalated_on=one.due_on.isoformat())
        made += 1
    await changes.flush(conn)
    return made


def _note(one: Commitment) -> str:
    return (
        f"{one.owner} has not said how it goes with commitment {one.id} ({one.issue}), due by {one.due_on:%d %B %Y}. "
        "Participants read “no reply yet”. Take it to the sponsor."
    )
