"""The tables of the console: who is signed in, who asks to be, what proves it is them, and the seals of the journal."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata, one_of

IDLE: Final = timedelta(minutes=30)
WHOLE: Final = timedelta(hours=12)
"""After this a session ends, however busy it is."""

sessions = sa.Table(
    "console_sessions",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),  # the token itself is in one browser only
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("browser", sa.String(60), nullable=False),
    sa.Column("way", sa.String(8), nullable=False),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("proved_at", Instant, nullable=False),  # when they last proved who they are
    one_of("way", "chat", "passkey"),
)


def alive(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Of sessions: those that are not over."""
    return (sessions.c.seen_at > now - IDLE, sessions.c.began_at > now - WHOLE)


asks = sa.Table(
    "console_asks",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("nonce_hash", sa.String(64), nullable=False, unique=True),  # of the browser that asks
    sa.Column("code", sa.String(12), nullable=False, unique=True),
    sa.Column("browser", sa.String(60), nullable=False),
    sa.Column("session_id", sa.ForeignKey("console_sessions.id", ondelete="CASCADE")),  # proves it again, for this one
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE")),  # who sent the code
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    one_of("state", "open", "claimed", "yes", "no", "used"),
)

passkeys = sa.Table(
    "console_passkeys",
    metadata,
    sa.Column("id", sa.String(1400), primary_key=True),  # the credential's own, base64url
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("public_key", sa.Text, nullable=False),  # base64url
    sa.Column("counter", sa.BigInteger, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

authenticators = sa.Table(
    "console_authenticators",
    metadata,
    sa.Column("facilitator_id", sa.ForeignKey("facilitators.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("secret", sa.String(64), nullable=False),
    sa.Column("step", sa.BigInteger, nullable=False, default=0),  # of the last code: each is good once
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("confirmed_at", Instant),  # none: it is being set up
)

seals = sa.Table(
    "journal_seals",
    metadata,
    sa.Column("number", Serial, primary_key=True),
    sa.Column("journal_id", sa.BigInteger, nullable=False, unique=True),  # no foreign key: a line that is gone is seen
    sa.Column("salt", sa.String(64), nullable=False),  # emptied when a name is taken out of the line
    sa.Column("digest", sa.String(64), nullable=False),  # of the salt and the line
    sa.Column("chain", sa.String(64), nullable=False),  # of the seal before and the digest
)
