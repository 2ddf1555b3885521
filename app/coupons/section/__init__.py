"""The section `[coupons]` of a program's file: coupons that the program offers."""

from .kinds import CouponKind, Way
from .template import CouponLimit, CouponTemplate, Partner
from .times import Validity, instant_of
from .whole import CouponsSection, Reservations

__all__ = [
    "CouponKind",
    "CouponLimit",
    "CouponTemplate",
    "CouponsSection",
    "Partner",
    "Reservations",
    "Validity",
    "Way",
    "instant_of",
]
