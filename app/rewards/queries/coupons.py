"""The coupons that rewards are, and what becomes of those that were redeemed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.coupons.queries.counting import numbers_had
from app.coupons.queries.left import left_of
from app.coupons.queries.shown_coupons import coupons_by_id
from app.coupons.rules.coupon_shown import state_now
from app.coupons.rules.kinds import CouponState
from app.coupons.templates import Template, template_by_code
from app.db import Reader
from app.errors import Overloaded
from app.programs.rules import Programs, ProgramVersion
from app.rewards.rules.its_coupon import ItsCoupon
from app.rewards.rules.kinds import RedemptionState
from app.rewards.rules.shown import is_cancelable

STATE = frozenset(("state", "expires_at", "reserved_until", "code_shown_at"))


def template_of_reward(
    programs: Programs, program: str, code: str, *, member_id: UUID | None = None, now: datetime
) -> Template:
    """May raise Overloaded: an operator made it a moment ago, and it is not known here yet."""
    found = template_by_code(programs, program, code, member_id=member_id, now=now)
    if found is None:
        raise Overloaded("This server does not know the newest coupons yet. Try again shortly.")
    return found


async def coupon_to_take(
    db: Reader, code: str | None, *, member_id: UUID, program: ProgramVersion, programs: Programs, now: datetime
) -> ItsCoupon | None:
    """The coupon of a reward for a member who is to get one: what is left of it is told by taking it. None: the reward
    is no coupon. One statement, if its template has a limit. May raise Overloaded."""
    if code is None:
        return None
    template = template_of_reward(programs, program.code, code, member_id=member_id, now=now)
    had = await numbers_had(db, [template], member_id=member_id, program=program, now=now)
    return ItsCoupon(template, had.get(template.id, 0))


async def coupons_to_look_at(
    db: Reader, codes: Sequence[str], *, member_id: UUID, program: ProgramVersion, programs: Programs, now: datetime
) -> Mapping[str, ItsCoupon]:
    """Those of rewards that a member looks at, by their templates' codes: three statements at most, none without any.
    May raise Overloaded."""
    if not codes:
        return {}
    templates = [template_of_reward(programs, program.code, code, member_id=member_id, now=now)
                 for code in dict.fromkeys(codes)]  # fmt: skip
    had = await numbers_had(db, templates, member_id=member_id, program=program, now=now)
    left = await left_of(db, templates, now=now)
    return {each.code: ItsCoupon(each, had.get(each.id, 0), left[each.id]) for each in templates}


async def which_are_cancelable(
    db: Reader, redemptions: Sequence[tuple[UUID, str, UUID | None]], *, now: datetime
) -> list[bool]:
    """By member, state, and the coupon that it was. One statement, if any was a coupon that the member may still
    have."""
    keys = list(dict.fromkeys((owner, coupon) for owner, state, coupon in redemptions
                              if coupon is not None and state == RedemptionState.FULFILLED.name))  # fmt: skip
    rows = await coupons_by_id(db, keys, columns=STATE) if keys else []
    unused = {key for key, row in zip(keys, rows, strict=True)
              if row is not None and state_now(row, now=now) is CouponState.ISSUED
              and row.code_shown_at is None}  # fmt: skip
    return [is_cancelable(state) or (state == RedemptionState.FULFILLED.name and (owner, coupon) in unused)
            for owner, state, coupon in redemptions]  # fmt: skip
