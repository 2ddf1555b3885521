"""Writes written with SQLAlchemy, compiled to text once, when they are run first (see `statements`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ARRAY, Insert, Select, TextClause, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from .rows import Row, record_of, table_of, written_of
from .statements import DIALECT

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class WriteText:
    """What is sent to do a write."""

    sql: str
    names: tuple[str, ...]
    """Of the values, in the order of its places."""
    constants: Mapping[str, Any]
    """Values written in the statement itself."""
    pick: Callable[[Mapping[str, Any]], Sequence[Any]] | None
    """The values in that order; None where there are constants, or there is but one."""


class Write(Generic[R]):
    """An INSERT, UPDATE, DELETE or a locking SELECT; it may return rows of `model`.

    Run with the values of its `bindparam`s by name: `await db.run(LOCK_MEMBER, member_id=...)`.

    What is done `surely` is never undone by itself, only with the whole transaction: whoever runs it sees to it that
    nothing is refused from then on. So no savepoint is opened for it, which is a round trip less while it holds a row
    that many wait for.
    """

    def __init__(self, model: type[R], clause: Any, *, surely: bool = False, is_told: bool = False) -> None:
        self._clause = clause
        self.written: type[Any] | None = written_of(model) if is_told else None
        """Of the rows that it inserts, if they are kept for who tells of them when it is committed (see
        `Transaction.told`)."""
        is_plain = not isinstance(clause, TextClause) and not clause._independent_ctes
        self.needs_savepoint = not (surely or (isinstance(clause, Select) and is_plain))
        """Might it have to be undone by itself? Not what only reads or locks, nor what is done `surely`."""
        self.only_adds = (
            isinstance(clause, Insert) and is_plain and getattr(clause, "_post_values_clause", None) is None
        )
        """It inserts rows, whatever is there."""
        self.joins = is_plain and not isinstance(clause, Select)
        """It may be a part of a statement (see `together`)."""
        self.table: str = "" if isinstance(clause, Select | TextClause) else clause.table.name
        self.record: type[Row] = record_of(model)

    @cached_property
    def text(self) -> WriteText:
        compiled = self._clause.compile(dialect=DIALECT)
        names: tuple[str, ...] = tuple(compiled.positiontup or ())
        constants: dict[str, Any] = {name: compiled.params[name] for name in names if not compiled.binds[name].required}
        pick = cast("Any", itemgetter(*names)) if len(names) > 1 and not constants else None
        del self._clause  # it is not needed any more, and large
        return WriteText(str(compiled), names, constants, pick)

    @cached_property
    def sql(self) -> str:
        return self.text.sql

    def placed(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """The values in the order of the statement's places. May raise KeyError: one was not given."""
        text = self.text
        if text.pick is not None:
            return text.pick(values)
        constants = text.constants
        return [constants[name] if name in constants else values[name] for name in text.names]


def whole_row(model: Any) -> dict[str, Any]:
    """Every column as a value to give."""
    return {column.key: bindparam(column.key, type_=column.type) for column in table_of(model).columns}


def insert_of(model: type[R], *, is_told: bool = False) -> Write[R]:
    """Inserts a whole row: every column is a value to give. If `is_told`, who asks for the row by its ids once it is
    committed has it without a read: no column is anything else than what is given."""
    return Write(model, insert(table_of(model)).values(whole_row(model)), is_told=is_told)


def insert_many_of(model: type[R], *, unless_there: bool = False, returning: str | None = None) -> Write[R]:
    """Inserts many whole rows by one statement: each column is a list of values (see `in_columns`).

    Rows whose key is taken are left out with `unless_there`. The column `returning` of those that were inserted.
    """
    table = table_of(model)
    lists = [bindparam(column.key, type_=ARRAY(column.type)) for column in table.columns]
    names = [column.key for column in table.columns]
    rows: Any = func.unnest(*lists).table_valued(*table.columns).render_derived(name="given")
    clause: Any = insert_or(table).from_select(names, select(*(rows.c[name] for name in names)))
    if unless_there:
        clause = clause.on_conflict_do_nothing(index_elements=list(table.primary_key.columns))
    return Write(model, clause.returning(table.columns[returning]) if returning else clause)


def in_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows, of which each has the same columns, as a list for each column."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
