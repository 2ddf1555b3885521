"""How many rows each owner has: one statement however many owners."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select

from .reading import Reader
from .statements import Statement

R = TypeVar("R")


def number_of_each(
    model: type[R], *parameters: str, owner: Any, extra: ColumnElement[bool] | None = None
) -> Statement[R]:
    """Arguments of the statement: owners, then `parameters` of `extra`, which says of what rows."""
    counted = select(owner.label("counted_of"), func.count().label("counted")).group_by(owner)
    asked_for = counted if extra is None else counted.where(extra)
    return Statement(
        model, lambda _, keys: asked_for.where(keys.hold(owner)), *parameters, always=(owner.key,), key=owner.type
    )


async def numbers_each(db: Reader, statement: Statement[Any], owners: Sequence[Any], *arguments: Any) -> list[int]:
    """For each owner how many there are: 0 of who has none."""
    found = {row["counted_of"]: row["counted"] for row in await db.fetch(statement, owners, *arguments)}
    return [found.get(owner, 0) for owner in owners]
