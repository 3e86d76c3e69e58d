"""Keep what is spoken and shown: recordings, and what the team writes down of them"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = "kind IN ('entry', 'timer', 'unpause', 'alarm', 'talk', 'release', 'words')"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EARLIER = """
SELECT p.id AS part, p.participant_id, p.run_id, p.step, p.media_kind AS kind, p.media_reference AS reference, p.at,
       COALESCE(a.vis, 'F') AS vis, c.channel, c.bot
FROM answer_parts p
JOIN runs r ON r.id = p.run_id
JOIN participants who ON who.id = p.participant_id AND who.facts NOT LIKE '%"consent.media":"no"%'
JOIN contacts c ON c.participant_id = p.participant_id
LEFT JOIN answers a ON a.run_id = p.run_id AND a.step = p.step
WHERE p.media_kind IN ('voice', 'photo') AND p.media_reference <> '' AND a.withdrawn_at IS NULL
"""


def upgrade() -> None:
    """Keep what is spoken and shown."""
    with op.batch_alter_table("deadlines") as deadlines:
        deadlines.drop_constraint(op.f("ck_deadlines_kind"), type_="check")
        deadlines.create_check_constraint(op.f("ck_deadlines_kind"), KINDS)
    op.add_column("answer_parts", sa.Column("media_id", sa.String(length=20), nullable=True))
    media = _media()
    _transcripts()
    _fetch_what_came_before(media)


def _media() -> sa.Table:
    table = op.create_table(
        "media",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("vis", sa.String(length=1), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("faces", sa.String(length=4), nullable=False),
        sa.Column("checked_by", sa.String(length=60), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('voice', 'photo')", name=op.f("ck_media_kind")),
        sa.CheckConstraint("state IN ('wanted', 'kept', 'refused', 'failed', 'removed')", name=op.f("ck_media_state")),
        sa.CheckConstraint("faces IN ('', 'none', 'some')", name=op.f("ck_media_faces")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_media_participant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_media_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_participant_id"), "media", ["participant_id"], unique=False)
    op.create_index(op.f("ix_media_run_id_step"), "media", ["run_id", "step"], unique=False)
    op.create_index(
        "ix_media_wanted",
        "media",
        ["not_before"],
        unique=False,
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )
    return table


def _transcripts() -> None:
    op.create_table(
        "transcripts",
        sa.Column("id", Serial, nullable=False),
        sa.Column("media_id", sa.String(length=20), nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_transcripts_media_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_transcripts_participant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcripts")),
    )
    op.create_index(op.f("ix_transcripts_media_id"), "transcripts", ["media_id"], unique=False)
    op.create_index(op.f("ix_transcripts_participant_id"), "transcripts", ["participant_id"], unique=False)


def _fetch_what_came_before(media: sa.Table) -> None:
    """Until now only the platform's reference was kept: what can still be had is fetched."""
    conn = op.get_bind()
    empty = {"state": "wanted", "reason": "", "tries": 0, "mime": "", "size": 0, "sha256": "", "faces": ""}
    for row in conn.execute(sa.text(EARLIER)).all():
        known = dict(row._mapping)
        part, at = known.pop("part"), known.pop("at")
        id = "".join(secrets.choice(ALPHABET) for _ in range(14))
        conn.execute(sa.insert(media), {**known, **empty, "id": id, "checked_by": "", "not_before": at, "made_at": at})
        conn.execute(sa.text("UPDATE answer_parts SET media_id = :id WHERE id = :part"), {"id": id, "part": part})
