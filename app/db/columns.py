"""Columns that many tables have, and the checks that stand beside them."""

from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Uuid
from sqlmodel import Field

INSTANT: Any = DateTime(timezone=True)


def key() -> Any:
    """A UUIDv7, or the id of a member, as part of the primary key."""
    return Field(sa_type=Uuid, primary_key=True)


def instant(*, default: Any = ...) -> Any:
    """An aware instant; stored in UTC."""
    return Field(default=default, sa_type=INSTANT)


def of_member(table: str) -> ForeignKeyConstraint:
    """What a member owns exists only with the member."""
    return ForeignKeyConstraint(["member_id"], ["members.id"], name=f"fk_{table}_member")


def check(table: str, name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=f"ck_{table}_{name}")


def one_of(table: str, column: str, values: Any) -> CheckConstraint:
    """The column holds the name of one of an enum's members. Written as one constant: `IN` would be put together anew
    by each statement that writes a row."""
    names = ",".join(value.name for value in values)
    return check(table, column, f"{column} = ANY ('{{{names}}}')")
