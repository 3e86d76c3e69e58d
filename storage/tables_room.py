"""The table of the rooms: how far the team has led the people of an area, who are at their workshop."""

import sqlalchemy as sa

from storage.columns import Instant, metadata

rooms = sa.Table(
    "rooms",
    metadata,
    sa.Column("area", sa.String(40), primary_key=True),
    sa.Column("wave", sa.Integer, primary_key=True),
    sa.Column("stage", sa.Integer, nullable=False, default=0),  # how often it was led on
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closes_at", Instant, nullable=False),  # by itself
    sa.Column("closed_at", Instant),  # by the team
    sa.Column("warned_at", Instant),  # when the team was told that people do not get to say what they want
)
