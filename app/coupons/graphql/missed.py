"""What staff see of coupons that were to be given for something, and did not come."""

from datetime import datetime

import strawberry

from app.coupons.models import MissedCouponRow
from app.coupons.queries import missed
from app.coupons.rules.kinds import WhyNotGiven
from app.graph import STAFF, Connection, batched, column, describe_values, extends, shows
from app.members.graphql import Member
from app.tiers.graphql import GivenTierGift

from .coupon import Coupon

strawberry.enum(WhyNotGiven, name="WhyCouponMissed", description="Why a gift or a bonus did not bring its coupon.")
describe_values(
    WhyNotGiven,
    {
        "OUT_OF_STOCK": "All of them were issued.",
        "BUDGET_USED": "What they may take off together was set aside for those that were issued.",
        "BUDGET_AWAITED": "Money of coupons that had expired was about to come back; a minute later there was some.",
        "OFFER_CLOSED": "The template was retired, or none of its coupons could be used any more.",
        "NOT_A_GIFT": "The template did not say that its coupons are given as gifts.",
        "NO_TEMPLATE": "There was no such template any more.",
    },
)


@shows(
    MissedCouponRow,
    description="A coupon that a gift or a bonus was to bring, when nothing came of it. What it was for counts all the "
    "same; whether the member is to have one is for you to judge.",
    seen_by=STAFF,
)
class MissedCoupon:
    template: str | None = column("Code of the template of which it was to be; null: there was no such template.")
    rule: str = column("Code of the program's rule by which it was to be given.")
    why: WhyNotGiven = column("Why it was not.")
    missed_at: datetime = column("When it was to be given.")
    coupon: Coupon | None = batched(
        missed.coupons_after_all,
        "The coupon that came of it after all, because what it is for came about once more; null if none did.",
        key=("member_id", "cause_id", "rule"),
    )


@extends(Member, seen_by=STAFF)
class MemberMissedCoupons:
    missed_coupons: Connection[MissedCoupon] = batched(
        missed.missed_of_members,
        "Coupons that gifts and bonuses were to bring and did not, the last first.",
        key="id",
        total=missed.numbers_missed,
    )


@extends(GivenTierGift, seen_by=STAFF)
class TierGiftMissedCoupon:
    missed_coupon: MissedCoupon | None = batched(
        missed.missed_for,
        "What was to be its coupon, and why that did not come; null if it did at once, if there is none, or if it is "
        "yet to come.",
        key=("member_id", "id", "rule"),
    )
