"""Whether a column is one of many values, asked in the same words however many there are.

SQLAlchemy's own `IN` writes a mark for each value. That is another statement for every number of values, worded and
prepared anew each time, which takes longer than SQLite's look at them. Here the values are one: JSON on SQLite, an
array on PostgreSQL.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.rows import to_json


class Values(TypeDecorator[Iterable[Any]]):
    """Any number of texts, or of numbers, given as one value."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[str] | type[int]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """An array where there are arrays."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(postgresql.ARRAY(sa.Text() if self.kind is str else sa.BigInteger()))

    def process_bind_param(self, value: Iterable[Any] | None, dialect: sa.Dialect) -> Any:
        """The values as this database takes them; none at all are none of them."""
        found = list(value or ())
        return found if dialect.name == "postgresql" else to_json(found)


class Among(FunctionElement[bool]):
    """The condition itself; made by `among`."""

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: what SQLAlchemy adds for databases without booleans, `= 1`, would keep SQLite from an index."""
        return self


def among(column: sa.ColumnElement[Any], name: str) -> Among:
    """Whether the column is one of the values that are given under this name when the statement is executed."""
    return Among(column, sa.bindparam(name, type_=Values(column.type.python_type)))


@compiles(Among, "sqlite")
def _sqlite(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(Among, "postgresql")
def _postgresql(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY ({values})"
