"""Open the console: roles of the team, sessions, what proves who somebody is, and the seals of the journal"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROLES = "role IN ('', 'lead', 'facilitator', 'moderator', 'safeguarding', 'observer')"


def upgrade() -> None:
    """Everybody keeps the role they have: lead with no areas, facilitator with some. Nobody is signed in."""
    with op.batch_alter_table("facilitators") as team:
        team.add_column(sa.Column("role", sa.String(length=12), nullable=False, server_default=""))
        team.create_check_constraint(op.f("ck_facilitators_role"), ROLES)
    for column in ("who", "action", "subject"):
        op.create_index(op.f(f"ix_journal_{column}_id"), "journal", [column, "id"])
    _sessions()
    _proofs()
    op.create_table(
        "journal_seals",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_seals")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_journal_seals_journal_id")),
    )


def _sessions() -> None:
    op.create_table(
        "console_sessions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("facilitator_id", sa.String(length=20), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("way IN ('chat', 'passkey')", name=op.f("ck_console_sessions_way")),
        _of_the_team("console_sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_console_sessions_token_hash")),
    )
    op.create_index(op.f("ix_console_sessions_facilitator_id"), "console_sessions", ["facilitator_id"])
    op.create_table(
        "console_asks",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("session_id", sa.String(length=20), nullable=True),
        sa.Column("facilitator_id", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'claimed', 'yes', 'no', 'used')", name=op.f("ck_console_asks_state")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["console_sessions.id"], name=op.f("fk_console_asks_session_id"), ondelete="CASCADE"
        ),
        _of_the_team("console_asks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_asks")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_console_asks_nonce_hash")),
        sa.UniqueConstraint("code", name=op.f("uq_console_asks_code")),
    )


def _proofs() -> None:
    op.create_table(
        "console_passkeys",
        sa.Column("id", sa.String(length=1400), nullable=False),
        sa.Column("facilitator_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        _of_the_team("console_passkeys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_passkeys")),
    )
    op.create_index(op.f("ix_console_passkeys_facilitator_id"), "console_passkeys", ["facilitator_id"])
    op.create_table(
        "console_authenticators",
        sa.Column("facilitator_id", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        _of_the_team("console_authenticators"),
        sa.PrimaryKeyConstraint("facilitator_id", name=op.f("pk_console_authenticators")),
    )


def _of_the_team(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_facilitator_id")
    return sa.ForeignKeyConstraint(["facilitator_id"], ["facilitators.id"], name=name, ondelete="CASCADE")
