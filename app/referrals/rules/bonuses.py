"""What each side of an invitation is given."""

from collections.abc import Iterator
from typing import Protocol
from uuid import UUID

from app.points.rules import Cause
from app.points.rules.conditional import Conditional


class HasBonuses(Protocol):
    """One side's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def side(self) -> str: ...
    @property
    def program_version(self) -> int: ...
    @property
    def registration_points(self) -> int: ...
    @property
    def order_points(self) -> int: ...


def bonuses_of(row: HasBonuses) -> Iterator[Conditional]:
    """For registration: pending until an order counts. For that order: as soon as it does."""
    where = f"referrals.{row.side.lower()}"
    yield Conditional(row.registration_points, Cause.REFERRAL, row.id, f"{where}.registration", row.program_version,
                      is_promised=True)  # fmt: skip
    yield Conditional(row.order_points, Cause.REFERRAL, row.id, f"{where}.order", row.program_version,
                      is_promised=False)  # fmt: skip
