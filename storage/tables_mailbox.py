"""The tables of the open mailbox. Nothing in an entry says who wrote it; a mark only says that somebody did today."""

import sqlalchemy as sa

from storage.columns import metadata, one_of

mailbox_entries = sa.Table(
    "mailbox_entries",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("area", sa.String(40), nullable=False, default=""),  # "": somewhere else, or not said
    sa.Column("month", sa.String(7), nullable=False),  # as 2026-10: the day would tell more than is needed
    sa.Column("day", sa.Text, nullable=False, default=""),  # what comes to mind first about life there
    sa.Column("issues", sa.Text, nullable=False, default="[]"),  # JSON list of {text, frame}, the first one first
    sa.Column("helps", sa.Text, nullable=False, default=""),
    sa.Column("you", sa.String(8), nullable=False, default=""),
    sa.Column("aside", sa.Text, nullable=False, default=""),  # what was written where a button was expected
    sa.Column("via", sa.String(10), nullable=False),
    sa.Column("locale", sa.String(20), nullable=False),
    sa.Column("assisted_by", sa.String(60), nullable=False, default=""),  # who of the team wrote it down
    one_of("you", "", "live", "work", "both"),
    one_of("via", "telegram", "slack", "demo", "email", "paper", "phone", "cli"),
    sa.Index(None, "area"),
)

mailbox_marks = sa.Table(
    "mailbox_marks",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),  # HMAC of an account under the salt of that day
    sa.Column("entries", sa.Integer, nullable=False),
)

mailbox_salts = sa.Table(
    "mailbox_salts",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("salt", sa.String(64), nullable=False),  # thrown away with the day: then no mark leads to an account
)
