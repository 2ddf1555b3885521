"""What a program chooses from for its coupons."""

from enum import StrEnum


class CouponKind(StrEnum):
    """What a coupon takes off, and of what."""

    THRESHOLD = "THRESHOLD"
    """An amount off a cart that comes to a threshold (满减)."""
    PERCENTAGE = "PERCENTAGE"
    """So many percent off, up to a cap (折扣)."""
    CASH = "CASH"
    """An amount off whatever is bought (无门槛红包)."""
    CATEGORY = "CATEGORY"
    """An amount or so many percent off what is of some categories (品类券)."""
    EXCHANGE = "EXCHANGE"
    """A product for nothing, or for a fixed price (兑换券)."""
    PARTNER = "PARTNER"
    """Used at a partner of the shop, outside of its carts (合作商家券)."""


class Way(StrEnum):
    """How a member may come to have a coupon."""

    CLAIM = "CLAIM"
    """They claim it themselves."""
    CODE = "CODE"
    """They redeem a code that the shop has given out."""
    GRANT = "GRANT"
    """Staff issue it, to one or to many."""
    REWARD = "REWARD"
    """They redeem points for it."""
    GIFT = "GIFT"
    """The program gives it: for a tier, a check-in, an invitation."""
