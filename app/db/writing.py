"""Writes written with SQLAlchemy, compiled to text once, when their module is imported."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, insert

from .rows import Row, record_of, table_of
from .statements import DIALECT

R = TypeVar("R")


class Write(Generic[R]):
    """An INSERT, UPDATE, DELETE or a locking SELECT; it may return rows of `model`.

    Run with the values of its `bindparam`s by name: `await db.run(LOCK_MEMBER, member_id=...)`.
    """

    def __init__(self, model: type[R], clause: Any) -> None:
        compiled = clause.compile(dialect=DIALECT)
        self.record: type[Row] = record_of(model)
        self.sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        given = [name for name in self._names if not compiled.binds[name].required]
        self._constants: dict[str, Any] = {name: compiled.params[name] for name in given}

    def placed(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the statement's places. May raise KeyError: one was not given."""
        constants: Mapping[str, Any] = self._constants
        return [constants[name] if name in constants else values[name] for name in self._names]


def insert_of(model: type[R]) -> Write[R]:
    """Inserts a whole row: every column is a value to give."""
    columns = {column.key: bindparam(column.key, type_=column.type) for column in table_of(model).columns}
    return Write(model, insert(table_of(model)).values(columns))
