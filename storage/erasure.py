"""Forgetting a person, in one transaction. Nothing of them stays but a count, and a receipt only they can prove.

`COVERED` says what happens to each table; a test fails until a new table has its line.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import media as recordings
from storage import seals
from storage.outbox import unsent
from storage.rows import from_json, new_id, to_json
from storage.tables import (
    answer_parts,
    answers,
    attendance,
    channel_state,
    consents,
    contacts,
    deadlines,
    deliveries,
    equality,
    inbox,
    invites,
    journal,
    outbox,
    participants,
    runs,
    tasks,
    tombstones,
)
from storage.tables_care import cases, talks
from storage.tables_loop import issue_evidence, key_issues, question_replies, statements, votes
from storage.tables_media import media, transcripts
from storage.tables_reading import code_verdicts, codes, quotes, reading_texts, readings
from storage.tables_rights import corrections, rights_requests
from storage.tables_stakeholders import passed_on, stakeholders

COVERED: Final = MappingProxyType(
    {
        "participants": "deleted",
        "contacts": "deleted; a facilitator keeps theirs, without the name",
        "invites": "deleted",
        "consents": "deleted",
        "equality": "deleted",
        "runs": "deleted",
        "answers": "deleted",
        "answer_parts": "deleted",
        "media": "deleted; the files go after the commit",
        "transcripts": "deleted",
        "attendance": "deleted",
        "deadlines": "deleted",
        "inbox": "chat and words emptied, the key stays so that a redelivery is known",
        "outbox": "cancelled if queued; chat, words and person emptied; what staff were told of them is emptied",
        "deliveries": "the person is emptied, the count stays true",
        "key_issues": "the quote is emptied, so that the issue needs another; what the team wrote stays",
        "issue_evidence": "deleted; the count of people is that much smaller",
        "statements": "deleted, with the votes on them",
        "votes": "deleted",
        "question_replies": "deleted",
        "stakeholders": "deleted",
        "passed_on": "deleted; of a question put to a stakeholder who is erased, with their reply",
        "pledges": "who gave it is emptied; what an organisation has committed to stays",
        "rights_requests": "the person and the words are emptied; that it was asked for, and the receipt, stays",
        "corrections": "deleted",
        "tasks": "deleted; of a complaint the fact and the receipt stay, not its text",
        "journal": "the receipt takes the place of id and code name",
        "journal_seals": "the salt of such a line goes, so that nobody can guess from its hash what stood there",
        "channel_state": "the line of the chat is deleted",
        "talks": "deleted",
        "cases": "the words and the person are emptied; that there was a case, and what was done, stays",
        "reading_texts": "deleted; the index to search in loses the bits that are left before the files are emptied",
        "readings": "deleted",
        "codes": "deleted",
        "code_verdicts": "deleted",
        "quotes": "deleted",
        "tombstones": "the receipt, and a hash that only the receipt and the id together can make",
    }
)
NOT_PERSONAL: Final = frozenset(
    {
        "facilitators",
        "duties",
        "console_sessions",
        "console_asks",
        "console_passkeys",
        "console_authenticators",
        "api_tokens",
        "api_replies",
        "flow_versions",
        "publications",
        "workshops",
        "broadcasts",
        "held_messages",
        "pre_elections",
        "watches",
        "issue_approvals",
        "decision_scopes",
        "gate_records",
        "commitments",
        "commitment_history",
        "mailbox_entries",
        "mailbox_marks",
        "mailbox_salts",
        "rooms",
        "workspaces",
        "lexicon",
        "themes",
    }
)
THEIR_ROWS = (
    reading_texts,
    readings,
    codes,
    code_verdicts,
    quotes,
    transcripts,
    media,
    answer_parts,
    answers,
    deadlines,
    runs,
    attendance,
    consents,
    equality,
    invites,
    talks,
    issue_evidence,
    votes,
    statements,
    question_replies,
    passed_on,
    stakeholders,
    corrections,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """How the rest of the database may refer to a person."""

    participant_id: str
    code_name: str
    places: tuple[tuple[str, str, str], ...]


async def erase(conn: AsyncConnection, participant_id: str, receipt: str, now: datetime) -> None:
    """Delete a person. With no receipt (they never joined) the tombstone gets one nobody is told.

    What is queued to go out and burn, the last goodbye, is left alone. On SQLite the words are out of the files once
    `Database.checkpoint` ran after the commit.
    """
    proof = receipt or f"-{new_id()}"
    await dissolve(conn, participant_id, now, instead=f"erased {receipt}".strip())
    stone = {"receipt": proof, "participant_hash": hash_of(participant_id, proof), "at": now}
    await conn.execute(sa.insert(tombstones), stone)


async def dissolve(conn: AsyncConnection, participant_id: str, now: datetime, *, instead: str) -> None:
    """Delete somebody without a stone that says so; `instead` stands where staff were told of them.

    The mailbox does: should a backup bring a guest back, their conversation closes by itself within days.
    """
    traces = await _traces(conn, participant_id)
    await _empty_contact(conn, traces, now, nameless=False)
    await _rename_in_journal(conn, (participant_id, traces.code_name), instead)
    await _empty_cases(conn, traces, instead)
    await _empty_requests(conn, participant_id, now, instead=instead)
    for table in THEIR_ROWS:
        await conn.execute(sa.delete(table).where(table.c.participant_id == participant_id))
    quoted = key_issues.c.quoted == participant_id
    await conn.execute(sa.update(key_issues).where(quoted).values(quote="", quoted=None, quote_run="", quote_step=""))
    mine = deliveries.c.participant_id == participant_id
    await conn.execute(sa.update(deliveries).where(mine).values(participant_id=None))
    await conn.execute(sa.delete(participants).where(participants.c.id == participant_id))


async def forget_contact(conn: AsyncConnection, participant_id: str, now: datetime) -> str:
    """Keep the answers of somebody who leaves, without a way back to them: under a new code name, which is returned."""
    traces = await _traces(conn, participant_id)
    code_name = f"Nameless-{new_id(8)}"
    await _empty_contact(conn, traces, now, nameless=True)
    await _rename_in_journal(conn, (traces.code_name,), code_name)
    await _empty_cases(conn, traces, "left")
    nameless = sa.update(rights_requests).where(rights_requests.c.participant_id == participant_id)
    await conn.execute(nameless.values(note="", reason=""))
    for table in (deadlines, invites, talks, stakeholders, corrections):
        await conn.execute(sa.delete(table).where(table.c.participant_id == participant_id))
    mine = participants.c.id == participant_id
    facts = from_json(await conn.scalar(sa.select(participants.c.facts).where(mine)) or "{}", dict[str, object])
    agreed = {name: value for name, value in facts.items() if name.startswith("consent.")}
    await conn.execute(
        sa.update(participants)
        .where(mine)
        .values(code_name=code_name, state="stopped", reachable=False, paused_until=None, facts=to_json(agreed))
    )
    theirs = answer_parts.c.participant_id == participant_id
    await conn.execute(sa.update(answer_parts).where(theirs).values(message=""))
    await recordings.lose_track(conn, participant_id, now)
    return code_name


def hash_of(participant_id: str, receipt: str) -> str:
    """What a tombstone keeps: tells that this person was erased, to somebody who holds both."""
    return sha256(f"{receipt}:{participant_id}".encode()).hexdigest()


async def _traces(conn: AsyncConnection, participant_id: str) -> Traces:
    known = participants.c.id == participant_id
    code_name = await conn.scalar(sa.select(participants.c.code_name).where(known))
    at = sa.select(contacts.c.channel, contacts.c.bot, contacts.c.chat)
    found = await conn.execute(at.where(contacts.c.participant_id == participant_id))
    places = tuple((row.channel, row.bot, row.chat) for row in found)
    return Traces(participant_id=participant_id, code_name=code_name or participant_id, places=places)


async def _empty_contact(conn: AsyncConnection, traces: Traces, now: datetime, *, nameless: bool) -> None:
    """Where they could be reached, and all that went through there."""
    mine = contacts.c.participant_id == traces.participant_id
    staff = contacts.c.facilitator_id.is_not(None)
    await conn.execute(sa.update(contacts).where(mine, staff).values(participant_id=None, name=""))
    await conn.execute(sa.delete(contacts).where(mine))
    for place in traces.places:
        await _empty_inbox(conn, place)
        await conn.execute(sa.delete(channel_state).where(*_at(channel_state, place)))
    await _empty_tasks(conn, traces.participant_id)
    await _empty_outbox(conn, traces, now, keep_owner=nameless)
    await _empty_what_staff_were_told(conn, traces.code_name)


def _at(table: sa.Table, place: tuple[str, str, str]) -> tuple[sa.ColumnElement[bool], ...]:
    channel, bot, chat = place
    return table.c.channel == channel, table.c.bot == bot, table.c.chat == chat


async def _empty_inbox(conn: AsyncConnection, place: tuple[str, str, str]) -> None:
    """What is new is left to its turn: it is settled in this transaction, or comes from somebody who wrote again."""
    over = inbox.c.state != "new"
    await conn.execute(sa.update(inbox).where(*_at(inbox, place), over).values(chat="", body="", state="done"))


async def _empty_tasks(conn: AsyncConnection, participant_id: str) -> None:
    mine, complaint = tasks.c.participant_id == participant_id, tasks.c.kind == "complaint"
    await conn.execute(sa.update(tasks).where(mine, complaint).values(participant_id=None, note=""))
    await conn.execute(sa.delete(tasks).where(mine))


async def _empty_cases(conn: AsyncConnection, traces: Traces, instead: str) -> None:
    """The record of a case stays, as the notice says, without the person and without their words."""
    mine = cases.c.participant_id == traces.participant_id
    named = re.compile(rf"{re.escape(traces.code_name)}(?!\d)")
    for row in (await conn.execute(sa.select(cases.c.id, cases.c.note).where(mine))).all():
        emptied = {"participant_id": None, "code_name": instead, "words": "", "note": named.sub(instead, row.note)}
        await conn.execute(sa.update(cases).where(cases.c.id == row.id).values(emptied))


async def _empty_requests(conn: AsyncConnection, participant_id: str, now: datetime, *, instead: str) -> None:
    """Nothing more is owed to somebody of whom nothing is left. When it was asked for and done stays."""
    mine = rights_requests.c.participant_id == participant_id
    still = (mine, rights_requests.c.state == "open")
    await conn.execute(sa.update(rights_requests).where(*still).values(state="done", closed_at=now))
    emptied = {"participant_id": None, "note": "", "reason": "", "stone": instead[:40]}
    await conn.execute(sa.update(rights_requests).where(mine).values(emptied))


async def _empty_outbox(conn: AsyncConnection, traces: Traces, now: datetime, *, keep_owner: bool) -> None:
    """A row on its way keeps its state, but expires: should it come back unsent, there is nothing left to send."""
    o = outbox.c
    mine = sa.or_(o.participant_id == traces.participant_id, *(sa.and_(*_at(outbox, place)) for place in traces.places))
    goodbye = sa.and_(o.burn, o.state.in_(("queued", "sending")))
    owner = o.participant_id if keep_owner else None
    await conn.execute(sa.update(outbox).where(mine, goodbye).values(participant_id=None))
    await conn.execute(
        sa.update(outbox)
        .where(mine, o.state == "queued", ~goodbye)
        .values(state=unsent("cancelled"), reason="left", settled_at=now)
    )
    await conn.execute(
        sa.update(outbox)
        .where(mine, ~goodbye)
        .values(
            chat="",
            body="",
            token="",
            platform_id="",
            participant_id=owner,
            policy="hold",
            expires_at=now,
            burn=True,
            cause=sa.literal("erased:").concat(sa.cast(o.id, sa.String(20))),
            op=0,
            reason=sa.case((o.reason == "left", "left"), else_=""),
        )
    )


async def _empty_what_staff_were_told(conn: AsyncConnection, code_name: str) -> None:
    """Messages to facilitators name people by their code name, and may quote them."""
    named = re.compile(rf"{re.escape(code_name)}(?!\d)")
    found = await conn.execute(
        sa.select(outbox.c.id, outbox.c.body).where(outbox.c.body.contains(code_name, autoescape=True), ~outbox.c.burn)
    )
    ids = [row.id for row in found if named.search(row.body)]
    if ids:
        await conn.execute(sa.update(outbox).where(outbox.c.id.in_(ids)).values(body=""))


async def _rename_in_journal(conn: AsyncConnection, names: tuple[str, ...], instead: str) -> None:
    """Lines stay as evidence of what staff did; whom they were about is told by the receipt alone."""
    ids: list[int] = []
    for name in names:
        named = re.compile(rf"{re.escape(name)}(?!\d)")
        columns = (journal.c.who, journal.c.subject, journal.c.detail)
        mentions = sa.or_(*(column.contains(name, autoescape=True) for column in columns))
        found = await conn.execute(sa.select(journal.c.id, *columns).where(mentions))
        for row in found:
            new = {column.name: named.sub(instead, row._mapping[column.name]) for column in columns}
            if all(new[column.name] == row._mapping[column.name] for column in columns):
                continue  # a longer name that begins like theirs
            new["subject"], new["who"] = new["subject"][:80], new["who"][:60]
            await conn.execute(sa.update(journal).where(journal.c.id == row.id).values(**new))
            ids.append(row.id)
    await seals.open_lines(conn, ids)
