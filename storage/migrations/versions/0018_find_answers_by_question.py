"""Find answers by question"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What people asked, named or put in their own words is found without looking at every answer of an area."""
    op.create_index(op.f("ix_answers_flow_step_area"), "answers", ["flow", "step", "area"], unique=False)
