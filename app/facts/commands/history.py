"""Many orders of a member at once, paid and completed long ago: the same rows as one by one, in a few statements.

For history that brings no points (R19): then nothing of one order depends on another but growth, which is entered for
all of them together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, bindparam, func, select
from sqlmodel import col

from app.db import Transaction, Write
from app.db.unique_keys import owners_of
from app.errors import BadInput
from app.facts.models import FactRow, OrderRow
from app.facts.queries import kept_facts, order_digest
from app.facts.rules import (
    MOST_AMOUNT,
    Earned,
    FactConflict,
    FactKind,
    Line,
    ReportedOrder,
    checked,
    may_keep,
)
from app.programs.rules import Programs

from .past_growth import Growing, growing_of, grows_by_tiers
from .taking import take_new
from .whom import Member, is_active

ORDERS: Write[OrderRow] = Write(
    OrderRow,
    select(OrderRow).where(
        col(OrderRow.member_id) == bindparam("of_member"),
        col(OrderRow.source) == bindparam("of_source"),
        col(OrderRow.external_id) == func.any(bindparam("of_external_ids", type_=ARRAY(String))),
    ),
)
FACTS: Write[FactRow] = Write(
    FactRow,
    select(FactRow).where(
        col(FactRow.member_id) == bindparam("of_member"),
        col(FactRow.order_id) == func.any(bindparam("of_orders", type_=ARRAY(Uuid))),
    ),
)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that was not known, and what it grows."""

    id: UUID
    paid_at: datetime
    program_version: int
    """The rules of the day it was paid (R25)."""
    grown: Sequence[Earned]
    counts_at: datetime
    """From when that counts."""


@dataclass(frozen=True)
class Taken:
    """What came of many orders."""

    new: Sequence[NewOrder]
    known: int
    """Orders that were recorded before, with the same content."""
    refused: Mapping[int, FactConflict]
    """By their places: orders that are another's, or were told otherwise before."""
    one_by_one: Sequence[int]
    """Places of orders of which something was known, but not all."""


async def is_taken_at_once(tx: Transaction, *, programs: Programs, member: Member) -> bool:
    """May a member's history be taken in at once? Not of who has left, not before facts that are kept for them, and not
    where what an order grows depends on the tier that those before it led to."""
    program = programs.for_member(member.program, member.id)
    if not is_active(member) or grows_by_tiers(programs, program):
        return False
    if not may_keep(program):
        return True
    return not await kept_facts(tx, member.customer_id, program=member.program, since=member.member_since, limit=1)


async def take_history(
    tx: Transaction, *, programs: Programs, member: Member, orders: Sequence[ReportedOrder], now: datetime
) -> Taken:
    """Take in orders of one source, each of one line, paid and completed at one instant; oldest first. What they grow
    is still to be entered, and so are those that are to be taken in one by one.

    The member is locked. May raise BadInput: an order makes no sense, or would earn more than one can have.
    """
    source, at = orders[0].source, _at(orders[0])
    places: dict[bytes, int] = {}
    for place, order in enumerate(orders):
        places.setdefault(order_digest(member.program, source=source, external_id=order.external_id), place)
    growing = await growing_of(tx, places, orders, programs=programs, member=member, now=now)
    made = {key: _new(tx, orders[place], growing=growing) for key, place in places.items() if key not in growing.taken}
    rows = [_row(tx, key, orders[places[key]], new) for key, new in made.items()]
    currency = programs.for_member(member.program, member.id).at(at).currency
    keys = await take_new(tx, member_id=member.id, customer_id=member.customer_id, source=source, currency=currency,
                          orders=rows, now=now)  # fmt: skip
    if growing.is_capped and len(keys) < len(made):
        raise BadInput("Somebody else reported the same order.")  # whose growth counted here as if it were new
    rest = sorted(set(range(len(orders))) - {places[key] for key in keys})
    new = [each for key, each in made.items() if key in keys]
    if not rest:
        return Taken(new, 0, {}, ())
    known, refused, one_by_one = await _known(tx, member, orders, rest)
    return Taken(new, known, refused, one_by_one)


def _at(order: ReportedOrder) -> datetime:
    if order.paid_at is None or order.completed_at != order.paid_at or len(order.lines) != 1:
        raise BadInput("History is of orders of one line, paid and completed at one instant.")
    return order.paid_at


def _new(tx: Transaction, order: ReportedOrder, *, growing: Growing) -> NewOrder:
    """May raise BadInput."""
    checked(order, now=(at := _at(order)))
    version, grown, counts_at = growing.by(order, at)
    if sum(each.amount for each in grown) > MOST_AMOUNT:
        raise BadInput("The order would earn more than a member can have.")
    return NewOrder(tx.new_id(), at, version.number, grown, counts_at)


def _row(tx: Transaction, key: bytes, order: ReportedOrder, new: NewOrder) -> dict[str, object]:
    """What the statement is given of an order."""
    (line,) = order.lines
    if line != Line(line.quantity, line.amount):
        raise BadInput("Lines of history are of goods that money paid for.")
    return {
        "key": key.hex(),
        "id": new.id,
        "name": order.external_id,
        "at": new.paid_at,
        "amount": line.amount,
        "quantity": line.quantity,
        "version": new.program_version,
        "growth": sum(each.amount for each in new.grown),
        "paid": tx.new_id(),
        "paid_digest": order.digest(FactKind.ORDER_PAID).hex(),
        "completed": tx.new_id(),
        "completed_digest": order.digest(FactKind.ORDER_COMPLETED).hex(),
        "line": tx.new_id(),
    }


async def _known(
    tx: Transaction,
    member: Member,
    orders: Sequence[ReportedOrder],
    rest: Sequence[int],
) -> tuple[int, dict[int, FactConflict], list[int]]:
    """Of orders that are not new: how many are known, which are refused, and of which something is known."""
    names = list({orders[place].external_id for place in rest})
    found = await tx.run(ORDERS, of_member=member.id, of_source=orders[0].source, of_external_ids=names)
    ids = {row.external_id: row.id for row in found}
    digests: dict[tuple[UUID | None, str], bytes] = {}
    for fact in await tx.run(FACTS, of_member=member.id, of_orders=list(ids.values())):
        digests[fact.order_id, fact.kind] = fact.digest
    keys = {name: order_digest(member.program, source=orders[0].source, external_id=name) for name in names}
    owners = dict(zip(names, await owners_of(tx, list(keys.values())), strict=True))
    known, refused, one_by_one = 0, dict[int, FactConflict](), list[int]()
    for place in rest:
        order = orders[place]
        before = [digests.get((ids.get(order.external_id), kind.name)) for kind in order.kinds]
        is_other = any(
            digest is not None and digest != order.digest(kind)
            for kind, digest in zip(order.kinds, before, strict=True)
        )
        if is_other or owners[order.external_id] != member.customer_id:
            refused[place] = FactConflict(order.source, order.external_id)
        elif None in before:
            one_by_one.append(place)
        else:
            known += 1
    return known, refused, one_by_one
