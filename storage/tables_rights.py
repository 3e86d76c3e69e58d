"""The tables of people's rights over their data: what they asked for and by when, and what was put right."""

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata, one_of

rights_requests = sa.Table(
    "rights_requests",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="SET NULL")),
    sa.Column("area", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, default="open"),
    sa.Column("note", sa.Text, nullable=False, default=""),  # in the team's words
    sa.Column("asked_on", sa.String(10), nullable=False),  # a date of the area, as 2026-11-26
    sa.Column("due_on", sa.String(10), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),  # who noted it
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.String(60), nullable=False, default=""),
    sa.Column("reason", sa.String(300), nullable=False, default=""),  # why it was refused
    sa.Column("stone", sa.String(40), nullable=False, default=""),  # stands in the person's place: the receipt
    one_of("kind", "copy", "correct", "erase"),
    one_of("state", "open", "done", "refused"),
    sa.Index(None, "participant_id"),
)

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("what", sa.String(80), nullable=False),  # a fact, or an answer as RUN.STEP
    sa.Column("was", sa.Text, nullable=False, default=""),  # of a fact; an answer keeps its older words itself
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "participant_id"),
)
