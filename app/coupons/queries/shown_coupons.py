"""Coupons as they are shown: by ids, by members; each as it is by now (R2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Integer,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlmodel import col

from app.coupons.models import CouponRow
from app.coupons.models.coupons import IS_OPEN
from app.coupons.rows import coupon_of
from app.coupons.rules.cart import Cart, check_cart_currency
from app.coupons.rules.coupon_shown import template_of_coupon
from app.coupons.rules.kinds import CouponState
from app.coupons.rules.reckoning import OF_A_COUPON, OF_A_LIST, OF_A_MEMBER, Reckoning
from app.coupons.rules.using import usability
from app.db import Columns, Keys, Page, Reader, Statement, many_each
from app.db.columns import INSTANT
from app.db.counting import number_of_each, numbers_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.errors import TooExpensive
from app.programs.rules import Programs

Pair = tuple[UUID, UUID]
"""The member's id and the coupon's."""
Owner = tuple[UUID, str]
"""The member's id and their program's code."""
ONLY_ISSUED = [CouponState.ISSUED]
NOW = bindparam("now", type_=INSTANT)
MOST_LOOKED_AT = 500
"""Coupons of a member that can be used, for one list of those that take something off a cart."""
TOO_MANY = (
    f"More than {MOST_LOOKED_AT} coupons can be used, and not all of them were looked at: ask for coupons page by page "
    "without 'usableFor', each for its 'usability'."
)
STATES = bindparam("states", type_=ARRAY(String))


def _said(state: CouponState) -> Any:
    return literal_column(f"'{state.name}'", Text)


TIMED_OUT = and_(col(CouponRow.state) == _said(CouponState.RESERVED), col(CouponRow.reserved_until) <= NOW)
IS_FREE = or_(col(CouponRow.state) == _said(CouponState.ISSUED), TIMED_OUT)


def _state_now() -> Any:
    """As `coupon_shown.state_now` has it."""
    return case(
        (and_(IS_FREE, col(CouponRow.expires_at) <= NOW), _said(CouponState.EXPIRED)),
        (TIMED_OUT, _said(CouponState.ISSUED)),
        else_=col(CouponRow.state),
    )


IS_ASKED_FOR = or_(STATES.is_(None), _state_now() == func.any(STATES))
OF_MEMBERS = newest_of_each(
    CouponRow, "now", "states", owner=col(CouponRow.member_id), key=col(CouponRow.id), extra=IS_ASKED_FOR
)


def _first_issued(columns: Sequence[Any], keys: Keys) -> Any:
    owner, last_first = col(CouponRow.member_id), col(CouponRow.id).desc()
    mine = select(*columns).where(IS_ISSUED).order_by(last_first).limit(bindparam("limit", type_=Integer))
    if keys.is_single:
        return mine.where(keys.hold(owner))
    owners = func.unnest(keys.array).table_valued("id").render_derived(name="k")
    some = mine.where(owner == literal_column("k.id", Uuid())).lateral("x")
    return select(some).select_from(owners.join(some, true()))


IS_ISSUED = and_(literal_column(IS_OPEN, Boolean()), IS_FREE, col(CouponRow.expires_at) > NOW)
"""By now: what is asked for most."""
FIRST_ISSUED_OF_MEMBERS = Statement(CouponRow, _first_issued, "limit", "now", always=("member_id", "id"))
"""From the last one on. With neither a place nor states among its parameters, the database reads them off the index of
those that have not ended, and no more than so many: else it reads and sorts all that a member has."""
CAN_BE_USED = and_(
    literal_column(IS_OPEN, Boolean()), IS_FREE, col(CouponRow.valid_from) <= NOW, col(CouponRow.expires_at) > NOW
)
"""By time alone (R2): of a member who has had very many the index has only those that have not ended."""
USABLE_OF_MEMBERS = newest_of_each(
    CouponRow, "now", owner=col(CouponRow.member_id), key=col(CouponRow.id), extra=CAN_BE_USED
)
COUNTS = number_of_each(CouponRow, "now", "states", owner=col(CouponRow.member_id), extra=IS_ASKED_FOR)
BY_ID = Statement(
    CouponRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(CouponRow.member_id), col(CouponRow.id))),
    always=("member_id", "id"),
    pairs=True,
)


async def coupons_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[CouponRow | None]:
    """Coupons by (member id, id)."""
    return pair_each(await db.fetch(BY_ID, ids, columns=columns), ids)


async def coupons_of_members(
    db: Reader,
    member_ids: Sequence[UUID],
    *,
    page: Page,
    now: datetime,
    states: list[CouponState] | None = None,
    columns: Columns = None,
) -> list[list[CouponRow]]:
    """Coupons of members, the last issued first; those that are in one of these states by now."""
    if states == ONLY_ISSUED and page.after is None:
        rows = await db.fetch(FIRST_ISSUED_OF_MEMBERS, member_ids, page.limit, now, columns=columns)
        return many_each(rows, member_ids, by="member_id")
    rows = await db.fetch(OF_MEMBERS, member_ids, page.after, page.limit, now, _names(states), columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def coupons_usable(
    db: Reader,
    members: Sequence[Owner],
    cart: Cart,
    *,
    page: Page | None,
    states: list[CouponState] | None,
    reckoning: Reckoning,
    programs: Programs,
    now: datetime,
) -> list[list[CouponRow]]:
    """Coupons that take something off a cart, the last issued first, of all that can be used; without a page all of
    them. May raise BadInput: the cart is in another currency; TooExpensive: somebody has more than `MOST_LOOKED_AT`,
    and so it is not known which come next: none is left out unsaid."""
    for program in {program for _, program in members}:
        check_cart_currency(cart, programs.current(program, now).currency)
    reckoning.spend(OF_A_LIST + OF_A_MEMBER * len(members))
    member_ids = [member_id for member_id, _ in members]
    if states is not None and CouponState.ISSUED not in states:
        return [[] for _ in member_ids]
    after = None if page is None else page.after
    rows = await db.fetch(USABLE_OF_MEMBERS, member_ids, after, MOST_LOOKED_AT + 1, now)
    reckoning.spend(OF_A_COUPON * len(rows))
    found: list[list[CouponRow]] = []
    for theirs in many_each(rows, member_ids, by="member_id"):
        some = theirs[:MOST_LOOKED_AT]
        usable = [row for row in some if _is_usable(row, cart, reckoning=reckoning, programs=programs, now=now)]
        if len(theirs) > len(some) and (page is None or len(usable) < page.limit):
            raise TooExpensive(TOO_MANY)
        found.append(usable if page is None else usable[: page.limit])
    return found


def _is_usable(row: CouponRow, cart: Cart, *, reckoning: Reckoning, programs: Programs, now: datetime) -> bool:
    template = template_of_coupon(row, programs=programs)
    return usability(coupon_of(row), template, cart, now=now, off=reckoning.off).is_usable


async def numbers_of_coupons(
    db: Reader, member_ids: Sequence[UUID], *, now: datetime, states: list[CouponState] | None = None
) -> list[int]:
    """How many there are of them."""
    return await numbers_each(db, COUNTS, member_ids, now, _names(states))


def _names(states: list[CouponState] | None) -> list[str] | None:
    return None if states is None else [state.name for state in states]
