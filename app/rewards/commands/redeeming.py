"""Redeeming a reward: limits, points, stock, and what was bought, in one transaction (R31, R35)."""

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from app.benefits.queries.held import early_access_of
from app.benefits.rules.owners import Owner
from app.db import Transaction
from app.errors import BadInput, Refused
from app.points import commands as points
from app.points.rules import Because, Books, Cause
from app.points.rules.words import REDEMPTION
from app.programs.rules import Programs
from app.rewards.queries.coupons import coupon_to_take
from app.rewards.queries.offers import offer_to
from app.rewards.rules.availability import Buyer, price_of, redeemable
from app.rewards.rules.kinds import RedemptionState, handling_of
from app.rewards.rules.outcomes import Redeemed
from app.rewards.rules.refusals import NO_REWARD, PriceRaised
from app.tiers import commands as tiers
from app.tiers.rules import ladder_for, tier_of

from .its_coupon import issue_coupon
from .statements import INSERT
from .stock import Piece, surely, take_code, take_piece


class Member(tiers.Row, Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def status(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...


async def redeem(
    tx: Transaction,
    *,
    member: Member,
    reward_id: UUID,
    shown: int | None = None,
    channel: str | None,
    programs: Programs,
    now: datetime,
) -> Redeemed:
    """Redeem a reward for points. The member is locked, and settled first (R2); the stock is taken last. `shown` is
    what the member was told that it costs: they pay no more.

    May refuse: an `Obstacle` (see `redeemable`), PriceRaised, and nothing has moved. May raise BadInput: there is no
    such reward in the member's program.
    """
    standing = await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    account = await points.settled_account(tx, member_id=member.id, now=now)
    program = programs.for_member(member.program, member.id).at(now)
    offer = await offer_to(tx, reward_id, member_id=member.id, program=program, now=now)
    if offer is None:
        raise BadInput(NO_REWARD)
    reward = offer.reward
    tier = tier_of(standing, programs=programs, now=now)
    early = timedelta()
    if reward.opens_at is not None and now < reward.opens_at:
        early = await early_access_of(tx, Owner.of(member, standing), programs=programs, now=now)
    buyer = Buyer(ladder_for(standing, programs=programs, now=now), tier, standing.growth, account.available, early)
    coupon = await coupon_to_take(tx, reward.template, member_id=member.id, program=program, programs=programs,
                                  now=now)  # fmt: skip
    obstacle = redeemable(reward, buyer, counted=offer.counted, coupon=coupon, now=now)
    if obstacle is not None:
        raise Refused(obstacle)
    price, redemption_id = price_of(reward, buyer), tx.new_id()
    if shown is not None and price > shown:
        raise Refused(PriceRaised(reward_id, price, shown))
    if price:  # nothing is read any more while others wait for the piece
        await points.ready_to_spend(tx, account=account)
    template = None if coupon is None else coupon.template
    coupon_id = await issue_coupon(tx, member=member, template=template, redemption_id=redemption_id, now=now)
    piece = await _piece_of(tx, reward, member_id=member.id)
    with surely():
        await _pay(tx, account, price, redemption_id=redemption_id, version=program.number, now=now)
        _write(tx, reward, member_id=member.id, redemption_id=redemption_id, points=price, tier=tier.code, piece=piece,
               coupon_id=coupon_id, channel=channel, version=program.number, now=now)  # fmt: skip
        if piece is not None and handling_of(reward.kind).has_codes:
            await take_code(tx, reward_id=reward.id, piece=piece, member_id=member.id, redemption_id=redemption_id)
    return Redeemed(member.id, redemption_id)


async def _piece_of(tx: Transaction, reward: Any, *, member_id: UUID) -> Piece | None:
    """What is taken of its stock; None: there is no end of it."""
    if not reward.is_stocked:
        return None
    return await take_piece(tx, reward_id=reward.id, buckets=reward.buckets, member_id=member_id)


async def _pay(
    tx: Transaction, account: Books, price: int, *, redemption_id: UUID, version: int, now: datetime
) -> None:
    """Nothing where nothing is asked."""
    if price:
        because = Because(Cause.REDEMPTION, redemption_id, REDEMPTION, version)
        await points.spend(tx, account=account, amount=price, because=because, now=now)


def _write(
    tx: Transaction,
    reward: Any,
    *,
    member_id: UUID,
    redemption_id: UUID,
    points: int,
    tier: str,
    piece: Piece | None,
    coupon_id: UUID | None,
    channel: str | None,
    version: int,
    now: datetime,
) -> None:
    """The redemption: confirmed at once, unless staff have to; a coupon is there at once."""
    waits = reward.is_confirmed_by_staff
    begins = RedemptionState.FULFILLED if coupon_id is not None else RedemptionState.CONFIRMED
    tx.later(
        INSERT,
        member_id=member_id,
        id=redemption_id,
        program=reward.program,
        reward_id=reward.id,
        state=(RedemptionState.PENDING if waits else begins).name,
        points=points,
        tier=tier,
        needs_confirming=waits,
        bucket=None if piece is None else piece.bucket,
        number=None if piece is None else piece.number,
        is_restocked=False,
        code_shown_at=None,
        amount=reward.amount,
        currency=reward.currency,
        coupon_id=coupon_id,
        reference=None,
        channel=channel,
        redeemed_at=now,
        ended_at=None if coupon_id is None else now,
        program_version=version,
    )
