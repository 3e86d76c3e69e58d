"""One statement for many rows, compiled once.

SQLAlchemy looks through a statement's parameters anew for each row of each call, which takes longer than SQLite's part.
What it finds out depends on the statement and the columns given, so here it is found out once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]
Write = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A statement as the driver takes it: its parameters by name, and those of them that are always the same."""

    sql: str
    positional: bool
    writers: tuple[tuple[str, Write | None], ...]
    always: Mapping[str, Any]

    def parameters(self, row: Row) -> tuple[Any, ...] | dict[str, Any]:
        """The values of one row, for the driver."""
        given = {**self.always, **row}
        if self.positional:
            return tuple([write(given[name]) if write else given[name] for name, write in self.writers])
        return {name: write(given[name]) if write else given[name] for name, write in self.writers}


async def execute_many(conn: AsyncConnection, statement: UpdateBase, rows: Sequence[Row]) -> int:
    """Execute for every row; all of them name the same columns. The number of rows in the tables that it touched.

    `statement` has to be a lasting one, made once when its module is loaded. A row that lacks a column raises.
    """
    if not rows:
        return 0
    prepared = _prepared(statement, conn.dialect, frozenset(rows[0]))
    done = await conn.exec_driver_sql(prepared.sql, [prepared.parameters(row) for row in rows])
    return done.rowcount


@lru_cache(maxsize=512)
def _prepared(statement: UpdateBase, dialect: sa.Dialect, columns: frozenset[str]) -> Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=sorted(columns))
    assert isinstance(compiled, SQLCompiler)
    assert not compiled.post_compile_params, "such a statement is another one each time"
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    return Prepared(
        sql=str(compiled),
        positional=compiled.positional,
        writers=tuple((name, _writer(binds[name], dialect)) for name in compiled.positiontup or binds),
        always=_always(compiled, columns),
    )


def _always(compiled: SQLCompiler, columns: frozenset[str]) -> dict[str, Any]:
    """What the statement itself says, and the defaults of columns that no row names."""
    said = {name: value for name, value in compiled.construct_params(_check=False).items() if name not in columns}
    defaults = {c.key: c.default.arg for c in compiled.insert_prefetch if isinstance(c.default, sa.ColumnDefault)}
    return {**said, **defaults}


def _writer(bind: sa.BindParameter[Any], dialect: sa.Dialect) -> Write | None:
    write: Write | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return write
