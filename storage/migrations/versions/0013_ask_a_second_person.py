"""Ask a second person before a message goes to many, and watch it go out"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What waits says why and who asked for it, and may be dropped; room for where the team watches."""
    with op.batch_alter_table("held_messages") as held:
        held.add_column(sa.Column("why", sa.String(length=12), nullable=False, server_default="election"))
        held.add_column(sa.Column("maker_id", sa.String(length=20), nullable=False, server_default=""))
        held.drop_constraint(op.f("ck_held_messages_state"), type_="check")
        held.create_check_constraint(op.f("ck_held_messages_state"), "state IN ('held', 'approved', 'dropped')")
    op.create_table(
        "watches",
        sa.Column("broadcast_id", sa.String(length=20), nullable=False),
        sa.Column("facilitator_id", sa.String(length=20), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_watches_broadcast_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitators.id"], name=op.f("fk_watches_facilitator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "facilitator_id", name=op.f("pk_watches")),
    )
