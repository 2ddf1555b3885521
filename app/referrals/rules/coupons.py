"""Coupons among the bonuses of invitations: theirs when the bonus can be used, and not before (R37)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from app.referrals.section import ReferralsSection

from .kinds import Side


class HasSide(Protocol):
    """One side's row."""

    @property
    def side(self) -> str: ...
    @property
    def is_capped(self) -> bool: ...


def coupons_of(row: HasSide, section: ReferralsSection) -> Iterator[tuple[str, str]]:
    """Rules by which the side gets a coupon, each with its template's code."""
    if row.is_capped:
        return
    bonuses = section.inviter if row.side == Side.INVITER.name else section.invitee
    for what, bonus in (("registration", bonuses.registration), ("order", bonuses.order)):
        if bonus is not None and bonus.coupon is not None:
            yield f"referrals.{row.side.lower()}.{what}", bonus.coupon


def is_theirs(theirs_from: datetime | None, *, now: datetime) -> bool:
    """Can the bonuses be used by now (R2)?"""
    return theirs_from is not None and theirs_from <= now
