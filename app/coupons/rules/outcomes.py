"""What came of claiming a coupon, and of each step after it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CouponClaimed:
    """The member has the coupon."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponCodeRedeemed:
    """The code brought the member a coupon. The code is not in here."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponCodeShown:
    """The member has the partner's code. The code is not in here."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponReserved:
    """It is set aside for the order."""

    member_id: UUID
    coupon_id: UUID
    change_id: UUID
    """The step, which says what is taken off each line."""
    currency: str
    replayed: bool = False


@dataclass(frozen=True)
class CouponRedeemed:
    """It was used for the order."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponReleased:
    """The order did not come about: the member has the coupon again, unless its time has passed."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponReturned:
    """The order was cancelled: the member has the coupon again, unless its time has passed."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponRevoked:
    """The shop took it back."""

    member_id: UUID
    coupon_id: UUID
    replayed: bool = False
