"""What is read to explain a movement: the same number of statements, however much it moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.db import Reader
from app.facts.queries import lines_of_orders, lines_of_refunds, orders_by_id, refunds_by_id, refunds_of_orders
from app.facts.queries.activities import activities_by_id
from app.facts.queries.orders import payment_of_order
from app.facts.rows import line_of, order_of, refund_of
from app.facts.rules import KnownOrder, RefundedOrder
from app.facts.rules.credited import Credited, credited_by
from app.points.queries import give_backs_by_id, holds_by_id, lots_moved
from app.points.queries.moved import lots_of_cause, lots_written
from app.points.rules import Cause, EntryKind, Lot, Use
from app.points.section import CAMPAIGN
from app.programs.rulebook import Told
from app.programs.rules import Program, Programs, ProgramVersion


@dataclass(frozen=True)
class Evidence:
    """A movement and all that it is explained by."""

    entry: Any
    """The row."""
    version: ProgramVersion
    """The rules by which it was calculated."""
    versions: Mapping[int, ProgramVersion]
    """All versions of the program, by number."""
    until: ProgramVersion | None
    """The version that came into force after that one, if one has."""
    uses: Sequence[Use]
    """The lots that it moved, in their order; for what was captured, those that paid."""
    lots: Mapping[UUID, Lot]
    orders: Mapping[UUID, KnownOrder] = field(default_factory=dict[UUID, KnownOrder])
    activities: Mapping[UUID, Any] = field(default_factory=dict[UUID, Any])
    refunded: RefundedOrder | None = None
    """The order that earned it, or that was refunded: its lines, and its refunds as they were recorded."""
    earned: Mapping[str, int] = field(default_factory=dict[str, int])
    """Points that the refunded order earned, by rule; of what a campaign added to something, all that this earned."""
    refund: Any = None
    """The refund that made it move: its fact."""
    hold: Any = None
    giving: Any = None
    """What was given back."""
    stood: Credited = field(default_factory=lambda: Credited(""))
    """How the member stood when the order was paid, or the thing done, as it was known when the points were earned."""

    programs: Programs = field(default_factory=Programs)

    @property
    def kind(self) -> EntryKind:
        return EntryKind[self.entry.kind]

    @property
    def cause(self) -> Cause:
        return Cause[self.entry.cause]

    @property
    def order(self) -> KnownOrder | None:
        """The order that earned it, or that was refunded."""
        by: Any = self.entry if self.refund is None else self.refund
        return self.orders.get(by.cause_id if self.refund is None else by.order_id)

    def rule(self, code: str) -> Told | None:
        """A rule of the program in words, as its members read it."""
        return next((rule.words for rule in self.version.rules if rule.code == code), None)


async def evidence_of(db: Reader, entry: Any, *, program: str, programs: Programs) -> Evidence:
    """May raise Overloaded: the rules were published a moment ago."""
    owner, version = entry.member_id, programs.version(program, entry.program_version)
    hold, giving = await _held(db, entry)
    is_captured = entry.kind == EntryKind.CAPTURED.name
    (moved,) = await lots_moved(db, [(owner, hold.entry_id if is_captured and hold is not None else entry.id)])
    uses = [Use(each.lot_id, each.amount) for each in moved]
    found = await lots_written(db, [(owner, use.lot_id) for use in uses])
    lots = {lot.id: lot for lot in found if lot is not None}
    (refund,) = await refunds_by_id(db, [(owner, entry.cause_id)]) if entry.cause == Cause.REFUND.name else [None]
    own: list[Any] = [entry.cause_id] if refund is None else [refund.order_id]
    orders = await _orders(db, owner, [*own, *_causes(lots.values(), Cause.ORDER)])
    activities = await _activities(db, owner, [*own, *_causes(lots.values(), Cause.ACTIVITY)])
    order = orders.get(own[0])
    return Evidence(
        entry=entry,
        version=version,
        versions=programs.by_code[program].versions,
        until=_after(programs.for_member(program, owner), version),
        uses=uses,
        lots=lots,
        orders=orders,
        activities=activities,
        refunded=await _refunded(db, order, is_refund=refund is not None),
        earned=await _earned(db, entry, order) if refund is not None or entry.rule.startswith(CAMPAIGN) else {},
        refund=refund,
        hold=hold,
        giving=giving,
        stood=await _stood(db, entry, order=order, activities=activities, version=version),
        programs=programs,
    )


def _after(program: Program, version: ProgramVersion) -> ProgramVersion | None:
    """The version that followed it for the member, if it was ever in force for them."""
    in_force = program.in_force
    if version not in in_force:
        return None
    place = in_force.index(version) + 1
    return in_force[place] if place < len(in_force) else None


async def _held(db: Reader, entry: Any) -> tuple[Any, Any]:
    """The hold that it is of, and what was given back of it."""
    giving, hold_id = None, entry.cause_id if entry.cause == Cause.HOLD.name else None
    if entry.cause == Cause.GIVE_BACK.name:
        (giving,) = await give_backs_by_id(db, [(entry.member_id, entry.cause_id)])
        hold_id = None if giving is None else giving.hold_id
    if hold_id is None:
        return None, giving
    (hold,) = await holds_by_id(db, [(entry.member_id, hold_id)])
    return hold, giving


def _causes(lots: Any, cause: Cause) -> list[UUID]:
    return [lot.cause_id for lot in lots if lot.cause == cause.name]


async def _orders(db: Reader, owner: UUID, ids: Sequence[UUID | None]) -> Mapping[UUID, KnownOrder]:
    keys = [(owner, key) for key in dict.fromkeys(ids) if key is not None]
    rows = await orders_by_id(db, keys) if keys else []
    return {row.id: order_of(row) for row in rows if row is not None}


async def _activities(db: Reader, owner: UUID, ids: Sequence[UUID | None]) -> Mapping[UUID, Any]:
    keys = [(owner, key) for key in dict.fromkeys(ids) if key is not None]
    rows = await activities_by_id(db, keys) if keys else []
    return {row.id: row for row in rows if row is not None}


async def _refunded(db: Reader, order: KnownOrder | None, *, is_refund: bool) -> RefundedOrder | None:
    if order is None:
        return None
    (lines,) = await lines_of_orders(db, [(order.member_id, order.id)])
    known = [line_of(line) for line in lines]
    if not is_refund:
        return RefundedOrder(known, ())
    (rows,) = await refunds_of_orders(db, [(order.member_id, order.id)])
    given = await lines_of_refunds(db, [(row.member_id, row.id) for row in rows])
    return RefundedOrder(known, [refund_of(row, theirs) for row, theirs in zip(rows, given, strict=True)])


async def _earned(db: Reader, entry: Any, order: KnownOrder | None) -> Mapping[str, int]:
    cause, cause_id = (Cause[entry.cause], entry.cause_id) if order is None else (Cause.ORDER, order.id)
    lots = await lots_of_cause(db, member_id=entry.member_id, cause=cause, cause_id=cause_id)
    return {lot.rule: lot.earned for lot in lots}


async def _stood(
    db: Reader, entry: Any, *, order: KnownOrder | None, activities: Mapping[UUID, Any], version: ProgramVersion
) -> Credited:
    """As it is kept with the fact: what came later did not count for it (R25)."""
    fact = activities.get(entry.cause_id)
    if entry.kind == EntryKind.EARNED.name and order is not None:
        fact = await payment_of_order(db, (order.member_id, order.id))
    return credited_by(None if fact is None else fact.credited_by, version=version)
