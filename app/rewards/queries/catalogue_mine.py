"""What rewards are for whoever looks at them: their price, and whether they can have it now, or when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, bindparam, func, literal_column, select
from sqlmodel import col

from app.benefits.queries.held import early_access_of
from app.benefits.rules.owners import Owner
from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.graph import Context, Role
from app.members.queries import membership
from app.members.rules import NotMember
from app.offers.rules.availability import counted_since, open_again_at
from app.points.queries import balances_of_members
from app.points.rules.caps import ALL_TIME
from app.programs.rules import Programs, ProgramVersion
from app.rewards.models import RedemptionRow
from app.rewards.rules.availability import Buyer, price_of, redeemable
from app.rewards.rules.its_coupon import ItsCoupon
from app.rewards.rules.kinds import COUNTED
from app.rewards.rules.refusals import Obstacle
from app.tiers.queries import growth_of_members
from app.tiers.rules import Shown, ladder_for, tier_of
from app.tiers.section import TiersSection

from .catalogue_stock import stock_of
from .coupons import coupons_to_look_at

WANTED = (
    func.unnest(bindparam("rewards", type_=ARRAY(Uuid())), bindparam("since", type_=ARRAY(INSTANT)))
    .table_valued("reward_id", "since")
    .render_derived(name="w")
)
NUMBERS = Statement(
    RedemptionRow,
    lambda _, keys: (
        select(col(RedemptionRow.reward_id), func.count().label("points"))
        .join(WANTED, WANTED.c.reward_id == col(RedemptionRow.reward_id))
        .where(
            keys.hold(col(RedemptionRow.member_id)),
            col(RedemptionRow.redeemed_at) >= WANTED.c.since,
            col(RedemptionRow.state).in_([literal_column(f"'{state.name}'", String()) for state in COUNTED]),
        )
        .group_by(col(RedemptionRow.reward_id))
    ),
    "rewards",
    "since",
    always=("reward_id",),
)
"""States are written out, and not parameters: only then a plan for any parameters uses the index of those."""
AVAILABLE = frozenset(("available",))


class Offer(NamedTuple):
    """What a reward's row says of who can redeem it, and when."""

    id: UUID
    program: str
    points: int
    tier_points: str | None
    tiers_from: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    retired_at: datetime | None
    is_stocked: bool
    per_member: int | None
    period: str | None
    template: str | None


@dataclass(frozen=True)
class RewardForMe:
    """What a reward is for a customer."""

    price: int
    why_not: Obstacle | NotMember | None
    available_at: datetime | None
    redeemed: int
    limit_left: int | None

    @property
    def is_redeemable(self) -> bool:
        return self.why_not is None


async def buyer_asking(
    db: Reader, *, context: Context, program: str, asks_early: bool = False
) -> tuple[UUID, Buyer] | None:
    """Who asks, if they are a member of the program: their id, and what they stand and have there by now. Two
    statements, and more if something is due of them (R2), or if it `asks_early` what they may have before others."""
    member: Any = None
    if context.viewer.role is Role.MEMBER:
        member = await membership(db, context=context, program=program)
    if member is None:
        return None
    programs, now = context.get(Programs), context.now
    shown = Shown(*(getattr(member, name) for name in Shown._fields))
    (growth,) = await growth_of_members(db, [shown], programs=programs, now=now)
    (balance,) = await balances_of_members(db, [member.id], now=now, columns=AVAILABLE)
    early = timedelta()
    if asks_early:
        early = await early_access_of(db, Owner.of(member, shown), programs=programs, now=now)
    ladder, tier = ladder_for(shown, programs=programs, now=now), tier_of(shown, programs=programs, now=now)
    return member.id, Buyer(ladder, tier, growth, balance.available, early)


def nobody(version: ProgramVersion) -> Buyer:
    """Who is no member: they would begin with the first tier, and have no points."""
    return Buyer(version, version.section(TiersSection).ladder[0], growth=0, points=0)


async def rewards_for_me(db: Reader, keys: Sequence[tuple[Any, ...]], *, context: Context) -> list[RewardForMe | None]:
    """What each is for the customer who asks; None for everybody else. By `Offer`; a number of statements that does
    not depend on how many there are, for each program that they are of."""
    if context.viewer.role is not Role.MEMBER:
        return [None] * len(keys)
    by_program: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in map(Offer._make, keys):
        by_program[offer.program].append(offer)
    found: dict[UUID, RewardForMe] = {}
    for program, offers in by_program.items():
        found |= await _of_program(db, offers, program=program, context=context)
    return [found[key[0]] for key in keys]


async def _of_program(
    db: Reader, offers: Sequence[Offer], *, program: str, context: Context
) -> Mapping[UUID, RewardForMe]:
    is_any_to_come = any(offer.opens_at is not None and context.now < offer.opens_at for offer in offers)
    who = await buyer_asking(db, context=context, program=program, asks_early=is_any_to_come)
    if who is None:
        first, why_not = nobody(context.get(Programs).current(program, context.now)), NotMember(program)
        return {offer.id: RewardForMe(price_of(offer, first), why_not, None, 0, offer.per_member) for offer in offers}
    member_id, buyer = who
    counted = await _counted(db, offers, member_id=member_id, buyer=buyer, now=context.now)
    stock = await stock_of(db, [(offer.id, offer.is_stocked) for offer in offers])
    left = {key: each.left for key, each in stock.items()}
    programs = context.get(Programs)
    coupons = await coupons_to_look_at(
        db, [offer.template for offer in offers if offer.template is not None], member_id=member_id,
        program=programs.for_member(program, member_id).at(context.now), programs=programs, now=context.now,
    )  # fmt: skip
    return {
        offer.id: _for_buyer(offer, buyer, counted=counted.get(offer.id, 0), left=left.get(offer.id),
                             coupon=coupons.get(offer.template or ""), now=context.now)
        for offer in offers
    }  # fmt: skip


async def _counted(
    db: Reader, offers: Sequence[Offer], *, member_id: UUID, buyer: Buyer, now: datetime
) -> Mapping[UUID, int]:
    """How often the member redeemed each in its present period; ever, if its limit has none."""
    since = [counted_since(offer.period, program=buyer.ladder, now=now) or ALL_TIME[0] for offer in offers]
    rows = await db.fetch(NUMBERS, [member_id], [offer.id for offer in offers], since)
    return {row.reward_id: row.points for row in rows}


def _for_buyer(
    offer: Offer, buyer: Buyer, *, counted: int, left: int | None, coupon: ItsCoupon | None, now: datetime
) -> RewardForMe:
    why_not = redeemable(offer, buyer, counted=counted, left=left, coupon=coupon, now=now)
    return RewardForMe(
        price=price_of(offer, buyer),
        why_not=why_not,
        available_at=None if why_not is None else open_again_at(why_not, offer),
        redeemed=counted,
        limit_left=None if offer.per_member is None else max(offer.per_member - counted, 0),
    )
