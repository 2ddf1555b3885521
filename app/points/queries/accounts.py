"""What a member can spend, as an expression over their id: for statements that look at many members.

It is as written at the last settling; what is due is settled within a minute (R2).
"""

from typing import Any

from sqlalchemy import Integer, func, literal_column, select
from sqlmodel import col

from app.db.rows import table_of
from app.points.models import AccountRow

OWN = table_of(AccountRow).alias("own_account")
AVAILABLE: Any = func.coalesce(col(AccountRow.available), literal_column("0", Integer))
"""In a statement that joins accounts outwardly: who never had any points has no account."""


def account_of(member_id: Any) -> tuple[Any, Any]:
    """The table to join, and the condition by which it is."""
    return AccountRow, col(AccountRow.member_id) == member_id


def available_of(member_id: Any) -> Any:
    """In any statement."""
    one = select(OWN.c.available).where(OWN.c.member_id == member_id).scalar_subquery()
    return func.coalesce(one, literal_column("0", Integer))
