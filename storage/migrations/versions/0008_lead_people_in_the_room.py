"""Lead people in the room: how far each is, what lets a dialogue go on, and requests about it"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORDS = (
    ("deadlines", "kind", "'entry', 'timer', 'unpause', 'alarm', 'talk', 'release'"),
    ("tasks", "kind", "'callback', 'access', 'complaint', 'stuck', 'question', 'look', 'guardian'"),
    ("duties", "duty", "'lead', 'deputy', 'youth'"),
)


def upgrade() -> None:
    """Lead people in the room."""
    for table, column, words in WORDS:
        name = op.f(f"ck_{table}_{column}")
        with op.batch_alter_table(table) as altered:
            altered.drop_constraint(name, type_="check")
            altered.create_check_constraint(name, f"{column} IN ({words})")
    op.create_table(
        "rooms",
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("area", "wave", name=op.f("pk_rooms")),
    )
