"""Tell roles apart: stakeholders and guests of the mailbox talk with the assistant too"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody so far takes part."""
    with op.batch_alter_table("participants") as participants:
        participants.add_column(sa.Column("role", sa.String(length=12), nullable=False, server_default="participant"))
        participants.create_check_constraint(
            op.f("ck_participants_role"), "role IN ('participant', 'stakeholder', 'guest')"
        )
