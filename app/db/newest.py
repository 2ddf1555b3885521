"""The newest n of each owner after a place: one statement however many owners."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Uuid, bindparam, func, literal_column, select, true

from .rows import table_of
from .statements import Keys, Statement

R = TypeVar("R")

LAST = literal_column("'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid", Uuid())
"""After every key: in place of no cursor, so that any plan finds the place of a cursor by the index."""


def newest_of_each(
    model: type[R], *parameters: str, owner: Any, key: Any, extra: ColumnElement[bool] | None = None
) -> Statement[R]:
    """Arguments of the statement: owners, key to start after (or None), how many; then `parameters` of `extra`."""
    after = func.coalesce(bindparam("after", type_=Uuid()), LAST)

    def build(columns: Sequence[Any], keys: Keys) -> Any:
        owners = func.unnest(keys.array).table_valued("id").render_derived(name="k")
        mine = select(*columns).where(owner == literal_column("k.id", owner.type), key < after)
        if extra is not None:
            mine = mine.where(extra)
        newest = mine.order_by(key.desc()).limit(bindparam("limit", type_=Integer)).lateral("x")
        return select(newest).select_from(owners.join(newest, true()))

    owner_name = next(c.key for c in table_of(model).columns if c.key == owner.key)
    return Statement(model, build, "after", "limit", *parameters, always=(owner_name, "id"), key=owner.type)
