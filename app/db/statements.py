"""Reads written with SQLAlchemy, compiled to text once for each set of columns asked for, when it is asked for first.

That each is right SQL is held by a test: to find out at each start would cost a tenth of its time.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Uuid, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.dialects.postgresql import asyncpg as postgres

from .asking import Asked, Text
from .rows import Row, record_of, table_of

R = TypeVar("R")
K = TypeVar("K")

DIALECT: Any = postgres.dialect()  # pyright: ignore[reportUnknownMemberType]
MOST_TEXTS = 64
"""Column sets remembered for one statement; beyond it, every column is read."""


class Keys:
    """The keys of a batch, as SQL. For a single key the parameter is a plain value: an array of one costs
    the driver as much again as the rest of the statement's arguments.

    Keys of what a member owns are pairs (member id, id): then there are two parameters.
    """

    def __init__(self, kind: Any, *, single: bool) -> None:
        self.is_single = single
        self._keys = self._parameter("keys", kind)
        self._second = self._parameter("second", kind)

    def _parameter(self, name: str, kind: Any) -> Any:
        return bindparam(name, type_=kind if self.is_single else ARRAY(kind))

    @property
    def array(self) -> Any:
        return array([self._keys]) if self.is_single else self._keys

    def hold(self, column: Any) -> ColumnElement[bool]:
        """Is the column's value among them?"""
        return column == (self._keys if self.is_single else func.any(self._keys))

    def hold_pair(self, owner: Any, own: Any) -> ColumnElement[bool]:
        """Is the pair (member id, id) among them?"""
        if self.is_single:
            return (owner == self._keys) & (own == self._second)
        pairs = func.unnest(self._keys, self._second).table_valued("owner", "own").render_derived(name="k")
        return tuple_(owner, own).in_(select(pairs.c.owner, pairs.c.own))


class Statement(Generic[R]):
    """Reads rows of one table. `build` gets the columns that are wanted and the keys, and returns the SELECT.

    Arguments at run time: the keys, then `parameters` in order. With `pairs` the keys are (member id, id).
    """

    def __init__(
        self,
        model: type[R],
        build: Callable[[Sequence[Any], Keys], Any],
        *parameters: str,
        always: Sequence[str] = ("id",),
        key: Any = None,
        pairs: bool = False,
    ) -> None:
        self.record: type[Row] = record_of(model)
        self.pairs = pairs
        self._columns = table_of(model).columns
        self._build = build
        self._parameters = ("keys", "second", *parameters) if pairs else ("keys", *parameters)
        self._always = frozenset(always)
        kind = Uuid() if key is None else key
        self._keys = {single: Keys(kind, single=single) for single in (True, False)}
        self._texts: dict[tuple[frozenset[str] | None, bool], Text] = {}
        self._constants: tuple[Any, ...] = ()
        """Values written in the statement itself, by whatever names; their places follow those of the parameters."""
        self._constant_names: list[str] = []

    def text(self, columns: frozenset[str] | None, *, single: bool) -> Text:
        """What is sent for one key, or for several, to read these columns."""
        known = self._texts.get((columns, single))
        if known is None:
            if len(self._texts) >= MOST_TEXTS:
                del self._texts[next(iter(self._texts))]  # the oldest: who asks for it still has it made anew
            known = self._texts[columns, single] = self._compile(columns, self._keys[single])
        return known

    def _compile(self, columns: frozenset[str] | None, keys: Keys) -> Text:
        wanted = [c for c in self._columns if columns is None or c.key in columns | self._always]
        compiled = self._build(wanted, keys).compile(dialect=DIALECT)
        order = tuple(self._place(name, compiled) for name in compiled.positiontup or ())
        return Text(str(compiled), order, placing(order), self.record)

    def _place(self, name: str, compiled: Any) -> int:
        if name in self._parameters:
            return self._parameters.index(name)
        if compiled.binds[name].required:
            raise TypeError(f"the statement asks for '{name}', which is none of its parameters")
        value = compiled.params[name]
        for place, known in enumerate(zip(self._constant_names, self._constants, strict=True)):
            if known == (name, value):
                return len(self._parameters) + place
        self._constant_names.append(name)
        self._constants = (*self._constants, value)
        return len(self._parameters) + len(self._constants) - 1

    def asked(self, keys: Sequence[Any], arguments: tuple[Any, ...], columns: frozenset[str] | None) -> Asked[R]:
        """One read, ready to be sent."""
        number = len(keys)
        text = self._texts.get((columns, number == 1)) or self.text(columns, single=number == 1)
        if number == 1 and not self.pairs:  # `given`, written out: as nearly always
            return Asked((text, text.place((keys[0], *arguments, *self._constants)), 1))
        return Asked((text, text.place(self.given(keys, arguments)), number))

    def given(self, keys: Sequence[Any], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments in the order of the parameters."""
        if not self.pairs:
            return (keys[0] if len(keys) == 1 else keys, *arguments, *self._constants)
        if len(keys) == 1:
            return (*keys[0], *arguments, *self._constants)
        return ([owner for owner, _ in keys], [own for _, own in keys], *arguments, *self._constants)


def placing(order: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """What puts arguments in an order."""
    if len(order) > 1:
        return itemgetter(*order)
    start = order[0] if order else 0
    return itemgetter(slice(start, start + len(order)))  # so that one is several still


def one_each(rows: Iterable[R], keys: Sequence[K], by: str) -> list[R | None]:
    """For each key the row that has it in the column `by`, or None."""
    found = {getattr(row, by): row for row in rows}
    return [found.get(key) for key in keys]


def pair_each(rows: Iterable[R], keys: Sequence[K]) -> list[R | None]:
    """For each key (member id, id) the row that has it, or None."""
    found: dict[Any, R] = {(row.member_id, row.id): row for row in rows}  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    return [found.get(key) for key in keys]


def many_each(rows: list[R], keys: Sequence[K], by: str) -> list[list[R]]:
    """For each key the rows that have it in the column `by`."""
    if len(keys) == 1:
        return [rows]
    found: dict[K, list[R]] = {key: [] for key in keys}
    whose: Any = itemgetter(by) if rows and isinstance(rows[0], Row) else attrgetter(by)  # a record is faster by key
    for row in rows:
        found[whose(row)].append(row)
    return [found[key] for key in keys]
