"""The newest, or the first, n of each owner after a place: one statement however many owners."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Uuid, bindparam, func, literal_column, select, true

from .rows import table_of
from .statements import Keys, Statement

R = TypeVar("R")

FIRST = literal_column("'00000000-0000-0000-0000-000000000000'::uuid", Uuid())
LAST = literal_column("'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid", Uuid())
"""After every key: in place of no cursor, so that any plan finds the place of a cursor by the index."""


def newest_of_each(
    model: type[R], *parameters: str, owner: Any, key: Any, extra: ColumnElement[bool] | None = None
) -> Statement[R]:
    """Arguments of the statement: owners, key to start after (or None), how many; then `parameters` of `extra`."""
    before = key < func.coalesce(bindparam("after", type_=Uuid()), LAST)
    return _some_of_each(
        model, *parameters, owner=owner, condition=before if extra is None else before & extra, order=key.desc()
    )


def first_of_each(model: type[R], *, owner: Any, key: Any) -> Statement[R]:
    """The same, but in the order of their keys."""
    after = key > func.coalesce(bindparam("after", type_=Uuid()), FIRST)
    return _some_of_each(model, owner=owner, condition=after, order=key)


def _some_of_each(model: type[R], *parameters: str, owner: Any, condition: Any, order: Any) -> Statement[R]:
    limit = bindparam("limit", type_=Integer)

    def build(columns: Sequence[Any], keys: Keys) -> Any:
        if keys.is_single:
            return select(*columns).where(keys.hold(owner), condition).order_by(order).limit(limit)
        owners = func.unnest(keys.array).table_valued("id").render_derived(name="k")
        mine = select(*columns).where(owner == literal_column("k.id", owner.type), condition)
        some = mine.order_by(order).limit(limit).lateral("x")
        return select(some).select_from(owners.join(some, true()))

    owner_name = next(c.key for c in table_of(model).columns if c.key == owner.key)
    return Statement(model, build, "after", "limit", *parameters, always=(owner_name, "id"), key=owner.type)
