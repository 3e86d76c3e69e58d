"""The tables. Identity (contacts) stands apart from what people said; times are UTC microseconds on both databases."""

import sqlalchemy as sa

from storage import tables_api as tables_api
from storage import tables_care as tables_care
from storage import tables_console as tables_console
from storage import tables_elections as tables_elections
from storage import tables_loop as tables_loop
from storage import tables_mailbox as tables_mailbox
from storage import tables_media as tables_media
from storage import tables_places as tables_places
from storage import tables_reading as tables_reading
from storage import tables_rights as tables_rights
from storage import tables_room as tables_room
from storage import tables_sending as tables_sending
from storage import tables_stakeholders as tables_stakeholders
from storage.columns import Instant, Serial, metadata, one_of
from storage.tables_journal import journal as journal

__all__ = ["metadata"]

# ── who ────────────────────────────────────────────────────────────────────────────────────────────────────────
participants = sa.Table(
    "participants",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("role", sa.String(12), nullable=False, server_default="participant"),
    sa.Column("area", sa.String(40), nullable=False),
    sa.Column("code_name", sa.String(40), nullable=False, unique=True),  # what staff see, e.g. Heron-14
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False, default=True),  # the platform lets us write
    sa.Column("locale", sa.String(20), nullable=False),
    sa.Column("facts", sa.Text, nullable=False, default="{}"),  # profile.* and consent.* as JSON: name → value
    sa.Column("paused_until", Instant),  # with state "paused"; none: until the person says START
    sa.Column("joined_at", Instant, nullable=False),
    sa.Column("last_heard_at", Instant, nullable=False),
    one_of("state", "joining", "active", "paused", "stopped"),
    one_of("role", "participant", "stakeholder", "guest"),
    sa.Index(None, "area", "state"),
)

LAY = participants.c.role == "participant"
"""Those whom the dialogue is about. Stakeholders and guests talk with the assistant too, and are counted apart."""

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("bot", sa.String(64), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), unique=True),
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE")),
    sa.Column("name", sa.String(60), nullable=False, default=""),  # what the person wants to be called
    sa.UniqueConstraint("channel", "bot", "chat"),
)

facilitators = sa.Table(
    "facilitators",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("areas", sa.Text, nullable=False, default="[]"),  # JSON list of area ids; empty: all
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("role", sa.String(12), nullable=False, server_default=""),  # none: see storage.facilitators
    one_of("role", "", "lead", "facilitator", "moderator", "safeguarding", "observer"),
)

invites = sa.Table(
    "invites",
    metadata,
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("area", sa.String(40), nullable=False, default=""),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE")),
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE")),
    sa.Column("stakeholder_id", sa.ForeignKey("stakeholders.id", ondelete="CASCADE")),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("uses_left", sa.Integer),  # none: any number
    one_of("kind", "join", "rejoin", "facilitator", "stakeholder"),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("item", sa.String(20), nullable=False),  # part, remind, media, quote, after
    sa.Column("answer", sa.String(24), nullable=False),
    sa.Column("notice_version", sa.String(40), nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),  # SHA-256 of the exact words that were shown
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("locale", sa.String(20), nullable=False),
    sa.Column("via", sa.String(20), nullable=False, default="self"),
    sa.Column("assisted_by", sa.String(60), nullable=False, server_default=""),  # who wrote it down for them
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "participant_id", "item", "at"),
)

equality = sa.Table(
    "equality",
    metadata,
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("item", sa.String(24), primary_key=True),
    sa.Column("answer", sa.String(40), nullable=False),
)

# ── what was said ──────────────────────────────────────────────────────────────────────────────────────────────
flow_versions = sa.Table(
    "flow_versions",
    metadata,
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("flow", sa.String(40), nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # JSON {"yaml": …, "prompts": {locale: template}}
    sa.Column("published_at", Instant, nullable=False),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", Serial, primary_key=True),  # the newest is live
    sa.Column("programme", sa.String(40), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("flows", sa.Text, nullable=False),  # JSON: flow → its version
    sa.Column("files", sa.Text, nullable=False),  # JSON: path → text, so that it can be read again
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("flow", sa.String(40), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("cause", sa.String(80), nullable=False),  # the inbox key or calendar entry that began it
    sa.Column("entry", sa.String(40), nullable=False, default=""),  # the calendar entry, if one began it
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, default=1),  # the guard: written only if unchanged since read
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("touched_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("body", sa.Text, nullable=False),  # the flows.run.Run as JSON
    sa.UniqueConstraint("participant_id", "cause", "flow"),
    one_of("state", "waiting", "finished", "expired", "left", "parked"),
)
PARKED = runs.c.state == "parked"
sa.Index("ix_runs_parked", runs.c.touched_at, sqlite_where=PARKED, postgresql_where=PARKED)
sa.Index(
    "ix_runs_open",
    runs.c.participant_id,
    sqlite_where=runs.c.state == "waiting",
    postgresql_where=runs.c.state == "waiting",
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("step", sa.String(40), primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("flow", sa.String(40), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("vis", sa.String(1), nullable=False),
    sa.Column("value", sa.Text),  # JSON; none: skipped
    sa.Column("share", sa.String(8), nullable=False, default="team"),
    sa.Column("revision", sa.Integer, nullable=False, default=1),
    sa.Column("area", sa.String(40), nullable=False),  # as they were when the answer was given
    sa.Column("wave", sa.Integer, nullable=False, default=1),
    sa.Column("locale", sa.String(20), nullable=False),
    sa.Column("attributes", sa.Text, nullable=False, default="{}", server_default="{}"),  # JSON: channel, pace, w1 …
    sa.Column("via", sa.String(20), nullable=False, default="self"),
    sa.Column("assisted_by", sa.String(60), nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    sa.Column("withdrawn_at", Instant),
    one_of("share", "team", "group", "me"),
    sa.Index(None, "participant_id", "at"),
    sa.Index(None, "area", "at"),
    sa.Index(None, "flow", "step"),
)

PRIVATE = answers.c.share == "me"
sa.Index("ix_answers_private", answers.c.area, sqlite_where=PRIVATE, postgresql_where=PRIVATE)

answer_parts = sa.Table(
    "answer_parts",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("run_id", sa.String(20), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("message", sa.String(64), nullable=False),  # the platform's id, so that an edit finds its part
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("media_kind", sa.String(12), nullable=False, default=""),
    sa.Column("media_reference", sa.Text, nullable=False, default=""),
    sa.Column("media_id", sa.String(20)),  # the recording, see `storage.tables_media`; none for words and places
    sa.Column("seconds", sa.Integer, nullable=False, default=0),
    sa.Column("at", Instant, nullable=False),
    sa.Column("replaced_at", Instant),  # an older text, kept as history
    sa.Index(None, "run_id", "step"),
    sa.Index(None, "participant_id", "message"),
)

# ── when ───────────────────────────────────────────────────────────────────────────────────────────────────────
workshops = sa.Table(
    "workshops",
    metadata,
    sa.Column("area", sa.String(40), primary_key=True),
    sa.Column("wave", sa.Integer, primary_key=True),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("place", sa.String(200), nullable=False, default=""),
    sa.Column("map", sa.String(300), nullable=False, default=""),
)

attendance = sa.Table(
    "attendance",
    metadata,
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("wave", sa.Integer, primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    one_of("state", "attended", "missed", "left_early"),
)

deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("key", sa.String(60), nullable=False),  # "entry:diary_1" · "run:<id>:gather" · "alarm:7" · "words:<id>"
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE")),
    sa.Column("asked", sa.Integer, nullable=False, default=0),  # the fence of a run's timer
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("priority", sa.Integer, nullable=False, default=3),
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, default=""),  # why it was moved, dropped or missed
    sa.Column("settled_at", Instant),
    sa.UniqueConstraint("participant_id", "key"),
    one_of("kind", "entry", "timer", "unpause", "alarm", "talk", "release", "words"),
    one_of("state", "planned", "done", "dropped", "missed", "cancelled"),
)
sa.Index(
    "ix_deadlines_due",
    deadlines.c.due_at,
    sqlite_where=deadlines.c.state == "planned",
    postgresql_where=deadlines.c.state == "planned",
)

# ── in and out ─────────────────────────────────────────────────────────────────────────────────────────────────
inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("bot", sa.String(64), nullable=False),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # the Inbound as JSON; emptied once it is done
    sa.Column("state", sa.String(11), nullable=False, default="new"),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.UniqueConstraint("channel", "bot", "key"),
    one_of("state", "new", "done", "quarantined"),
)
sa.Index("ix_inbox_new", inbox.c.id, sqlite_where=inbox.c.state == "new", postgresql_where=inbox.c.state == "new")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("cause", sa.String(80), nullable=False),
    sa.Column("op", sa.Integer, nullable=False),
    sa.Column("participant_id", sa.String(20)),  # no foreign key: the last goodbye outlives the person
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("bot", sa.String(64), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # the Outgoing as JSON; emptied by retention
    sa.Column("token", sa.String(40), nullable=False, default=""),
    sa.Column("replaces", sa.Boolean, nullable=False, default=False),
    sa.Column("burn", sa.Boolean, nullable=False, default=False),  # forget chat and words as soon as it is settled
    sa.Column(
        "always", sa.Boolean, nullable=False, default=False
    ),  # goes out though the person has stopped (goodbye, own data)
    sa.Column("priority", sa.Integer, nullable=False, default=0),  # 0 reply, 1 prompt, 2 broadcast
    sa.Column("policy", sa.String(6), nullable=False, default="resend"),
    sa.Column("state", sa.String(9), nullable=False, default="queued"),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("sender", sa.String(16), nullable=False, server_default=""),  # which process claimed it last
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("platform_id", sa.String(64), nullable=False, default=""),
    sa.Column("reason", sa.String(200), nullable=False, default=""),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    sa.UniqueConstraint("cause", "op"),
    one_of("state", "queued", "sending", "sent", "refused", "cancelled", "expired", "uncertain"),
    one_of("policy", "resend", "hold"),
)
UNSETTLED = outbox.c.state.in_(("queued", "sending"))
sa.Index(
    "ix_outbox_unsettled",
    outbox.c.channel,
    outbox.c.bot,
    outbox.c.chat,
    outbox.c.id,
    sqlite_where=UNSETTLED,
    postgresql_where=UNSETTLED,
)
QUEUED = outbox.c.state == "queued"
sa.Index(
    "ix_outbox_queue",
    outbox.c.channel,
    outbox.c.bot,
    outbox.c.priority,
    outbox.c.id,
    sqlite_where=QUEUED,
    postgresql_where=QUEUED,
)
sa.Index("ix_outbox_participant", outbox.c.participant_id)
sa.Index("ix_outbox_token", outbox.c.token)

broadcasts = sa.Table(
    "broadcasts",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("key", sa.String(80), nullable=False, unique=True),  # pressing twice is the same broadcast
    sa.Column("template", sa.String(40), nullable=False),
    sa.Column("audience", sa.Text, nullable=False),  # JSON, as it was asked for
    sa.Column("made_by", sa.String(60), nullable=False),
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    one_of("state", "sending", "cancelled"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("broadcast_id", sa.ForeignKey("broadcasts.id", ondelete="CASCADE"), nullable=False),
    sa.Column("participant_id", sa.String(20)),  # emptied when the person is erased; the count stays true
    sa.Column("excluded", sa.String(60), nullable=False, default=""),  # why nothing was sent, else the outbox row tells
    sa.Column("outbox_id", sa.ForeignKey("outbox.id", ondelete="SET NULL")),
    sa.Column("reply", sa.String(24), nullable=False, default=""),
    sa.Column("replied_at", Instant),
    sa.UniqueConstraint("broadcast_id", "participant_id"),
)

# ── for people who run it ──────────────────────────────────────────────────────────────────────────────────────
tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE")),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("receipt", sa.String(20), nullable=False, default=""),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.Column("done_by", sa.String(60), nullable=False, default=""),
    one_of("kind", "callback", "access", "complaint", "stuck", "question", "look", "guardian", "sponsor"),
    sa.Index(None, "participant_id"),
)

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("receipt", sa.String(20), primary_key=True),
    sa.Column("participant_hash", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

channel_state = sa.Table(
    "channel_state",
    metadata,
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("bot", sa.String(64), primary_key=True),
    sa.Column("chat", sa.String(64), primary_key=True, default=""),  # "" for the whole bot
    sa.Column("not_before", Instant),
    sa.Column("paused", sa.String(200), nullable=False, default=""),  # why the bot is paused
)
