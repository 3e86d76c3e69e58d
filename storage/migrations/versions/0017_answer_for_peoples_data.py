"""Answer for people's data: what they asked for and by when, what was put right; find what waits quickly"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Room for both, and the indexes of the lists that the team looks at every day."""
    _requests()
    _corrections()
    op.create_index(op.f("ix_answers_flow_step"), "answers", ["flow", "step"])
    op.create_index(op.f("ix_tasks_participant_id"), "tasks", ["participant_id"])
    parked = sa.text("state = 'parked'")
    op.create_index("ix_runs_parked", "runs", ["touched_at"], sqlite_where=parked, postgresql_where=parked)


def _requests() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", Serial, nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=True),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("stone", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('copy', 'correct', 'erase')", name=op.f("ck_rights_requests_kind")),
        sa.CheckConstraint("state IN ('open', 'done', 'refused')", name=op.f("ck_rights_requests_state")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_rights_requests_participant_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
    )
    op.create_index(op.f("ix_rights_requests_participant_id"), "rights_requests", ["participant_id"])


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", Serial, nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_corrections_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_participant_id"), "corrections", ["participant_id"])
