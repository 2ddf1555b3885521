"""The ledger against a plain model: orders paid and completed, the clock moved, members settled, in any sequence."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.facts.rules import Line, ReportedOrder
from app.prover import prove
from tests.world import NOON, World, customer

DAY = timedelta(days=1)
EXAMPLES, STEPS = 50, 10
NUMBERS = count(1)
LADDER = [(0, "v1"), (1000, "v2"), (3000, "v3"), (8000, "v4"), (20000, "v5"), (50000, "v6")]
ME = """{ me {
  growth tier { code } points { available pending } pointHistory(first: 100) { totalCount nodes { change } }
} }"""


@dataclass
class Order:
    """What a person would remember of an order."""

    id: str
    amount: int
    """In minor units."""
    paid: datetime | None = None
    completed: datetime | None = None

    @property
    def points(self) -> int:
        return self.amount // 100 if self.paid else 0

    def is_active(self, now: datetime) -> bool:
        """Seven days after completion. Shanghai has no summer time, so days are of 24 hours."""
        return self.completed is not None and self.completed + 7 * DAY <= now

    def has_lapsed(self, now: datetime) -> bool:
        """Twelve months after that."""
        if self.completed is None:
            return False
        active = self.completed + 7 * DAY + timedelta(hours=8)
        day = 28 if (active.month, active.day) == (2, 29) else active.day
        return active.replace(year=active.year + 1, day=day) - timedelta(hours=8) <= now


class Ledger(RuleBasedStateMachine):
    """One customer, from before the first order on."""

    world: World
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.subject = f"anna-{next(NUMBERS)}"
        self.member_id: Any = None
        self.orders: list[Order] = []
        self.world.now = NOON

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Hypothesis works in a thread of its own; the database in the test's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    def report(self, order: Order, *, paid: bool, completed: bool) -> None:
        at, done = order.paid if paid else None, order.completed if completed else None
        lines = [Line(1, order.amount // 3), Line(2, order.amount - order.amount // 3)] if paid else []
        reported = ReportedOrder("shop", f"{order.id} of {self.subject}", at, done, lines)
        recorded = self.run(self.world.reports(self.subject, reported))
        self.member_id = recorded.member_id

    @rule(amount=some.integers(0, 300_000), days=some.integers(0, 500), completes=some.booleans())
    def an_order_is_paid(self, amount: int, days: int, completes: bool) -> None:
        order = Order(f"o-{len(self.orders)}", amount, self.world.now - days * DAY)
        order.completed = self.world.now - days * DAY / 2 if completes else None
        self.orders.append(order)
        self.report(order, paid=True, completed=completes)

    @rule(amount=some.integers(0, 300_000), days=some.integers(0, 500))
    def an_order_is_completed_before_anybody_says_it_was_paid(self, amount: int, days: int) -> None:
        order = Order(f"o-{len(self.orders)}", amount, None, self.world.now - days * DAY)
        self.orders.append(order)
        self.report(order, paid=False, completed=True)

    @precondition(lambda self: self.orders)
    @rule(data=some.data(), days=some.integers(0, 20))
    def what_was_missing_of_an_order_is_reported(self, data: some.DataObject, days: int) -> None:
        order = data.draw(some.sampled_from(self.orders))
        if order.paid is None:
            order.paid = self.world.now - days * DAY
            self.report(order, paid=True, completed=False)
        elif order.completed is None:
            order.completed = self.world.now - days * DAY
            self.report(order, paid=False, completed=True)

    @precondition(lambda self: self.orders)
    @rule(data=some.data())
    def an_order_is_reported_again(self, data: some.DataObject) -> None:
        order = data.draw(some.sampled_from(self.orders))
        self.report(order, paid=order.paid is not None, completed=order.completed is not None)

    @rule(hours=some.sampled_from([1, 24, 24 * 7, 24 * 30, 24 * 180, 24 * 365]))
    def time_goes_by(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)

    @precondition(lambda self: self.member_id)
    @rule()
    def the_job_settles(self) -> None:
        self.run(self.world.settles(self.member_id))

    @precondition(lambda self: self.member_id)
    @invariant()
    def the_page_says_what_the_model_says(self) -> None:
        """R2, R5, R9, R15, R16."""
        me = self.run(self.world.data(ME, by=customer(self.subject)))["me"]
        now, paid = self.world.now, [order for order in self.orders if order.paid]
        active = [order for order in paid if order.is_active(now)]
        growth = sum(order.points for order in paid if order.completed)
        assert me["points"]["pending"] == sum(order.points for order in paid if order not in active)
        assert me["points"]["available"] == sum(order.points for order in active if not order.has_lapsed(now))
        assert (me["growth"], me["tier"]["code"]) == (growth, [code for least, code in LADDER if least <= growth][-1])

    def balance(self) -> None:
        """R5. The customers of earlier examples lived at other times."""
        proof = self.run(prove(self.world.database, now=self.world.now, programs=self.world.programs, at_once=1000))
        assert [str(wrong) for wrong in proof.mismatches if wrong.member_id == self.member_id] == []

    def teardown(self) -> None:
        """The books balance, settled or not, and the history explains the balance."""
        if self.member_id is None:
            return
        self.balance()
        self.run(self.world.settles(self.member_id))
        self.balance()
        me = self.run(self.world.data(ME, by=customer(self.subject)))["me"]
        history = me["pointHistory"]
        assert sum(node["change"] for node in history["nodes"]) == me["points"]["available"]
        earning = [order for order in self.orders if order.points]
        moved = [order.is_active(self.world.now) + order.has_lapsed(self.world.now) for order in earning]
        assert history["totalCount"] == len(earning) + sum(moved)


async def test_the_ledger_is_what_a_plain_model_says(world: World) -> None:
    """R2, R5, R9, R15, R16, R24, R25."""
    machine = type("TheLedger", (Ledger,), {"world": world, "loop": asyncio.get_running_loop()})
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large]
    chosen = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=unhurried)
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)
