"""Members whom staff seek, in the order that they choose: one statement, and two before it for references."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, func, literal_column, or_

from app.customers.queries import identities_of_customers
from app.customers.rules import Identity
from app.db import Columns, OrderedPage, Reader, Statement
from app.db.columns import INSTANT
from app.db.unique_keys import owners_of
from app.facts.queries import order_digest
from app.members.queries import customer_digest, membership_digest, ordering
from app.members.queries.ordering import (
    GROWTH,
    JOINED_AT,
    LAST_ORDER_AT,
    MEMBER_ID,
    OrderedBy,
    OwnLimits,
    parameter,
    within,
)
from app.points.queries.accounts import AVAILABLE, account_of, available_of
from app.programs.rules import Program
from app.staff.seeking import EVERYBODY, Direction, Sought, SoughtBy, span_of, tiers_asked

NEVER_ORDERED = literal_column("'0001-01-02 00:00:00+00'", INSTANT)
"""`seeking.NEVER`."""
NONE_SINCE = parameter("none_since", INSTANT)
OF_OTHERS = ("points_least", "points_most", "ordered_from", "ordered_until", "none_since")
"""Parameters of what other domains know of members."""
OTHERS = and_(
    within(available_of(MEMBER_ID), "points_least", "points_most", kind=Integer),
    within(LAST_ORDER_AT, "ordered_from", "ordered_until", kind=INSTANT),
    or_(NONE_SINCE.is_(None), func.coalesce(LAST_ORDER_AT, NEVER_ORDERED) < NONE_SINCE),
)
ORDERS = {
    SoughtBy.JOINED: OrderedBy("JOINED", JOINED_AT, INSTANT),
    SoughtBy.GROWTH: OrderedBy("GROWTH", GROWTH, Integer),
    SoughtBy.POINTS: OrderedBy("POINTS", AVAILABLE, Integer, joined=account_of(MEMBER_ID)),
    SoughtBy.LAST_ORDER: OrderedBy("LAST_ORDER", func.coalesce(LAST_ORDER_AT, NEVER_ORDERED), INSTANT),
}
ALL: Mapping[tuple[SoughtBy, bool], Statement[Any]] = {
    (by, is_falling): ordering.members_in_order(ORDERS[by], is_falling=is_falling)
    for by, is_falling in product(SoughtBy, (True, False))
}
"""Whoever they are; by the order, and whether it falls."""
LISTS: Mapping[tuple[SoughtBy, bool, bool], Statement[Any]] = {
    (by, is_falling, among): ordering.members_sought_in_order(
        ORDERS[by], *OF_OTHERS, is_falling=is_falling, others=OTHERS, among=among
    )
    for by, is_falling, among in product(SoughtBy, (True, False), (True, False))
}
"""Those who are sought; by the order, whether it falls, and whether it is among the members that references name."""
NUMBERS = {among: ordering.number_of_members_sought(*OF_OTHERS, others=OTHERS, among=among) for among in (True, False)}


async def members_sought(
    db: Reader,
    sought: Sought,
    *,
    by: SoughtBy,
    direction: Direction,
    page: OrderedPage,
    program: Program,
    now: datetime,
    columns: Columns = None,
) -> list[Any]:
    """Members of a program. May raise BadInput: there is no such tier, or the cursor is of another order."""
    is_falling = direction is Direction.DESC
    value, after, last = span_of(sought, by, page, is_falling=is_falling)
    start = (program.code, value, after, page.limit)
    if sought == EVERYBODY:
        return await db.fetch(ALL[by, is_falling], (), *start, columns=columns)
    limits = _limits(sought, program=program, now=now)
    among = await _referred_to(db, sought, program=program.code)
    if among == []:
        return []
    statement = LISTS[by, is_falling, among is not None]
    return await db.fetch(statement, among or (), *start, last, *limits, columns=columns)


async def number_of_members_sought(db: Reader, sought: Sought, *, program: Program, now: datetime) -> int:
    """How many there are. May raise BadInput, likewise."""
    limits = _limits(sought, program=program, now=now)
    among = await _referred_to(db, sought, program=program.code)
    if among == []:
        return 0
    rows: list[Any] = list(await db.fetch(NUMBERS[among is not None], among or (), program.code, *limits))
    return rows[0]["number"]


def _limits(sought: Sought, *, program: Program, now: datetime) -> tuple[Any, ...]:
    codes, higher = tiers_asked(program.at(now), sought.tiers, tried=program.tried_at(now))
    own = OwnLimits(sought.growth, sought.joined, sought.status, codes, higher, now)
    return (*own.arguments, *sought.points, *sought.last_order, sought.none_since)


async def _referred_to(db: Reader, sought: Sought, *, program: str) -> Sequence[UUID] | None:
    """Ids of those whom references name: of both, if there are two; None: no reference says who it is."""
    if not sought.is_referred_to:
        return None
    named: list[UUID | None] = []
    if sought.customer is not None:
        named += await owners_of(db, [membership_digest(program, sought.customer)])
    if sought.order is not None:
        digest = order_digest(program, source=sought.order.source, external_id=sought.order.external_id)
        (customer,) = await owners_of(db, [digest])
        named += [None] if customer is None else await owners_of(db, [customer_digest(program, customer)])
    first = named[0]
    return [first] if first is not None and set(named) == {first} else []


async def identities_known(db: Reader, customer_ids: Sequence[UUID]) -> list[list[Identity]]:
    """By what other systems know each customer, the first one first."""
    found = await identities_of_customers(db, customer_ids)
    return [[Identity(row.issuer, row.subject) for row in rows] for rows in found]
