"""Wait for an hour"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A message that waits may wait for an hour of its own, and says why it was missed."""
    states = "state IN ('held', 'planned', 'approved', 'sent', 'dropped', 'missed')"
    with op.batch_alter_table("held_messages") as held:
        held.add_column(sa.Column("send_at", sa.BigInteger(), nullable=True))
        held.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=""))
        held.drop_constraint(op.f("ck_held_messages_state"), type_="check")
        held.create_check_constraint(op.f("ck_held_messages_state"), states)
