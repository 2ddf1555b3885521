"""Kinds of benefits, and what each of them says."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class BenefitKind(StrEnum):
    """What kind of thing a benefit is (M14)."""

    MEMBER_PRICE = "MEMBER_PRICE"
    PRIORITY_SHIPPING = "PRIORITY_SHIPPING"
    DEDICATED_SERVICE = "DEDICATED_SERVICE"
    MEMBER_DAY_EXTRA = "MEMBER_DAY_EXTRA"
    TRIAL_PRIORITY = "TRIAL_PRIORITY"
    EARLY_ACCESS = "EARLY_ACCESS"
    POINTS_MULTIPLIER = "POINTS_MULTIPLIER"
    BIRTHDAY_GIFT = "BIRTHDAY_GIFT"
    EXPRESS_REFUND = "EXPRESS_REFUND"
    FLEXIBLE_RETURNS = "FLEXIBLE_RETURNS"
    PARTNER_BENEFIT = "PARTNER_BENEFIT"
    EXCLUSIVE_COUPONS = "EXCLUSIVE_COUPONS"
    PROMOTION_EXTRAS = "PROMOTION_EXTRAS"
    AFTER_SALES_PRIORITY = "AFTER_SALES_PRIORITY"


class Takes(NamedTuple):
    """Which parameters a kind has."""

    needs: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()


def _takes(*needs: str, may_have: tuple[str, ...] = ()) -> Takes:
    return Takes(frozenset(needs), frozenset(may_have))


PARAMETERS: Mapping[BenefitKind, Takes] = {
    BenefitKind.MEMBER_PRICE: _takes(may_have=("percent_off", "categories")),
    BenefitKind.PRIORITY_SHIPPING: _takes(may_have=("within_hours",)),
    BenefitKind.DEDICATED_SERVICE: _takes(may_have=("within_minutes",)),
    BenefitKind.MEMBER_DAY_EXTRA: _takes("campaigns"),
    BenefitKind.TRIAL_PRIORITY: _takes("chances"),
    BenefitKind.EARLY_ACCESS: _takes("hours"),
    BenefitKind.POINTS_MULTIPLIER: _takes("multiplier", "rules"),
    BenefitKind.BIRTHDAY_GIFT: _takes("gift"),
    BenefitKind.EXPRESS_REFUND: _takes(may_have=("within_hours",)),
    BenefitKind.FLEXIBLE_RETURNS: _takes("days"),
    BenefitKind.PARTNER_BENEFIT: _takes("brand"),
    BenefitKind.EXCLUSIVE_COUPONS: _takes("templates"),
    BenefitKind.PROMOTION_EXTRAS: _takes("campaigns"),
    BenefitKind.AFTER_SALES_PRIORITY: _takes(may_have=("within_hours",)),
}
EXTRAS = frozenset((BenefitKind.MEMBER_DAY_EXTRA, BenefitKind.PROMOTION_EXTRAS))
"""Kinds by which campaigns are for who has them, whatever their tier."""
ONCE_A_YEAR = frozenset((BenefitKind.BIRTHDAY_GIFT,))
"""Kinds of which nobody has more than one in a calendar year (R39)."""
