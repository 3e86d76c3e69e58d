"""What a batch of turns changed, collected while they are decided and written in one go.

Every method only notes a row; `flush` writes them with one statement a table, whatever the number of turns.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from flows.effects import Keep, KeepPart, RevisePart
from flows.events import Timer
from flows.run import RECORDED, Run
from storage import media as recordings
from storage import reading_texts as texts
from storage.many import execute_many
from storage.reflections import HIDDEN_FROM_TEAM
from storage.revising import revise
from storage.rows import new_id, to_json
from storage.scenes import OpenRun, Person, Place, Scene
from storage.tables import (
    answer_parts,
    answers,
    consents,
    contacts,
    deadlines,
    deliveries,
    equality,
    journal,
    outbox,
    participants,
    runs,
    tasks,
)
from storage.tables_media import media

Row = dict[str, Any]


class Conflict(Exception):
    """Somebody else wrote the same run since it was read: the whole batch is done again."""


def _upsert(table: sa.Table, keys: Iterable[str], update: Iterable[str], **values: Any) -> dict[str, UpdateBase]:
    """INSERT … ON CONFLICT DO UPDATE for both databases; `values` are set besides the columns taken over."""
    made: dict[str, UpdateBase] = {}
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
        statement = insert(table)
        taken = {column: statement.excluded[column] for column in update}
        made[name] = statement.on_conflict_do_update(index_elements=list(keys), set_={**taken, **values})
    return made


def _person_row(person: Person) -> Row:
    return {
        "id": person.id,
        "role": person.role,
        "area": person.area,
        "code_name": person.code_name,
        "state": person.state,
        "reachable": person.reachable,
        "locale": person.locale,
        "facts": to_json(person.facts),
        "paused_until": person.paused_until,
        "joined_at": person.joined_at,
        "last_heard_at": person.last_heard_at,
    }


PERSON = _upsert(
    participants,
    ["id"],
    ["area", "code_name", "state", "reachable", "locale", "facts", "paused_until", "last_heard_at"],
)
HEARD = (
    sa.update(participants)
    .where(participants.c.id == sa.bindparam("of"))
    .values(last_heard_at=sa.bindparam("now"), reachable=True)
)
CONTACT = _upsert(contacts, ["channel", "bot", "chat"], ["participant_id", "facilitator_id", "name"])
RUN_UPDATE = (
    sa.update(runs)
    .where(runs.c.id == sa.bindparam("row"), runs.c.revision == sa.bindparam("was"))
    .values(
        state=sa.bindparam("new_state"),
        body=sa.bindparam("new_body"),
        revision=runs.c.revision + 1,
        touched_at=sa.bindparam("touched"),
    )
)
ANSWER = _upsert(
    answers,
    ["run_id", "step"],
    # one moment, not two
    ["value", "at", "version", "kind", "vis", "area", "wave", "locale", "attributes", "via", "assisted_by"],
    revision=answers.c.revision + 1,
    withdrawn_at=None,
)
REPLACE_PARTS = (
    sa.update(answer_parts)
    .where(
        answer_parts.c.run_id == sa.bindparam("of_run"),
        answer_parts.c.step == sa.bindparam("of_step"),
        answer_parts.c.replaced_at.is_(None),
    )
    .values(replaced_at=sa.bindparam("now"))
)
SHARE = (
    sa.update(answers)
    .where(answers.c.run_id == sa.bindparam("of_run"), answers.c.step == sa.bindparam("of_step"))
    .values(share=sa.bindparam("level"))
)
TIMER = _upsert(
    deadlines, ["participant_id", "key"], ["due_at", "asked", "state", "reason", "settled_at", "run_id", "kind"]
)
CLEAR_TIMER = (
    sa.update(deadlines)
    .where(
        deadlines.c.participant_id == sa.bindparam("person"),
        deadlines.c.key == sa.bindparam("timer_key"),
        deadlines.c.state == "planned",
    )
    .values(state="cancelled", settled_at=sa.bindparam("now"))
)
INSERT = {table: sa.insert(table) for table in (runs, answer_parts, media, consents, outbox, tasks, journal)}
EQUALITY = _upsert(equality, ["participant_id", "item"], ["answer"])
REPLY = (
    sa.update(deliveries)
    .where(
        deliveries.c.id == sa.bindparam("row"),
        deliveries.c.participant_id == sa.bindparam("person"),
    )
    .values(reply=sa.bindparam("key"), replied_at=sa.bindparam("now"))
)


class Changes:
    """The notebook of one transaction."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._heard: dict[str, Person] = {}
        self._contacts: dict[Place, Row] = {}
        self._runs: dict[str, tuple[OpenRun, str]] = {}
        self._answers: dict[tuple[str, str], Row] = {}
        self._replaced: list[Row] = []
        self._parts: list[Row] = []
        self._said: dict[texts.Place, texts.Said] = {}
        self._media: list[Row] = []
        self._let_go: list[Row] = []
        self._revisions: list[tuple[str, RevisePart]] = []
        self._shares: list[Row] = []
        self._timers: dict[tuple[str, str], Row] = {}
        self._cleared: dict[tuple[str, str], Row] = {}
        self._consents: list[Row] = []
        self._equality: dict[tuple[str, str], Row] = {}
        self._outbox: list[Row] = []
        self._tasks: list[Row] = []
        self._journal: list[Row] = []
        self._replies: list[Row] = []

    def person(self, scene: Scene) -> None:
        """This person (new or known) and their contact are as the scene now says."""
        assert scene.person is not None
        self._people[scene.person.id] = scene.person
        self._heard.pop(scene.person.id, None)

    def heard(self, person: Person) -> None:
        """They said something, so they can be reached; nothing else about them is new since they were last noted."""
        noted = self._people if person.id in self._people else self._heard
        noted[person.id] = person

    def contact(self, scene: Scene) -> None:
        """The place belongs to whom the scene now says."""
        channel, bot, chat = scene.place
        self._contacts[scene.place] = {
            "channel": channel,
            "bot": bot,
            "chat": chat,
            "participant_id": scene.person.id if scene.person else None,
            "facilitator_id": scene.facilitator_id,
            "name": scene.name,
        }

    def run(self, open_run: OpenRun, participant_id: str) -> None:
        """This run moved on."""
        self._runs[open_run.run.id] = (open_run, participant_id)

    def keep(
        self,
        run: Run,
        effect: Keep,
        person: Person,
        *,
        kind: str,
        vis: str,
        wave: int,
        attributes: Mapping[str, str],
        assisted_by: str = "",
        via: str = "self",
    ) -> None:
        """An answer has this value now, with what is so of the person now. `assisted_by` wrote it down for them."""
        self._answers[run.id, effect.step] = {
            "run_id": run.id,
            "step": effect.step,
            "participant_id": person.id,
            "flow": run.flow,
            "version": run.version,
            "kind": kind,
            "vis": vis,
            "value": None if effect.value is None else to_json(effect.value),
            "area": person.area,
            "wave": wave,
            "locale": person.locale,
            "attributes": to_json(attributes),
            "via": via,
            "assisted_by": assisted_by,
            "at": effect.at,
        }

    def part(self, run: Run, effect: KeepPart, person: Person, *, place: Place, vis: str) -> None:
        """One more message of an open answer, or the first of a fresh one. A recording is fetched after the commit."""
        if effect.first:
            self._replaced.append({"of_run": run.id, "of_step": effect.step, "now": effect.at})
            for part in self._parts:
                if (part["run_id"], part["step"]) == (run.id, effect.step):
                    part["replaced_at"] = effect.at
        shown = effect.media
        row = {
            "run_id": run.id,
            "step": effect.step,
            "participant_id": person.id,
            "message": effect.message,
            "text": effect.text,
            "media_kind": shown.kind if shown else "",
            "media_reference": shown.reference if shown else "",
            "media_id": new_id() if shown and shown.kind in RECORDED else None,
            "seconds": shown.seconds if shown else 0,
            "at": effect.at,
            "replaced_at": None,
        }
        self._parts.append(row)
        if vis not in HIDDEN_FROM_TEAM:
            texts.gather(self._said, run.id, effect.step, person.id, effect.text, first=effect.first)
        if row["media_id"]:
            self._media.append(recordings.wanted(row, place, vis))

    def let_go_of_media(self, person: Person, now: datetime) -> None:
        """The person does not want recordings kept any more: those there are go, whatever was said in them stays."""
        self._let_go.append({"person": person.id, "now": now})
        for row in (*self._media, *self._parts):
            if row["participant_id"] == person.id:
                row.update(recordings.LET_GO if "state" in row else {"media_reference": ""})

    def revise(self, person: Person, effect: RevisePart) -> None:
        """An earlier message was edited; the older text stays as history."""
        self._revisions.append((person.id, effect))

    def share(self, run: Run, step: str, level: str) -> None:
        """Who may see this answer."""
        self._shares.append({"of_run": run.id, "of_step": step, "level": level})

    def timer(self, run: Run, person: Person, timer: Timer, at: datetime, asked: int) -> None:
        """The run wants to be rung at `at`; an older timer of the same kind gives way."""
        key = person.id, f"run:{run.id}:{timer}"
        self._timers[key] = {
            "participant_id": person.id,
            "key": key[1],
            "kind": "timer",
            "run_id": run.id,
            "asked": asked,
            "due_at": at,
            "state": "planned",
            "reason": "",
            "settled_at": None,
        }

    def clear_timer(self, run: Run, person: Person, timer: Timer, now: datetime) -> None:
        """That timer is not needed any more."""
        key = person.id, f"run:{run.id}:{timer}"
        self._timers.pop(key, None)
        self._cleared[key] = {"person": person.id, "timer_key": key[1], "now": now}

    def unpause_at(self, person: Person, at: datetime) -> None:
        """A pause ends by itself."""
        self._timers[person.id, "unpause"] = {
            "participant_id": person.id,
            "key": "unpause",
            "kind": "unpause",
            "run_id": None,
            "asked": 0,
            "due_at": at,
            "state": "planned",
            "reason": "",
            "settled_at": None,
        }

    def consent(self, row: Row) -> None:
        """One answer of the consent record; see `storage.tables.consents` for the columns."""
        self._consents.append(row)

    def equality(self, person: Person, item: str, answer: str) -> None:
        """An equality answer, kept apart from everything else."""
        key = person.id, item
        self._equality[key] = {"participant_id": person.id, "item": item, "answer": answer}

    def send(self, row: Row) -> None:
        """A message to be sent after the commit; see `storage.tables.outbox` for the columns."""
        self._outbox.append(row)

    def task(self, row: Row) -> None:
        """Something a person of the team must do."""
        self._tasks.append(row)

    def note(self, *, at: datetime, who: str, action: str, subject: str = "", detail: Row | None = None) -> None:
        """A line in the journal: ids and counts, never what somebody said."""
        self._journal.append(
            {"at": at, "who": who, "action": action, "subject": subject, "detail": to_json(detail or {})}
        )

    def reply(self, delivery: int, person: Person, key: str, now: datetime) -> None:
        """A button under a broadcast was pressed by the person it was sent to."""
        self._replies.append({"row": delivery, "person": person.id, "key": key, "now": now})

    async def flush(self, conn: AsyncConnection) -> None:
        """Write what was noted, in the order that the foreign keys ask for, and start afresh."""
        await self._flush_people(conn)
        await self._flush_runs(conn)
        await self._flush_answers(conn)
        await execute_many(conn, CLEAR_TIMER, list(self._cleared.values()))
        await execute_many(conn, TIMER[conn.dialect.name], list(self._timers.values()))
        for table, rows in (
            (consents, self._consents),
            (outbox, self._outbox),
            (tasks, self._tasks),
            (journal, self._journal),
        ):
            await execute_many(conn, INSERT[table], rows)
        await execute_many(conn, EQUALITY[conn.dialect.name], list(self._equality.values()))
        await execute_many(conn, REPLY, self._replies)
        self.__init__()  # type: ignore[misc]

    async def _flush_people(self, conn: AsyncConnection) -> None:
        heard = [{"of": person.id, "now": person.last_heard_at} for person in self._heard.values()]
        await execute_many(conn, HEARD, heard)
        people = [_person_row(person) for person in self._people.values()]
        await execute_many(conn, PERSON[conn.dialect.name], people)
        await execute_many(conn, CONTACT[conn.dialect.name], list(self._contacts.values()))

    async def _flush_runs(self, conn: AsyncConnection) -> None:
        new: list[Row] = []
        old: list[Row] = []
        for open_run, pid in self._runs.values():
            (old if open_run.revision else new).append(_run_row(open_run, pid))
            open_run.revision += 1
        await execute_many(conn, INSERT[runs], [{k: v for k, v in row.items() if k in runs.c} for row in new])
        if old and await execute_many(conn, RUN_UPDATE, [_run_update(row) for row in old]) != len(old):
            raise Conflict

    async def _flush_answers(self, conn: AsyncConnection) -> None:
        await execute_many(conn, ANSWER[conn.dialect.name], list(self._answers.values()))
        await execute_many(conn, REPLACE_PARTS, self._replaced)
        for gone in self._let_go:  # before the new ones: somebody may say no, then yes, and speak
            await recordings.let_go(conn, gone["person"], gone["now"])
        await execute_many(conn, INSERT[answer_parts], self._parts)
        for statement, rows in texts.written(self._said):
            await execute_many(conn, statement[conn.dialect.name], rows)
        await execute_many(conn, INSERT[media], self._media)
        await execute_many(conn, SHARE, self._shares)
        for participant_id, effect in self._revisions:
            await revise(conn, participant_id, effect)


def _run_row(open_run: OpenRun, participant_id: str) -> Row:
    run = open_run.run
    return {
        "id": run.id,
        "participant_id": participant_id,
        "flow": run.flow,
        "version": run.version,
        "cause": open_run.cause,
        "entry": open_run.entry,
        "state": run.state,
        "revision": open_run.revision or 1,
        "opened_at": open_run.opened_at,
        "touched_at": open_run.touched_at,
        "expires_at": open_run.expires_at,
        "body": to_json(run),
    }


def _run_update(row: Row) -> Row:
    return {
        "row": row["id"],
        "was": row["revision"],
        "new_state": row["state"],
        "new_body": row["body"],
        "touched": row["touched_at"],
    }
