"""The tables of what was spoken and shown: where each recording is, and what the team wrote down of it."""

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata, one_of

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),  # also the name of its file
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(5), nullable=False),
    sa.Column("vis", sa.String(1), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),  # the bot that can fetch it
    sa.Column("bot", sa.String(64), nullable=False),
    sa.Column("reference", sa.Text, nullable=False),  # emptied when there is nothing more to fetch
    sa.Column("state", sa.String(7), nullable=False, default="wanted"),
    sa.Column("reason", sa.String(200), nullable=False, default=""),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("mime", sa.String(20), nullable=False, default=""),
    sa.Column("size", sa.Integer, nullable=False, default=0),
    sa.Column("sha256", sa.String(64), nullable=False, default=""),
    sa.Column("faces", sa.String(4), nullable=False, default=""),  # what the team saw in a photo; "": not looked yet
    sa.Column("checked_by", sa.String(60), nullable=False, default=""),
    sa.Column("checked_at", Instant),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    one_of("kind", "voice", "photo"),
    one_of("state", "wanted", "kept", "refused", "failed", "removed"),
    one_of("faces", "", "none", "some"),
    sa.Index(None, "participant_id"),
    sa.Index(None, "run_id", "step"),
)
WANTED = media.c.state == "wanted"
sa.Index("ix_media_wanted", media.c.not_before, sqlite_where=WANTED, postgresql_where=WANTED)

transcripts = sa.Table(
    "transcripts",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("media_id", sa.ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "media_id"),
    sa.Index(None, "participant_id"),
)
