"""The tables of reading: the words to be searched, who has read what, codes, what the team settled, and quotes.

All but the themes hang on a person and go with them. Where words stand in an answer is told by their place in its text.
"""

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata

reading_texts = sa.Table(
    "reading_texts",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("run_id", sa.String(20), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # as `flows.searching.fold` leaves them
    sa.Column("indexed", sa.Boolean, nullable=False, default=False, server_default=sa.false()),  # SQLite: see the texts
    sa.UniqueConstraint("run_id", "step"),
    sa.Index(None, "participant_id"),
)
NOT_INDEXED = reading_texts.c.indexed == sa.false()
sa.Index("ix_reading_texts_waiting", reading_texts.c.id, sqlite_where=NOT_INDEXED, postgresql_where=NOT_INDEXED)

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("reader", sa.String(60), primary_key=True),
    sa.Column("run_id", sa.String(20), primary_key=True),
    sa.Column("step", sa.String(40), primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "participant_id"),
)

themes = sa.Table(
    "themes",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("memo", sa.Text, nullable=False, default=""),  # what belongs under it, and what does not
    sa.Column("made_by", sa.String(60), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("retired_at", Instant),  # not offered any more; what is under it stays
)

codes = sa.Table(
    "codes",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("run_id", sa.String(20), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("label", sa.String(40), nullable=False),  # see `flows.frames`; "theme:<id>" for one of the team's own
    sa.Column("coder", sa.String(60), nullable=False),
    sa.Column("begin", sa.Integer, nullable=False, default=0),  # in the text as it was then; 0 and 0: all of it
    sa.Column("end", sa.Integer, nullable=False, default=0),
    sa.Column("words", sa.Text, nullable=False, default=""),  # those that are meant, as they stood there
    sa.Column("revision", sa.Integer, nullable=False),  # of the answer
    sa.Column("at", Instant, nullable=False),
    sa.Column("removed_at", Instant),  # a code that was taken off stays as history
    sa.Column("removed_by", sa.String(60), nullable=False, default=""),
    sa.Index(None, "run_id", "step"),
    sa.Index(None, "participant_id"),
    sa.Index(None, "label", "coder"),
)
STANDING = codes.c.removed_at.is_(None)
sa.Index(
    "ix_codes_once",
    *(codes.c[name] for name in ("run_id", "step", "label", "coder", "begin", "end")),
    unique=True,
    sqlite_where=STANDING,
    postgresql_where=STANDING,
)

sa.Index("ix_codes_coders", codes.c.coder, sqlite_where=STANDING, postgresql_where=STANDING)

code_verdicts = sa.Table(
    "code_verdicts",
    metadata,
    sa.Column("id", Serial, primary_key=True),  # the newest of a label is the one that counts
    sa.Column("run_id", sa.String(20), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("label", sa.String(40), nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "run_id", "step", "label"),
    sa.Index(None, "participant_id"),
)

quotes = sa.Table(
    "quotes",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("key", sa.String(40), nullable=False, unique=True),  # pressing twice is the same quote
    sa.Column("run_id", sa.String(20), nullable=False),
    sa.Column("step", sa.String(40), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # as they stood in the answer
    sa.Column("begin", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("asked", sa.Boolean, nullable=False, default=False),  # "ask me each time": they were, and agreed
    sa.Column("made_by", sa.String(60), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("dropped_at", Instant),
    sa.Column("dropped_by", sa.String(60), nullable=False, default=""),
    sa.Index(None, "run_id", "step"),
    sa.Index(None, "participant_id"),
)
