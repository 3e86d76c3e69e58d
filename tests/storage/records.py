"""A participant with a row in every table, for tests that look for what is left of them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import reading_texts as texts
from storage import seals
from storage import tables as t
from storage import tables_loop as t_loop
from storage import tables_media as t_media
from storage import tables_reading as t_reading
from storage import tables_stakeholders as t_seats

CANARY = "canaryword"
NAME = "Canaryname"
CHAT = "7788990011"


async def add(conn: AsyncConnection, table: sa.Table, **values: object) -> None:
    """One row."""
    await conn.execute(sa.insert(table).values(**values))


async def plant(
    conn: AsyncConnection, now: datetime, *, pid: str = "pcanary", code_name: str = "Heron-1", chat: str = CHAT
) -> None:
    """Somebody who took part in everything, and said the canary word wherever something can be said."""
    await plant_person(conn, now, pid=pid, code_name=code_name, chat=chat)
    await plant_answer(conn, now, pid)
    await plant_voice(conn, now, pid)
    await plant_mail(conn, now, pid, chat)
    await plant_paper(conn, now, pid, code_name)
    await plant_agenda(conn, now, pid)
    await plant_seat(conn, now, pid)
    await plant_reading(conn, now, pid)


async def plant_person(
    conn: AsyncConnection, now: datetime, *, pid: str, code_name: str = "Heron-1", chat: str = CHAT
) -> None:
    """Who they are and where they are reached."""
    facts = f'{{"profile.patch":"{CANARY}","consent.part":"yes"}}'
    person = {"id": pid, "area": "hull", "code_name": code_name, "state": "active", "locale": "en", "facts": facts}
    agreed = {"item": "part", "answer": "yes", "notice_version": "1", "text_hash": "h", "locale": "en", "at": now}
    await add(conn, t.participants, **person, joined_at=now, last_heard_at=now)
    await add(conn, t.contacts, channel="telegram", bot="bot", chat=chat, participant_id=pid, name=NAME)
    await add(conn, t.channel_state, channel="telegram", bot="bot", chat=chat, not_before=now)
    await add(conn, t.invites, code=f"c{pid}", kind="rejoin", participant_id=pid, created_at=now)
    await add(conn, t.consents, participant_id=pid, channel="telegram", **agreed)
    await add(conn, t.equality, participant_id=pid, item="age", answer=CANARY)
    await add(conn, t.attendance, participant_id=pid, wave=1, state="attended", at=now, by="Ada")


async def plant_answer(conn: AsyncConnection, now: datetime, pid: str) -> None:
    """A run with an answer, its timer, and a prompt to come."""
    run = f"r{pid}"
    of = {"participant_id": pid, "flow": "f", "version": "v"}
    own = {"run_id": run, "step": "s", "participant_id": pid, "at": now}
    due = {"participant_id": pid, "due_at": now, "state": "planned"}
    began = {"cause": f"deadline:{pid}", "state": "waiting", "opened_at": now, "touched_at": now}
    words = {"vis": "F", "value": f'"{CANARY}"', "area": "hull", "locale": "en", "at": now}
    await add(conn, t.runs, id=run, **of, **began, body=f'{{"gist":"{CANARY}"}}')
    await add(conn, t.answers, run_id=run, step="s", **of, kind="text", **words)
    await add(conn, t.answer_parts, **own, message="55", text=CANARY * 50)
    await add(conn, t.deadlines, **due, key="entry:a", kind="entry")
    await add(conn, t.deadlines, **due, key=f"run:{run}:expire", kind="timer", run_id=run)


async def plant_voice(conn: AsyncConnection, now: datetime, pid: str) -> None:
    """A voice note to that answer, and what was heard in it."""
    own = {"run_id": f"r{pid}", "step": "s", "participant_id": pid}
    place = {"channel": "telegram", "bot": "bot", "reference": CANARY}
    await add(conn, t_media.media, id=f"v{pid}", **own, **place, kind="voice", vis="F", not_before=now, made_at=now)
    await add(conn, t_media.transcripts, media_id=f"v{pid}", participant_id=pid, text=CANARY, by="Ada", at=now)


async def plant_mail(conn: AsyncConnection, now: datetime, pid: str, chat: str) -> None:
    """An update set aside, a message sent, and one of a broadcast that waits."""
    place = {"channel": "telegram", "bot": "bot", "chat": chat}
    update = {"key": f"update{chat[:2]}", "state": "quarantined", "received_at": now, "done_at": now}
    message = {**place, "participant_id": pid, "op": 0, "body": CANARY, "not_before": now, "created_at": now}
    sent = {"state": "sent", "settled_at": now, "platform_id": "56", "token": f"r.r{pid}.1"}
    await add(conn, t.inbox, **place, **update, body=CANARY)
    await add(conn, t.outbox, **message, **sent, cause=f"deadline:{pid}")
    await add(conn, t.outbox, **message, state="queued", cause=f"broadcast:b:{pid}")
    await plant_delivery(conn, now, pid)


async def plant_delivery(conn: AsyncConnection, now: datetime, pid: str) -> None:
    """The line of the broadcast that the waiting message belongs to."""
    if await conn.scalar(sa.select(sa.func.count()).select_from(t.broadcasts)) == 0:
        broadcast = {"key": "b", "template": "x", "audience": "{}", "made_by": "Ada", "state": "sending"}
        await add(conn, t.broadcasts, id="b", **broadcast, created_at=now)
    waiting = await conn.scalar(sa.select(t.outbox.c.id).where(t.outbox.c.cause == f"broadcast:b:{pid}"))
    await add(conn, t.deliveries, broadcast_id="b", participant_id=pid, outbox_id=waiting, reply="cant_come")


async def plant_paper(conn: AsyncConnection, now: datetime, pid: str, code_name: str) -> None:
    """What staff have to do for them, and did."""
    await add(conn, t.tasks, participant_id=pid, kind="callback", note=CANARY, created_at=now)
    await add(conn, t.tasks, participant_id=pid, kind="complaint", note=CANARY, receipt="COMPLAINT", created_at=now)
    noticed = {"participant_id": pid, "code_name": code_name, "area": "hull", "level": "red", "cue": "en: hits me"}
    note = {"note": f"{code_name} was called", "words": CANARY, "state": "taken", "taken_by": "Ada", "taken_at": now}
    await add(conn, t.tables_care.cases, **noticed, **note, opened_at=now, heard_at=now)
    await add(conn, t.tables_care.talks, participant_id=pid, kind="safety", opened_by=code_name, opened_at=now)
    asked = {"participant_id": pid, "area": "hull", "kind": "correct", "note": CANARY, "by": "Ada"}
    await add(conn, t.tables_rights.rights_requests, **asked, asked_on="2026-11-05", due_on="2026-12-05")
    await add(conn, t.tables_rights.corrections, participant_id=pid, what="profile.patch", was=CANARY, by="Ada", at=now)
    detail = f'{{"for":"{code_name}"}}'
    await add(conn, t.journal, at=now, who="Ada", action="rejoin", subject=pid, detail=detail)
    await add(conn, t.journal, at=now, who=code_name, action="stop")
    await seals.seal(conn)


async def plant_agenda(conn: AsyncConnection, now: datetime, pid: str) -> None:
    """What they gave to the agenda: a quote, a statement, a vote on it, and a question that was answered."""
    own = {"run_id": f"r{pid}", "step": "s", "participant_id": pid}
    quote = {"quote": CANARY, "quoted": pid, "quote_run": f"r{pid}", "quote_step": "s"}
    number = await conn.scalar(sa.select(sa.func.count()).select_from(t_loop.key_issues)) or 0
    issue = {"id": f"issue{number}", "area": "hull", "number": number + 1, "title": "Homes", "changed_at": now}
    await add(conn, t_loop.key_issues, **issue, **quote)
    await add(conn, t_loop.issue_evidence, issue_id=f"issue{number}", **own)
    await add(conn, t_loop.statements, id=f"s{pid}", area="hull", **own, text=CANARY, made_at=now)
    await add(conn, t_loop.votes, statement_id=f"s{pid}", participant_id=pid, vote="agree", at=now)
    await add(conn, t_loop.question_replies, **own, replied_by="Parks", reply=CANARY, by="Ada", at=now)


async def plant_seat(conn: AsyncConnection, now: datetime, pid: str) -> None:
    """They decide something, too: a seat, what was passed on of theirs, and a pledge."""
    mine = {"participant_id": pid, "area": "hull"}
    seat = {**mine, "name": NAME, "type": "police", "reach": CANARY, "invited_by": "Ada", "invited_at": now}
    made = await conn.execute(sa.insert(t_seats.stakeholders).values(**seat).returning(t_seats.stakeholders.c.id))
    words = {"run_id": f"r{pid}", "step": "s", "flow": "f", "words": CANARY, "by": "Ada", "at": now}
    await add(conn, t_seats.passed_on, **mine, **words)
    issue = await conn.scalar(sa.select(t_loop.key_issues.c.id).where(t_loop.key_issues.c.quoted == pid))
    asked = {"issue_id": issue, "owner": "Police", "level": "district", "due_on": "2027-01-01"}
    owed = sa.insert(t_loop.commitments).values(**asked, asked_on="2026-12-01").returning(t_loop.commitments.c.id)
    commitment = (await conn.execute(owed)).scalar_one()
    await add(conn, t_seats.pledges, commitment_id=commitment, stakeholder_id=made.scalar_one())


async def plant_reading(conn: AsyncConnection, now: datetime, pid: str) -> None:
    """Their answer can be searched; the team has read it, coded it, settled a code, and marked a quote."""
    own = {"run_id": f"r{pid}", "step": "s", "participant_id": pid}
    words = {"words": CANARY, "begin": 0, "end": len(CANARY), "revision": 1}
    await texts.refresh(conn, [(f"r{pid}", "s")])
    await texts.catch_up(conn)
    await add(conn, t_reading.readings, **own, reader="Ada", at=now)
    await add(conn, t_reading.codes, **own, **words, label="frame:home", coder="Ada", at=now)
    await add(conn, t_reading.code_verdicts, **own, label="frame:home", holds=True, by="Ada", at=now)
    await add(conn, t_reading.quotes, **own, **words, id=f"q{pid}", key=f"k{pid}", made_by="Ada", made_at=now)


async def everything(conn: AsyncConnection) -> str:
    """All rows of all tables as one text."""
    rows = [(table.name, row) for table in t.metadata.sorted_tables for row in await conn.execute(table.select())]
    return "\n".join(f"{name} {tuple(row)}" for name, row in rows)
