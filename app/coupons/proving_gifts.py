"""What must be true of coupons that were given for something: each is of a gift, once, and not there any more when the
gift was taken back (R5, R15)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.members.proving import Claim
from app.points.rules.conditional import AGAIN, code_of
from app.tiers.rules.gifts import gift_rule

from .proving import CouponBook
from .rules.kinds import CouponState
from .section import Way

UNUSED = frozenset((CouponState.ISSUED.name, CouponState.RESERVED.name))


@dataclass(frozen=True)
class Promised:
    """A coupon that something is to bring."""

    cause_id: UUID
    rule: str
    template: str | None
    """Code of its template; None: that is not known here."""
    is_due: bool
    """Is it to be the member's by now? None need be there all the same: nothing may have been left of it, which is then
    written."""


def given_claims(
    book: CouponBook, promised: Collection[Promised], *, where: str, is_awaited: bool = False, is_at_once: bool = False
) -> Iterator[Claim]:
    """Of those whose rules begin with `where`. `is_awaited`: something is yet to follow. `is_at_once`: they are given
    in the transaction of what they are for, so that each is there, or why it is not (R5)."""
    found: defaultdict[tuple[UUID, str], list[Any]] = defaultdict(list)
    for coupon in book.coupons:
        if coupon.way == Way.GIFT.name and coupon.rule.startswith(where):
            found[coupon.cause_id, code_of(coupon.rule)].append(coupon)
    missed = {(row.cause_id, code_of(row.rule)) for row in book.missed if row.rule.startswith(where)}
    for each in promised:
        if is_at_once and (each.cause_id, each.rule) not in found:
            yield Claim("coupons that were not given: why is written", each.cause_id, True,
                        (each.cause_id, each.rule) in missed)  # fmt: skip
        yield from _of(each, found.pop((each.cause_id, each.rule), ()), is_awaited=is_awaited)
    yield Claim(f"coupons by {where}: each of what brings one (R5)", None, [], sorted(found))
    astray = missed - {(each.cause_id, each.rule) for each in promised}
    yield Claim(f"coupons_missed by {where}: each of what was to bring one", None, [], sorted(astray))


def _of(each: Promised, coupons: Sequence[Any], *, is_awaited: bool) -> Iterator[Claim]:
    if not coupons:
        return
    rules = [each.rule, *(f"{each.rule}{AGAIN}{number}" for number in range(2, len(coupons) + 1))]
    yield Claim("coupons given again: by a rule of its own (R5)", each.cause_id, rules,
                [coupon.rule for coupon in coupons])  # fmt: skip
    before = {coupon.state for coupon in coupons[:-1]}
    yield Claim("coupons given again: the one before was taken back", each.cause_id, True,
                before <= {CouponState.REVOKED.name})  # fmt: skip
    if each.template is not None:
        templates = {coupon.template for coupon in coupons}
        yield Claim("coupons given: of the template that is given", each.cause_id, {each.template}, templates)
    if not each.is_due and not is_awaited:
        unused = [coupon.id for coupon in coupons if coupon.state in UNUSED]
        yield Claim("coupons of what was taken back: unused (R15)", each.cause_id, [], unused)
    if not is_awaited:
        used = {coupon.is_undue for coupon in coupons if coupon.state == CouponState.REDEEMED.name}
        yield Claim("coupons of what was taken back: used, not good again (R15, R37)", each.cause_id, True,
                    used <= {not each.is_due})  # fmt: skip


def tier_gift_coupons(gifts: Collection[Any]) -> list[Promised]:
    """What gifts for reaching tiers bring."""
    return [Promised(gift.id, gift_rule(gift.tier), gift.coupon, gift.is_coupon_due) for gift in gifts if gift.coupon]
