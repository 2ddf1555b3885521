"""A member's figures beside other rows of theirs: one read for both, on the way of what is written often."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select
from sqlmodel import col

from app.points.models import AccountRow

FIGURES = ("available", "pending", "held", "debt", "due_at", "last_entry_id")
"""Columns of an account that say how it stands."""


def with_account(found: Any, owner: Any) -> Select[Any]:
    """The same rows, each with its owner's figures beside it (see `figures_beside`). To be read under the member's
    lock, if anything is to be written by it."""
    columns: list[Any] = [getattr(AccountRow, name).label(f"account_{name}") for name in ("member_id", *FIGURES)]
    return found.outerjoin(AccountRow, col(AccountRow.member_id) == owner).add_columns(*columns)


def figures_beside(row: Any) -> Mapping[str, Any] | None:
    """Of a row that was found `with_account`; None: the member has no account yet."""
    return None if row["account_member_id"] is None else {name: row[f"account_{name}"] for name in FIGURES}
