"""Open a mailbox"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Open a mailbox."""
    op.create_table(
        "mailbox_entries",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("issues", sa.Text(), nullable=False),
        sa.Column("helps", sa.Text(), nullable=False),
        sa.Column("you", sa.String(length=8), nullable=False),
        sa.Column("aside", sa.Text(), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("assisted_by", sa.String(length=60), nullable=False),
        sa.CheckConstraint("you IN ('', 'live', 'work', 'both')", name=op.f("ck_mailbox_entries_you")),
        sa.CheckConstraint(
            "via IN ('telegram', 'slack', 'demo', 'email', 'paper', 'phone', 'cli')",
            name=op.f("ck_mailbox_entries_via"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_entries")),
    )
    op.create_index(op.f("ix_mailbox_entries_area"), "mailbox_entries", ["area"], unique=False)
    op.create_table(
        "mailbox_marks",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "mark", name=op.f("pk_mailbox_marks")),
    )
    op.create_table(
        "mailbox_salts",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_mailbox_salts")),
    )
