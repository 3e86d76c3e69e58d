"""Read and code: the words to be searched, who has read what, codes and what was settled about them, quotes"""

import sqlalchemy as sa
from alembic import op

from flows.searching import fold  # as today: words are only found if they were folded as what is looked for

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_SQLITE = (
    "CREATE VIRTUAL TABLE reading_index USING fts5("
    "words, content='reading_texts', content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER reading_indexed AFTER UPDATE OF indexed ON reading_texts WHEN new.indexed AND NOT old.indexed "
    "BEGIN INSERT INTO reading_index (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER reading_changed AFTER UPDATE OF words ON reading_texts WHEN old.indexed "
    "BEGIN INSERT INTO reading_index (reading_index, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER reading_gone AFTER DELETE ON reading_texts WHEN old.indexed "
    "BEGIN INSERT INTO reading_index (reading_index, rowid, words) VALUES ('delete', old.id, old.words); END",
)
IN_POSTGRESQL = (
    "ALTER TABLE reading_texts ADD COLUMN reading_index tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX reading_index_words ON reading_texts USING gin (reading_index)",
)
EARLIER = """
SELECT p.run_id, p.step, p.participant_id, p.text,
       (SELECT t.text FROM transcripts t WHERE t.media_id = p.media_id ORDER BY t.id DESC LIMIT 1) AS heard
FROM answer_parts p
JOIN answers a ON a.run_id = p.run_id AND a.step = p.step AND a.vis NOT IN ('P', 'X')
WHERE p.replaced_at IS NULL
ORDER BY p.run_id, p.step, p.at, p.id
"""


def upgrade() -> None:
    """Make room, and make searchable what was said so far."""
    texts = _texts()
    _readings()
    _themes()
    _codes()
    _verdicts()
    _quotes()
    _fill(texts)
    private = sa.text("share = 'me'")
    op.create_index("ix_answers_private", "answers", ["area"], sqlite_where=private, postgresql_where=private)
    for statement in IN_SQLITE if _sqlite() else IN_POSTGRESQL:
        op.execute(statement)


def _of_an_answer(table: str) -> tuple[sa.Column[str] | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("participant_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f(f"fk_{table}_participant_id"), ondelete="CASCADE"
        ),
    )


def _texts() -> sa.Table:
    table = op.create_table(
        "reading_texts",
        sa.Column("id", Serial, nullable=False),
        *_of_an_answer("reading_texts"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("indexed", sa.Boolean(), server_default=sa.text("0" if _sqlite() else "false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_texts")),
        sa.UniqueConstraint("run_id", "step", name=op.f("uq_reading_texts_run_id_step")),
    )
    op.create_index(op.f("ix_reading_texts_participant_id"), "reading_texts", ["participant_id"])
    waits = sa.text("indexed = 0" if _sqlite() else "indexed = false")
    op.create_index("ix_reading_texts_waiting", "reading_texts", ["id"], sqlite_where=waits, postgresql_where=waits)
    return table


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("reader", sa.String(length=60), nullable=False),
        *_of_an_answer("readings"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "run_id", "step", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_participant_id"), "readings", ["participant_id"])


def _themes() -> None:
    op.create_table(
        "themes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
    )


def _codes() -> None:
    op.create_table(
        "codes",
        sa.Column("id", Serial, nullable=False),
        *_of_an_answer("codes"),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("coder", sa.String(length=60), nullable=False),
        sa.Column("begin", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_run_id_step"), "codes", ["run_id", "step"])
    op.create_index(op.f("ix_codes_participant_id"), "codes", ["participant_id"])
    op.create_index(op.f("ix_codes_label_coder"), "codes", ["label", "coder"])
    stands = sa.text("removed_at IS NULL")
    op.create_index("ix_codes_coders", "codes", ["coder"], sqlite_where=stands, postgresql_where=stands)
    once = ["run_id", "step", "label", "coder", "begin", "end"]
    op.create_index("ix_codes_once", "codes", once, unique=True, sqlite_where=stands, postgresql_where=stands)


def _verdicts() -> None:
    op.create_table(
        "code_verdicts",
        sa.Column("id", Serial, nullable=False),
        *_of_an_answer("code_verdicts"),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_verdicts")),
    )
    op.create_index(op.f("ix_code_verdicts_run_id_step_label"), "code_verdicts", ["run_id", "step", "label"])
    op.create_index(op.f("ix_code_verdicts_participant_id"), "code_verdicts", ["participant_id"])


def _quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        *_of_an_answer("quotes"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("begin", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("dropped_at", sa.BigInteger(), nullable=True),
        sa.Column("dropped_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("key", name=op.f("uq_quotes_key")),
    )
    op.create_index(op.f("ix_quotes_run_id_step"), "quotes", ["run_id", "step"])
    op.create_index(op.f("ix_quotes_participant_id"), "quotes", ["participant_id"])


def _fill(table: sa.Table) -> None:
    """An answer's words in one row, however many messages they came in."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for part in op.get_bind().execute(sa.text(EARLIER)):
        words = fold(part.text or part.heard or "")
        if not words:
            continue
        row = rows.setdefault(
            (part.run_id, part.step),
            {"run_id": part.run_id, "step": part.step, "participant_id": part.participant_id, "words": ""},
        )
        row["words"] = f"{row['words']} {words}".strip()
    if rows:
        op.bulk_insert(table, [{**row, "indexed": False} for row in rows.values()])


def _sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
