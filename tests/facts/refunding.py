"""An order, refunds of it, and how a customer stands after them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple
from uuid import UUID

from app.facts.rules import Line, LineKind, LineRefund, Report, ReportedOrder
from app.facts.rules import ReportedRefund as Refund
from app.prover import prove
from tests.databases import run
from tests.programs.files import shop
from tests.world import NOON, World

DAY = timedelta(days=1)
NUMBERS = count(1)
POLICIES = ("WITHIN_BALANCE", "DEBT", "PENDING_ONLY")
LINES = (Line(2, 60_000, "a", "shoes"), Line(1, 50_000, "b"), Line(1, 1_000, kind=LineKind.SHIPPING))
PAID = ReportedOrder("shop", "o-1", NOON - 30 * DAY, None, LINES)
COMPLETED = ReportedOrder("shop", "o-1", None, NOON - 20 * DAY, ())
BOTH = replace(PAID, completed_at=COMPLETED.completed_at)
BEFORE = Refund("shop", "r-1", "o-1", NOON - 25 * DAY, [LineRefund(1, 20_033), LineRefund(3, 1_000)])
MEANWHILE = Refund("shop", "r-2", "o-1", NOON - 15 * DAY, [LineRefund(1, 50_000), LineRefund(9, 5)])
AFTER = Refund("shop", "r-3", "o-1", NOON - 12 * DAY, [LineRefund(2, 25_011)])
"""Of 1100 points, active from 13 days ago: 200 before and all but 250 by then."""
STANDS = """SELECT m.growth, m.tier, a.available, a.pending, a.debt,
    (SELECT sum(remaining) FROM points_lots l WHERE l.member_id = m.id) AS remaining,
    (SELECT array_agg(refunded ORDER BY refunded) FROM orders o WHERE o.member_id = m.id) AS refunded
  FROM members m LEFT JOIN points_accounts a ON a.member_id = m.id WHERE m.id = '{}'"""
EVERYTHING = " UNION ALL ".join(
    f"(SELECT to_jsonb(t) FROM {table} t)"
    for table in ("orders", "order_lines", "facts", "refund_lines", "points_lots", "points_entries", "growth_entries")
)


class Stands(NamedTuple):
    growth: int
    tier: str | None
    available: int
    pending: int
    debt: int
    remaining: int | None
    refunded: list[int]


def file(policy: str = "WITHIN_BALANCE", *, counts_at: str = "COMPLETED", code: str = "shop") -> str:
    """A shop where a yuan is a point and a growth."""
    text = shop(code=code).replace("[points]\n", f'[points]\nrefunds = {{ claw_back = "{policy}" }}\n')
    return text.replace("[tiers]\n", f'[tiers]\ncounts_at = "{counts_at}"\n')


async def club(world: World, policy: str = "WITHIN_BALANCE", *, counts_at: str = "COMPLETED") -> None:
    await world.publishes(file(policy, counts_at=counts_at))


async def told(world: World, *reports: Report, program: str = "shop", at: Sequence[datetime] = ()) -> Stands:
    """How a new customer stands after these reports, each at an instant of its own, and settled in the end."""
    subject = f"anna-{next(NUMBERS)}"
    member_id = await world.joins(subject, program=program)
    for number, report in enumerate(reports):
        own = replace(report, external_id=f"{report.external_id} of {subject}")
        if isinstance(own, Refund):
            own = replace(own, order=f"{own.order} of {subject}")
        await world.reports_of(subject, own, program=program, now=at[number] if at else world.now)
    return await stands(world, member_id)


async def stands(world: World, member_id: UUID) -> Stands:
    await world.settles(member_id)
    (row,) = await run(world.database.settings.url, STANDS.format(member_id))
    return Stands(*row)


async def holds(world: World, *, by: datetime | None = None) -> None:
    """Everybody's books say the same, by an instant that nothing is dated after."""
    proof = await prove(world.database, now=by or world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]
