"""Hear from those who decide: stakeholders, what is passed on to them, what they pledge; who wrote an answer down"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INVITES = "kind IN ('join', 'rejoin', 'facilitator', 'stakeholder')"
TASKS = "kind IN ('callback', 'access', 'complaint', 'stuck', 'question', 'look', 'guardian', 'sponsor')"


def upgrade() -> None:
    """Make room for them."""
    _stakeholders()
    _passed_on()
    _pledges()
    _lexicon()
    _what_was_there()


def _words(name: str, size: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=size), nullable=False)


def _stakeholders() -> None:
    op.create_table(
        "stakeholders",
        sa.Column("id", Serial, nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=True),
        _words("area", 40),
        _words("name", 80),
        _words("type", 24),
        _words("role", 120),
        _words("org", 120),
        _words("level", 20),
        _words("reach", 120),
        _words("invited_by", 60),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_stakeholders_participant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholders")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_stakeholders_participant_id")),
    )
    op.create_index(op.f("ix_stakeholders_area"), "stakeholders", ["area"])


def _passed_on() -> None:
    op.create_table(
        "passed_on",
        sa.Column("id", Serial, nullable=False),
        _words("run_id", 20),
        _words("step", 40),
        _words("participant_id", 20),
        _words("area", 40),
        _words("flow", 40),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", Serial, nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        _words("by", 60),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_passed_on_participant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_passed_on_stakeholder_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_on")),
    )
    op.create_index(op.f("ix_passed_on_area"), "passed_on", ["area"])
    op.create_index(op.f("ix_passed_on_participant_id"), "passed_on", ["participant_id"])


def _pledges() -> None:
    op.create_table(
        "pledges",
        sa.Column("commitment_id", Serial, nullable=False),
        sa.Column("stakeholder_id", Serial, nullable=True),
        sa.Column("resources", sa.Text(), nullable=False),
        _words("funding", 24),
        sa.Column("gains", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        _words("commissioning", 3),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        _words("escalated_on", 10),
        sa.CheckConstraint("commissioning IN ('', 'yes', 'no')", name=op.f("ck_pledges_commissioning")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_pledges_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_pledges_stakeholder_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("commitment_id", name=op.f("pk_pledges")),
    )
    op.create_index(op.f("ix_pledges_stakeholder_id"), "pledges", ["stakeholder_id"])


def _lexicon() -> None:
    op.create_table(
        "lexicon",
        _words("area", 40),
        _words("term", 80),
        _words("said_by", 12),
        _words("means", 200),
        _words("by", 60),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("said_by IN ('residents', 'officials')", name=op.f("ck_lexicon_said_by")),
        sa.PrimaryKeyConstraint("area", "term", "said_by", name=op.f("pk_lexicon")),
    )


def _what_was_there() -> None:
    """A code may open a stakeholder's seat, a task may be for the sponsor, an answer may be written down by another."""
    with op.batch_alter_table("invites") as invites:
        invites.add_column(sa.Column("stakeholder_id", Serial, nullable=True))
        invites.create_foreign_key(
            op.f("fk_invites_stakeholder_id"), "stakeholders", ["stakeholder_id"], ["id"], ondelete="CASCADE"
        )
        invites.drop_constraint(op.f("ck_invites_kind"), type_="check")
        invites.create_check_constraint(op.f("ck_invites_kind"), INVITES)
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_constraint(op.f("ck_tasks_kind"), type_="check")
        tasks.create_check_constraint(op.f("ck_tasks_kind"), TASKS)
    for table in ("answers", "consents"):
        op.add_column(table, sa.Column("assisted_by", sa.String(length=60), nullable=False, server_default=""))
