"""What must be true of a member's coupons: of their history, times, orders, and what is set aside (R5, R31-R33)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.db import Reader
from app.errors import Overloaded
from app.members.proving import Claim, Published, by_member

from .models import CouponChangeRow, CouponRow, MissedCouponRow
from .queries.proving import every_change, every_coupon, every_missed
from .rules.kinds import CouponActor, CouponState, CouponStep
from .rules.life import LEADS_TO, MAY_BE_TAKEN, OF_ITS_ORDER
from .rules.stacking import MOST_GROUPS, group_of
from .templates import Template, template_id, template_of

ENDED = frozenset((CouponState.REDEEMED.name, CouponState.EXPIRED.name, CouponState.REVOKED.name))
RETURN = CouponStep.RETURN.name
OF_ORDER = frozenset((CouponState.RESERVED.name, CouponState.REDEEMED.name))
ACTORS: Mapping[CouponStep, frozenset[CouponActor]] = {
    CouponStep.SHOW_CODE: frozenset((CouponActor.MEMBER,)),
    CouponStep.RESERVE: frozenset((CouponActor.SYSTEM,)),
    CouponStep.REDEEM: frozenset((CouponActor.SYSTEM,)),
    CouponStep.RELEASE: frozenset((CouponActor.SYSTEM,)),
    CouponStep.RETURN: frozenset((CouponActor.SYSTEM,)),
    CouponStep.TIME_OUT: frozenset((CouponActor.PROGRAM,)),
    CouponStep.EXPIRE: frozenset((CouponActor.PROGRAM,)),
    CouponStep.REVOKE: frozenset((CouponActor.STAFF, CouponActor.PROGRAM)),
}
"""Whose it is to take a step."""


@dataclass(frozen=True)
class CouponBook:
    """All coupons of a member, and those that did not come."""

    coupons: Sequence[CouponRow]
    changes: Sequence[CouponChangeRow]
    """Each coupon's together, in their order."""
    missed: Sequence[MissedCouponRow]


async def coupon_books(db: Reader, member_ids: Sequence[UUID]) -> list[CouponBook]:
    """Three statements, however many members."""
    coupons = by_member(await every_coupon(db, member_ids))
    changes = by_member(await every_change(db, member_ids))
    missed = by_member(await every_missed(db, member_ids))
    return [CouponBook(coupons.get(key, ()), changes.get(key, ()), missed.get(key, ())) for key in member_ids]


def coupon_claims(book: CouponBook, member: Any, *, published: Published) -> Iterator[Claim]:
    steps: defaultdict[UUID, list[CouponChangeRow]] = defaultdict(list)
    for change in book.changes:
        steps[change.coupon_id].append(change)
    for row in book.coupons:
        yield Claim("coupons.program", row.id, member.program, row.program)
        yield Claim("coupons.template_id, by its code", row.id, template_id(row.program, row.template), row.template_id)
        yield from _history(row, steps[row.id])
        yield from _order(row, steps[row.id])
        yield from _times(row, steps[row.id])
        yield from _given_back(row, steps[row.id])
        if row.version is not None:
            yield Claim("coupons.version: was published", row.id, True, published.exists(row.version))
        template = _template(row, published)
        if template is not None:
            yield from _terms(row, template)
    yield from _beside(book.coupons, published)


def _beside(coupons: Sequence[CouponRow], published: Published) -> Iterator[Claim]:
    """Of a group one is for an order, and of few groups (R34). What time has made of any was entered when the last of
    an order was reserved."""
    groups: defaultdict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for row in coupons:
        template = _template(row, published) if row.state in OF_ORDER else None
        if template is not None and (group := group_of(template.terms)) is not None:
            groups[_order_of(row)].append(group)
    for found in groups.values():
        fits = len(set(found)) == len(found) <= MOST_GROUPS
        yield Claim("coupons of an order: one of a group, of few groups (R34)", None, True, fits)


def _template(row: CouponRow, published: Published) -> Template | None:
    """None: it is not held here, because it was published or made a moment ago."""
    try:
        return template_of(published.programs, row.program, row.template, row.version)
    except Overloaded:
        return None


def _history(row: CouponRow, steps: Sequence[CouponChangeRow]) -> Iterator[Claim]:
    """It leads from issued to where the coupon is, by steps that there are, each by who may take it."""
    yield Claim("coupon_changes.number: one after the other", row.id, list(range(1, row.changes + 1)),
                [step.number for step in steps])  # fmt: skip
    states = [CouponState.ISSUED.name, *(step.to_state for step in steps)]
    yield Claim("coupon_changes.from_state: follows the one before", row.id, states[:-1],
                [step.from_state for step in steps])  # fmt: skip
    yield Claim("coupons.state, by its history", row.id, states[-1], row.state)
    possible = all(
        CouponState[step.from_state] in MAY_BE_TAKEN[CouponStep[step.step]]
        and CouponState[step.to_state] in LEADS_TO[CouponStep[step.step]]
        for step in steps
    )
    yield Claim("coupon_changes: are steps that there are (R32)", row.id, True, possible)
    actors = all(CouponActor[step.actor] in ACTORS[CouponStep[step.step]] for step in steps)
    yield Claim("coupon_changes.actor: may take the step", row.id, True, actors)


def _order(row: CouponRow, steps: Sequence[CouponChangeRow]) -> Iterator[Claim]:
    """What follows a reservation is of its order, until the next one (R33); and what is taken off adds up."""
    reserved: CouponChangeRow | None = None
    for step in steps:
        kind = CouponStep[step.step]
        if kind is CouponStep.RESERVE:
            reserved = step
            yield Claim("coupon_changes.discounts: add up", row.id, step.discount, sum(step.discounts or ()))
        elif kind in OF_ITS_ORDER and reserved is not None:
            yield Claim("coupon_changes.order_id: the one reserved for (R33)", row.id, _order_of(reserved),
                        _order_of(step))  # fmt: skip
    is_of_order = row.state in OF_ORDER and reserved is not None
    yield Claim("coupons.order_id, by its history", row.id, _order_of(reserved) if is_of_order else (None, None),
                _order_of(row))  # fmt: skip
    discount = reserved.discount if is_of_order and reserved is not None else None
    yield Claim("coupons.discount, by its history", row.id, discount, row.discount)
    until = reserved.until if row.state == CouponState.RESERVED.name and reserved is not None else None
    yield Claim("coupons.reserved_until, by its history", row.id, until, row.reserved_until)


def _times(row: CouponRow, steps: Sequence[CouponChangeRow]) -> Iterator[Claim]:
    ended = steps[-1].changed_at if steps and row.state in ENDED else None
    yield Claim("coupons.ended_at, by its history", row.id, ended, row.ended_at)
    for step in steps:
        if step.step == CouponStep.EXPIRE.name:
            yield Claim("coupon_changes.changed_at: when it was due (R2)", row.id, row.expires_at, step.changed_at)
        late = step.to_state == CouponState.EXPIRED.name and step.changed_at < row.expires_at
        early = step.to_state == CouponState.ISSUED.name and step.changed_at >= row.expires_at
        yield Claim("coupon_changes.to_state: EXPIRED from its end on (R32)", row.id, False, late or early)
    due = {
        CouponState.ISSUED.name: row.expires_at,
        CouponState.RESERVED.name: row.reserved_until,
        CouponState.REDEEMED.name: row.expires_at if row.set_aside > (row.discount or 0) else None,
    }
    yield Claim("coupons.due_at", row.id, due.get(row.state), row.due_at)
    shown = [step.changed_at for step in steps if step.step == CouponStep.SHOW_CODE.name]
    at = [] if row.code_shown_at is None else [row.code_shown_at]
    yield Claim("coupons.code_shown_at, by its history", row.id, shown, at)
    restocked = row.state == CouponState.REVOKED.name and row.bucket is not None and not shown
    yield Claim("coupons.is_restocked", row.id, restocked, row.is_restocked)


def _given_back(row: CouponRow, steps: Sequence[CouponChangeRow]) -> Iterator[Claim]:
    """It was taken back by its return if, and only if, what it was given for had been undone: then it is no one's."""
    taken = any(step.step == RETURN and step.to_state == CouponState.REVOKED.name for step in steps)
    undue = row.is_undue and row.state != CouponState.REDEEMED.name
    yield Claim("coupons.is_undue: taken back when it was given back (R35)", row.id, taken, undue)


def _terms(row: CouponRow, template: Template) -> Iterator[Claim]:
    """It is as its template has it."""
    times = row.valid_from, row.expires_at
    yield Claim("coupons.expires_at, by its terms", row.id, template.validity(row.issued_at), times)
    yield Claim("coupons.bucket: is stocked", row.id, template.is_stocked, row.bucket is not None)
    yield Claim("coupons.number: has a partner's code", row.id, template.has_codes, row.number is not None)
    face = template.face or 0
    used = min(face, row.discount or 0)
    is_whole = row.state in (CouponState.ISSUED.name, CouponState.RESERVED.name) or row.due_at is not None
    expected = face if is_whole else used if row.state == CouponState.REDEEMED.name else 0
    yield Claim("coupons.set_aside, by its terms (R31)", row.id, expected, row.set_aside)


def _order_of(row: CouponRow | CouponChangeRow | None) -> tuple[str | None, str | None]:
    return (None, None) if row is None else (row.order_source, row.order_id)
