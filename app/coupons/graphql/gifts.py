"""The coupon of a gift for reaching a tier, as a client sees it."""

from app.coupons.queries.given import coupons_given
from app.graph import OWNER_AND_STAFF, batched, extends
from app.tiers.graphql import GivenTierGift

from .coupon import Coupon


@extends(GivenTierGift, seen_by=OWNER_AND_STAFF)
class TierGiftCoupon:
    coupon: Coupon | None = batched(
        coupons_given,
        "The coupon that was given, shortly after; null if the gift has none, or nothing was left of it then. It is "
        "taken back, if it is unused, when the tier turns out to rest on growth that was refunded.",
        key=("member_id", "id", "rule"),
    )
