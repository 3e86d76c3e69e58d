"""The tables of care: who answers for people's safety, what was noticed, and when the team itself talks to somebody."""

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata, one_of

duties = sa.Table(
    "duties",
    metadata,
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("duty", sa.String(8), nullable=False),  # of safeguarding; youth: for those of 16 and 17
    sa.Column("at", Instant, nullable=False),
    one_of("duty", "lead", "deputy", "youth"),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("participant_id", sa.String(20)),  # no foreign key: the record outlives the person's data
    sa.Column("code_name", sa.String(40), nullable=False),
    sa.Column("area", sa.String(40), nullable=False),
    sa.Column("level", sa.String(5), nullable=False),
    sa.Column("cue", sa.String(300), nullable=False),  # what of our lists was heard, for tuning them
    sa.Column("words", sa.Text, nullable=False, default=""),  # of a red case only; in no reflection
    sa.Column("call", sa.String(4), nullable=False, default=""),  # "is it safe to call you?", none: not answered
    sa.Column("state", sa.String(6), nullable=False, default="open"),
    sa.Column("rounds", sa.Integer, nullable=False, default=1),  # how often the team was alerted
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("heard_at", Instant, nullable=False),  # the last words that belong to it
    sa.Column("taken_by", sa.String(60), nullable=False, default=""),
    sa.Column("taken_at", Instant),
    sa.Column("closed_by", sa.String(60), nullable=False, default=""),
    sa.Column("closed_at", Instant),
    sa.Column("outcome", sa.String(12), nullable=False, default=""),
    sa.Column("note", sa.Text, nullable=False, default=""),
    one_of("level", "red", "amber", "note"),
    one_of("call", "", "yes", "text", "no"),
    one_of("state", "open", "taken", "closed"),
    one_of("outcome", "", "helped", "passed_on", "no_contact", "false_alarm", "carried_on"),
    sa.Index(None, "participant_id"),
)

talks = sa.Table(
    "talks",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.String(6), nullable=False),
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="SET NULL")),  # none: nobody in particular
    sa.Column("opened_by", sa.String(60), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    one_of("kind", "team", "safety"),
)
OPEN_TALK = talks.c.closed_at.is_(None)
sa.Index("ix_talks_open", talks.c.participant_id, unique=True, sqlite_where=OPEN_TALK, postgresql_where=OPEN_TALK)
