"""Name the sender: which process claimed a message, so that one that takes over knows what is not its own"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody in particular, so far."""
    op.add_column("outbox", sa.Column("sender", sa.String(length=16), nullable=False, server_default=""))
