"""The tables of those who decide: who they are, what residents' words were passed on to them, what they pledged."""

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata, one_of

stakeholders = sa.Table(
    "stakeholders",
    metadata,
    sa.Column("id", Serial, primary_key=True),  # how staff name them: stakeholder 7
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), unique=True),
    sa.Column("area", sa.String(40), nullable=False),
    sa.Column("name", sa.String(80), nullable=False, default=""),
    sa.Column("type", sa.String(24), nullable=False),
    sa.Column("role", sa.String(120), nullable=False, default=""),  # their job, in words
    sa.Column("org", sa.String(120), nullable=False, default=""),
    sa.Column("level", sa.String(20), nullable=False, default=""),
    sa.Column("reach", sa.String(120), nullable=False, default=""),  # handle or e-mail, only until they have joined
    sa.Column("invited_by", sa.String(60), nullable=False),
    sa.Column("invited_at", Instant, nullable=False),
    sa.Column("joined_at", Instant),
    sa.Index(None, "area"),
)

passed_on = sa.Table(
    "passed_on",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("run_id", sa.String(20), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("area", sa.String(40), nullable=False),
    sa.Column("flow", sa.String(40), nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # as somebody of the team has looked at them
    sa.Column("stakeholder_id", sa.ForeignKey("stakeholders.id", ondelete="CASCADE")),  # none: for all of the area
    sa.Column("reply", sa.Text, nullable=False, default=""),  # waits for the team to pass it back
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "area"),
    sa.Index(None, "participant_id"),
)

pledges = sa.Table(
    "pledges",
    metadata,
    sa.Column("commitment_id", sa.ForeignKey("commitments.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("stakeholder_id", sa.ForeignKey("stakeholders.id", ondelete="SET NULL")),
    sa.Column("resources", sa.Text, nullable=False, default=""),
    sa.Column("funding", sa.String(24), nullable=False, default=""),
    sa.Column("gains", sa.Text, nullable=False, default=""),  # who gains most
    sa.Column("goal", sa.Text, nullable=False, default=""),  # how it serves the shared goal
    sa.Column("indicator", sa.Text, nullable=False, default=""),  # or why there is none
    sa.Column("commissioning", sa.String(3), nullable=False, default=""),
    sa.Column("evidence", sa.Text, nullable=False, default=""),
    sa.Column("wording", sa.Text, nullable=False, default=""),  # the owner's line, until the team has approved it
    sa.Column("escalated_on", sa.String(10), nullable=False, default=""),
    one_of("commissioning", "", "yes", "no"),
    sa.Index(None, "stakeholder_id"),
)

lexicon = sa.Table(
    "lexicon",
    metadata,
    sa.Column("area", sa.String(40), primary_key=True),
    sa.Column("term", sa.String(80), primary_key=True),
    sa.Column("said_by", sa.String(12), primary_key=True),
    sa.Column("means", sa.String(200), nullable=False, default=""),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    one_of("said_by", "residents", "officials"),
)
