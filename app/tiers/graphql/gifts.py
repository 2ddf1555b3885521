"""What a client sees of what a member was given for reaching tiers."""

from datetime import datetime

from app.graph import OWNER_AND_STAFF, Node, batched, column, computed, extends, node
from app.members.graphql import Member
from app.points.graphql import PointsEntry
from app.tiers.queries import gifts as queries
from app.tiers.rules import gifts

from .ladder import Tier


@node(
    gifts.GiftSeen,
    prefix="tierGift",
    by_key=queries.gifts_by_id,
    description="What a member was given for reaching a tier: once, also after a fall and a second rise.",
    seen_by=OWNER_AND_STAFF,
)
class GivenTierGift(Node):
    tier: Tier = column("The tier that was reached, as the rules of then describe it.")
    words: str | None = computed(gifts.words_of_gift, "What it is for, in the language asked for.")
    points: int = column(
        "How many points were given, with what was given again after it had been revoked; 0: it is a coupon alone, or "
        "the tier was reached by orders of before they were known here, for which nothing is given."
    )
    revoked: int = column(
        "How many of them were unused and taken back, because the tier rested on growth that was refunded; they are "
        "given again if the tier is reached again."
    )
    given_at: datetime = column("When it was given.")


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberTierGifts:
    tier_gifts: list[GivenTierGift] = batched(
        queries.gifts_of_owners, "What was given for reaching tiers, the first given first.", key=("id", "program")
    )


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryTierGift:
    tier_gift: GivenTierGift | None = batched(
        queries.gifts_of_entries,
        "The gift for reaching a tier that made the points move.",
        key=("member_id", "cause", "rule"),
    )
