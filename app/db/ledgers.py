"""All that is written of each owner: for who proves it, or plays it again."""

from typing import Any, TypeVar

from sqlalchemy import select

from .statements import Statement

R = TypeVar("R")


def all_of_each(model: type[R], owner: Any, *order: Any) -> Statement[R]:
    """Every row of each owner, each owner's together and in that order."""
    return Statement(
        model,
        lambda columns, keys: select(*columns).where(keys.hold(owner)).order_by(owner, *order),
        always=(owner.key, "id"),
        key=owner.type,
    )
