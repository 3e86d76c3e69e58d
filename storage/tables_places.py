"""The tables of where the program itself is at home: the workspaces it is installed in. Nothing about people."""

import sqlalchemy as sa

from storage.columns import Instant, metadata

workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("team", sa.String(64), primary_key=True),  # the platform's id, which contacts know as their bot
    sa.Column("name", sa.String(120), nullable=False, default=""),
    sa.Column("token", sa.Text, nullable=False, default=""),  # emptied when the app is taken out
    sa.Column("installed_at", Instant, nullable=False),
    sa.Column("removed_at", Instant),
)
