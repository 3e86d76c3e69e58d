"""Keep what comes of it"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what comes of it."""
    op.create_table(
        "decision_scopes",
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("inside", sa.Text(), nullable=False),
        sa.Column("outside", sa.Text(), nullable=False),
        sa.Column("budget", sa.String(length=200), nullable=False),
        sa.Column("decider", sa.String(length=120), nullable=False),
        sa.Column("decided_on", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_decision_scopes")),
    )
    op.create_table(
        "gate_records",
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("grounds", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("area", "item", name=op.f("pk_gate_records")),
    )
    op.create_table(
        "key_issues",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("frames", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("quoted", sa.String(length=20), nullable=True),
        sa.Column("quote_run", sa.String(length=20), nullable=False),
        sa.Column("quote_step", sa.String(length=40), nullable=False),
        sa.Column("quote_asked", sa.Boolean(), nullable=False),
        sa.Column("assets", sa.Text(), nullable=False),
        sa.Column("no_assets", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("joined_by", sa.Text(), nullable=False),
        sa.Column("alone_because", sa.String(length=200), nullable=False),
        sa.Column("minority", sa.Text(), nullable=False),
        sa.Column("known_before", sa.String(length=5), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("known_before IN ('', 'new', 'known')", name=op.f("ck_key_issues_known_before")),
        sa.CheckConstraint("origin IN ('participants', 'stakeholders', 'team')", name=op.f("ck_key_issues_origin")),
        sa.ForeignKeyConstraint(
            ["quoted"], ["participants.id"], name=op.f("fk_key_issues_quoted"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_issues")),
        sa.UniqueConstraint("area", "number", name=op.f("uq_key_issues_area_number")),
    )
    op.create_table(
        "question_replies",
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.Column("replied_by", sa.String(length=120), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_question_replies_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "step", name=op.f("pk_question_replies")),
    )
    op.create_index(op.f("ix_question_replies_participant_id"), "question_replies", ["participant_id"], unique=False)
    op.create_table(
        "statements",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=True),
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=True),
        sa.Column("judged_by", sa.String(length=60), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'approved', 'reword', 'held')", name=op.f("ck_statements_state")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_statements_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("run_id", "step", "participant_id", name=op.f("uq_statements_run_id_step_participant_id")),
    )
    op.create_index(op.f("ix_statements_area_state"), "statements", ["area", "state"], unique=False)
    op.create_index(op.f("ix_statements_participant_id"), "statements", ["participant_id"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue_id", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("action", sa.String(length=300), nullable=False),
        sa.Column("position", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("heard_on", sa.String(length=10), nullable=False),
        sa.Column("asked_on", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "position IN ('', 'will_do', 'look', 'pass_on', 'will_not')", name=op.f("ck_commitments_position")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'planned', 'doing', 'done', 'looking', 'passed', 'not_done')",
            name=op.f("ck_commitments_state"),
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["key_issues.id"], name=op.f("fk_commitments_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_issue_id"), "commitments", ["issue_id"], unique=False)
    op.create_table(
        "issue_approvals",
        sa.Column("issue_id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["key_issues.id"], name=op.f("fk_issue_approvals_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "revision", "by", name=op.f("pk_issue_approvals")),
    )
    op.create_table(
        "issue_evidence",
        sa.Column("issue_id", sa.String(length=20), nullable=False),
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["key_issues.id"], name=op.f("fk_issue_evidence_issue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_issue_evidence_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "run_id", "step", name=op.f("pk_issue_evidence")),
    )
    op.create_index(op.f("ix_issue_evidence_participant_id"), "issue_evidence", ["participant_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("statement_id", sa.String(length=20), nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.Column("vote", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("vote IN ('agree', 'disagree', 'pass')", name=op.f("ck_votes_vote")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_votes_participant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_votes_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "participant_id", name=op.f("pk_votes")),
    )
    op.create_index(op.f("ix_votes_participant_id"), "votes", ["participant_id"], unique=False)
    op.create_table(
        "commitment_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commitment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_commitment_history_commitment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_history")),
    )
    op.create_index(op.f("ix_commitment_history_commitment_id"), "commitment_history", ["commitment_id"], unique=False)
