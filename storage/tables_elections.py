"""The tables of the weeks before an election, and of messages that wait for a sign-off or for their hour."""

import sqlalchemy as sa

from storage.columns import Instant, metadata, one_of

pre_elections = sa.Table(
    "pre_elections",
    metadata,
    sa.Column("area", sa.String(40), primary_key=True),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

held_messages = sa.Table(
    "held_messages",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("key", sa.String(80), nullable=False, unique=True),  # pressing twice holds it once
    sa.Column("template", sa.String(40), nullable=False),
    sa.Column("audience", sa.Text, nullable=False),  # JSON, as it was asked for
    sa.Column("fill", sa.Text, nullable=False),  # JSON: the values that only this message needs
    sa.Column("made_by", sa.String(60), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("approved_by", sa.String(60), nullable=False, default=""),
    sa.Column("state", sa.String(8), nullable=False, default="held"),
    sa.Column("why", sa.String(12), nullable=False, server_default="election"),  # it waits; a key for the wording
    sa.Column("maker_id", sa.String(20), nullable=False, server_default=""),  # of a facilitator who asked for it
    sa.Column("send_at", Instant),  # when it is to go out; none: as soon as somebody else has looked at it
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),  # why it was missed
    one_of("state", "held", "planned", "approved", "sent", "dropped", "missed"),
)
