"""What is given for reaching a tier, once ever, and revoked if that rested on growth that was taken back (R15, R16)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.db import Transaction, Write, in_columns, insert_many_of
from app.points import commands as points
from app.points.rules import Because, Cause
from app.programs.rules import Program, ProgramVersion
from app.tiers.models import TierGiftRow
from app.tiers.queries.gifts import gifts_of_members
from app.tiers.rules import ladder_at
from app.tiers.rules.gifts import ever_gives, gift_rule, given_for, never_given, undeserved
from app.tiers.section import Gift, Tier, TiersSection

from .gift_coupons import coupons_due, coupons_undue, tell_coupons

INSERT_GIFTS = insert_many_of(TierGiftRow)
KEEP_REVOKED: Write[TierGiftRow] = Write(
    TierGiftRow,
    update(TierGiftRow)
    .where(col(TierGiftRow.member_id) == bindparam("of_member"), col(TierGiftRow.id) == bindparam("of_gift"))
    .values(revoked=bindparam("new_revoked")),
)


async def give_gifts(
    tx: Transaction, *, member_id: UUID, tiers: Sequence[Tier], ladder: ProgramVersion, is_given: bool, now: datetime
) -> None:
    """Give the gift of each of these tiers that the member was never given one for; those of history that was played
    in are only noted, unless asked for (`is_given`, R19). What was revoked of a gift is given again: both together are
    that one gift.

    The member is locked, and nobody else has their points open. May raise BadInput: more points than one can have.
    """
    if not tiers:
        return
    section, passed = ladder.section(TiersSection), list({tier.code: tier for tier in tiers}.values())
    known = await gifts_of_members(tx, [member_id])
    new = [
        _new(tx.new_id(), tier.code, tier.gift, is_given=is_given)
        for tier in never_given(passed, known, section=section)
        if tier.gift is not None
    ]
    if new:
        rows = [_row(each, member_id=member_id, ladder=ladder, now=now) for each in new]
        await tx.run(INSERT_GIFTS, **in_columns(rows))
        await tell_coupons(tx, member_id=member_id, gifts=[each.id for each in new if each.coupon], now=now)
    if is_given:
        before = given_for(passed, known, section=section)
        await coupons_due(tx, member_id=member_id, gifts=before, now=now)
        again = [_Giving(row.id, row.tier, row.points, row.revoked) for row in before]
        await _give(tx, member_id, [*new, *again], ladder=ladder, now=now)


@dataclass(frozen=True)
class _Giving:
    """A gift that is the member's now: a new one, or one that they were given before."""

    id: UUID
    tier: str
    points: int
    revoked: int | None = None
    """Of one that they were given before."""
    coupon: str | None = None
    """Of a new one: the template of the coupon that is given."""


def _new(gift_id: UUID, tier: str, gift: Gift, *, is_given: bool) -> _Giving:
    return _Giving(gift_id, tier, gift.points or 0, coupon=gift.coupon) if is_given else _Giving(gift_id, tier, 0)


def _row(new: _Giving, *, member_id: UUID, ladder: ProgramVersion, now: datetime) -> dict[str, object]:
    return {
        "member_id": member_id,
        "id": new.id,
        "tier": new.tier,
        "points": new.points,
        "revoked": 0,
        "coupon": new.coupon,
        "is_coupon_due": new.coupon is not None,
        "program_version": ladder.number,
        "given_at": now,
    }


async def _give(
    tx: Transaction, member_id: UUID, gifts: Sequence[_Giving], *, ladder: ProgramVersion, now: datetime
) -> None:
    """What the member does not have of them: all of the new ones, what was revoked of others."""
    gifts = [gift for gift in gifts if gift.points]
    if not gifts:
        return
    account = await points.settled_account(tx, member_id=member_id, now=now)
    for gift in gifts:
        cause_id = gift.id if gift.revoked is None else tx.new_id()
        whole = points.Gift(gift.points, Cause.TIER_GIFT, gift_rule(gift.tier))
        await points.give(tx, account=account, gift=whole, cause_id=cause_id, program=ladder, now=now)
        if gift.revoked:
            await tx.run(KEEP_REVOKED, of_member=member_id, of_gift=gift.id, new_revoked=0)


async def revoke_gifts(
    tx: Transaction, *, member_id: UUID, reached: Collection[str], program: Program, now: datetime
) -> None:
    """Take back what is unused of gifts for tiers that, without the growth that was taken back, never were `reached`.

    What was spent of it, or is held, is taken when it returns (R7). The member is locked, and nobody else has their
    points open.
    """
    if not ever_gives(program):
        return
    known = [row for row in await gifts_of_members(tx, [member_id]) if row.points or row.coupon]
    section = ladder_at(program, now).section(TiersSection)
    astray = undeserved(known, reached=reached, section=section)
    if not astray:
        return
    await coupons_undue(tx, member_id=member_id, gifts=astray, now=now)
    astray = [row for row in astray if row.points]
    if not astray:
        return
    account = await points.settled_account(tx, member_id=member_id, now=now)
    for row in astray:
        because = Because(Cause.TIER_GIFT, tx.new_id(), gift_rule(row.tier), row.program_version)
        revoked = await points.revoke(tx, account=account, because=because, now=now)
        if revoked:
            await tx.run(KEEP_REVOKED, of_member=member_id, of_gift=row.id, new_revoked=row.revoked + revoked)
