"""The table of where the team watches a message go out."""

import sqlalchemy as sa

from storage.columns import Instant, metadata

watches = sa.Table(
    "watches",
    metadata,
    sa.Column("broadcast_id", sa.ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("shown", sa.Text, nullable=False),  # the counts of the newest copy, as JSON
    sa.Column("drawn_at", Instant, nullable=False),
    sa.Column("number", sa.Integer, nullable=False, default=0),  # of the newest copy
)
