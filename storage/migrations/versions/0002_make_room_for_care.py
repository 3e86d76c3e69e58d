"""Make room for care: duties, cases, talks, and the deadlines that go with them"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = "kind IN ('entry', 'timer', 'unpause', 'alarm', 'talk')"
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make room for care."""
    _deadlines()
    op.create_table(
        "duties",
        sa.Column("facilitator_id", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("duty IN ('lead', 'deputy')", name=op.f("ck_duties_duty")),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitators.id"], name=op.f("fk_duties_facilitator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("facilitator_id", name=op.f("pk_duties")),
    )
    _cases()
    _talks()


def _deadlines() -> None:
    """Two more kinds."""
    with op.batch_alter_table("deadlines") as deadlines:
        deadlines.drop_constraint(op.f("ck_deadlines_kind"), type_="check")
        deadlines.create_check_constraint(op.f("ck_deadlines_kind"), KINDS)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", Serial, nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=True),
        sa.Column("code_name", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("cue", sa.String(length=300), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("call", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.String(length=60), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("level IN ('red', 'amber', 'note')", name=op.f("ck_cases_level")),
        sa.CheckConstraint("call IN ('', 'yes', 'text', 'no')", name=op.f("ck_cases_call")),
        sa.CheckConstraint("state IN ('open', 'taken', 'closed')", name=op.f("ck_cases_state")),
        sa.CheckConstraint(
            "outcome IN ('', 'helped', 'passed_on', 'no_contact', 'false_alarm', 'carried_on')",
            name=op.f("ck_cases_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_participant_id"), "cases", ["participant_id"], unique=False)


def _talks() -> None:
    op.create_table(
        "talks",
        sa.Column("id", Serial, nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("facilitator_id", sa.String(length=20), nullable=True),
        sa.Column("opened_by", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('team', 'safety')", name=op.f("ck_talks_kind")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_talks_participant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitators.id"], name=op.f("fk_talks_facilitator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
    )
    op.create_index(
        "ix_talks_open",
        "talks",
        ["participant_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
