"""The tables of the API: the tokens of other programs, and what was replied to what must not be done twice."""

import sqlalchemy as sa

from storage.columns import Instant, metadata, one_of

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),  # the token itself is in one program only
    sa.Column("name", sa.String(40), nullable=False),  # of the program, as the journal names it
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("areas", sa.Text, nullable=False, default="[]"),  # JSON; none: all
    sa.Column("made_by", sa.String(60), nullable=False),
    sa.Column("maker_id", sa.String(20), nullable=False, default=""),  # of the member of the team; none: an operator
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("ended_by", sa.String(60), nullable=False, default=""),
    one_of("role", "facilitator", "moderator", "observer"),
)

api_replies = sa.Table(
    "api_replies",
    metadata,
    sa.Column("token_id", sa.ForeignKey("api_tokens.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(60), primary_key=True),  # the Idempotency-Key
    sa.Column("digest", sa.String(64), nullable=False),  # of what was asked
    sa.Column("reply", sa.Text, nullable=False, default=""),  # "": it is not known how it went
    sa.Column("at", Instant, nullable=False),
)
