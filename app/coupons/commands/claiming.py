"""How members come by coupons themselves: claimed, or by a code (R31)."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.benefits.queries.held import states_of
from app.benefits.rules.given import asks_for_coupons
from app.benefits.rules.owners import Owner
from app.campaigns.rules.audiences import Who
from app.coupons.queries.codes import code_by_digest, is_asked_for_by
from app.coupons.queries.counting import numbers_had
from app.coupons.rules.availability import Claimant, claimable, closed, for_member
from app.coupons.rules.campaigns import opened_by
from app.coupons.rules.codes import digest_of_code
from app.coupons.rules.outcomes import CouponClaimed, CouponCodeRedeemed, CouponCodeShown
from app.coupons.rules.refusals import NO_TEMPLATE, CouponCodeNotValid
from app.coupons.section import Way
from app.coupons.templates import Template, template_by_code
from app.db import Transaction
from app.errors import BadInput, Refused
from app.programs.rules import Programs
from app.tiers import commands as tiers
from app.tiers.rules import ladder_for, tier_of

from .issuing import Because, put_in
from .statements import TAKE_CODE
from .steps import show_code
from .wallet import settled_wallet


class Claiming(tiers.Row, Protocol):
    """A member's row, with what campaigns look at."""

    @property
    def customer_id(self) -> UUID: ...
    @property
    def joined_at(self) -> datetime: ...
    @property
    def status(self) -> str: ...


async def claim_coupon(
    tx: Transaction, *, member: Claiming, template: str, programs: Programs, now: datetime
) -> CouponClaimed:
    """A coupon of the template with that code, for a member who is locked, and settled first (R2).

    May refuse: an `Obstacle` (see `claimable`), and nothing has moved. May raise BadInput: there is no such template in
    the member's program.
    """
    offered = template_by_code(programs, member.program, template, member_id=member.id, now=now)
    if offered is None:
        raise BadInput(NO_TEMPLATE)
    who = await _claimant(tx, member, offered, programs=programs, now=now)
    counted = await _counted(tx, offered, member, programs=programs, now=now)
    obstacle = claimable(offered, who, counted=counted, now=now)
    if obstacle is not None:
        raise Refused(obstacle)
    wallet = await settled_wallet(tx, member_id=member.id, now=now)
    coupon_id = tx.new_id()
    because = Because(Way.CLAIM, coupon_id, offered.code)
    await put_in(tx, wallet, template=offered, because=because, coupon_id=coupon_id, now=now)
    return CouponClaimed(member.id, coupon_id)


async def redeem_coupon_code(
    tx: Transaction, *, member: Claiming, code: str, programs: Programs, now: datetime
) -> CouponCodeRedeemed:
    """The coupon that a code brings, once, to whoever has the code. The member is locked.

    May refuse: CouponCodeNotValid, whether it is no code, another program's, used, of a template that is over (R43), or
    one that the member had made, as staff: nobody does it for themselves;
    TierTooLow, CouponLimitReached, CouponsOutOfStock, CouponBudgetUsed: then the code is as good as before.
    """
    digest = digest_of_code(code)
    known = await code_by_digest(tx, digest)
    not_valid = Refused(CouponCodeNotValid(member.program))
    if known is None or known.program != member.program or known.taken_by is not None:
        raise not_valid
    template = template_by_code(programs, member.program, known.template, member_id=member.id, now=now)
    if template is None or not template.gives(Way.CODE) or closed(template, now=now) is not None:
        raise not_valid
    if await is_asked_for_by(tx, known.job_id, customer_id=member.customer_id):
        raise not_valid
    who = await _claimant(tx, member, template, programs=programs, now=now)
    counted = await _counted(tx, template, member, programs=programs, now=now)
    obstacle = for_member(template, who, counted=counted, now=now)
    if obstacle is not None:
        raise Refused(obstacle)
    coupon_id = tx.new_id()
    if not await tx.run(TAKE_CODE, of_digest=digest, member_id=member.id, coupon=coupon_id, now=now):
        raise not_valid
    wallet = await settled_wallet(tx, member_id=member.id, now=now)
    because = Because(Way.CODE, UUID(bytes=digest[:16]), template.code)
    await put_in(tx, wallet, template=template, because=because, coupon_id=coupon_id, now=now)
    return CouponCodeRedeemed(member.id, coupon_id)


async def show_coupon_code(tx: Transaction, *, member_id: UUID, coupon_id: UUID, now: datetime) -> CouponCodeShown:
    """See `steps.show_code`."""
    await show_code(tx, member_id=member_id, coupon_id=coupon_id, now=now)
    return CouponCodeShown(member_id, coupon_id)


async def _claimant(
    tx: Transaction, member: Claiming, template: Template, *, programs: Programs, now: datetime
) -> Claimant:
    """What the member stands and is by now. One statement more where a benefit may give what the tier does not."""
    standing = await tiers.settled_standing(tx, member=member, programs=programs, now=now)
    tier = tier_of(standing, programs=programs, now=now)
    version = programs.for_member(member.program, member.id).at(now)
    asks = asks_for_coupons(version, template.code, template.needs_campaign)
    (state,) = await states_of(tx, [Owner.of(member, standing)], programs=programs, now=now) if asks else (None,)
    also, given = (state.holder.also, state.holder.templates) if state else (frozenset[str](), frozenset[str]())
    campaigns = opened_by(programs, version, Who(member.joined_at, tier.code, also=also), now=now)
    return Claimant(ladder_for(standing, programs=programs, now=now), tier, standing.growth, campaigns, given)


async def _counted(tx: Transaction, template: Template, member: Claiming, *, programs: Programs, now: datetime) -> int:
    version = programs.for_member(member.program, member.id).at(now)
    numbers = await numbers_had(tx, [template], member_id=member.id, program=version, now=now)
    return numbers.get(template.id, 0)
