"""The table of the journal: who did what, and when."""

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False, default=""),
    sa.Column("detail", sa.Text, nullable=False, default="{}"),  # JSON: ids and counts, never what somebody said
    sa.Index(None, "who", "id"),
    sa.Index(None, "action", "id"),
    sa.Index(None, "subject", "id"),
)
