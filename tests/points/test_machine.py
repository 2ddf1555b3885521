"""The ledger against a plain model: whatever happens to a customer of two of three programs, each with its rules.

How many sequences, and which, is said by LEDGER_EXAMPLES, LEDGER_STEPS and LEDGER_SEED; 10,000 before a release. What
fails is printed as it was played, with what hypothesis needs to play it again.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from datetime import timedelta
from itertools import count
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.members.queries import members_by_id
from app.points.queries import balances_of_members, expiring_of_members, ledgers_of_members, lots_of_members
from app.points.rules import LOOKED_AHEAD
from app.prover.books import mismatches_of
from tests.world import NOON, World

from .programs import DAY, HOUR, SHOPS, Shop
from .side import Side

EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES") or 200)
STEPS = int(os.environ.get("LEDGER_STEPS") or 40)
SEED = int(os.environ.get("LEDGER_SEED") or SystemRandom().randrange(10**9))
NUMBERS = count(1)
DAYS_AHEAD = 400
"""How far `expiring` is asked to look."""
WHICH = some.integers(0, 1)
LINES = some.lists(some.integers(2000, 7000) | some.integers(0, 500), min_size=1, max_size=2)
"""In fen."""
LONG_AGO = 10
"""Days after which points of an order are active in all three programs, and last."""
HOURS = some.sampled_from([0, 1, 24, 24 * 7, 24 * 32, 24 * 340])
SHARE = some.sampled_from([100, 60, 30, 110])
"""Of what there is, in percent."""
ENDS = some.sampled_from(["captured", "released", "captured", "stays"])


class Ledger(RuleBasedStateMachine):
    """One customer, from the first orders on."""

    world: World
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.sides: list[Side] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Hypothesis works in a thread of its own; the database in the test's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    @initialize(shops=some.permutations(SHOPS), orders=some.tuples(LINES, LINES))
    def orders_are_paid_and_completed(self, shops: list[Shop], orders: tuple[list[int], list[int]]) -> None:
        subject = f"anna-{next(NUMBERS)}"
        for shop, lines in zip(shops, orders, strict=False):
            side = Side(self.world, subject, shop, self.world.programs.current(shop.code, NOON))
            self.sides.append(side)
            self.run(side.pays(lines, NOON - LONG_AGO * DAY, is_completed=True, now=NOON))

    @rule(
        which=WHICH,
        lines=LINES,
        days=some.sampled_from([LONG_AGO, LONG_AGO, LONG_AGO, 0, 3, 7, 30, 370]),
        facts=some.sampled_from(["both", "both", "both", "paid", "completed"]),
    )
    def an_order_is_reported(self, which: int, lines: list[int], days: int, facts: str) -> None:
        side, at = self.sides[which], self.now - days * DAY
        if facts == "completed":
            self.run(side.completes_first(at, now=self.now))
        else:
            self.run(side.pays(lines, at, is_completed=facts == "both", now=self.now))

    @rule(data=some.data(), which=WHICH, lines=LINES, days=some.sampled_from([0, 3, 7, 30]))
    def an_order_is_reported_further(self, data: some.DataObject, which: int, lines: list[int], days: int) -> None:
        side = self.sides[which]
        waiting = [order for order in side.orders if not (order.paid and order.completed)]
        order = data.draw(some.sampled_from(waiting or side.orders))
        self.run(side.goes_on(order, lines, self.now - days * DAY, now=self.now))

    @rule(data=some.data(), which=WHICH, quarters=some.sampled_from([4, 4, 2, 1]), days=some.sampled_from([0, 0, 1, 8]))
    def an_order_is_refunded(self, data: some.DataObject, which: int, quarters: int, days: int) -> None:
        side = self.sides[which]
        order = data.draw(some.sampled_from(side.orders))
        line = data.draw(some.integers(1, max(1, len(order.lines))))
        amount = (order.lines[line - 1] if order.lines else 2000) * quarters // 4
        self.run(side.refunds(order, line, amount, self.now - days * DAY, now=self.now))

    @rule(which=WHICH, percent=SHARE, hours=some.sampled_from([24, 24 * 7, 24, 0]), waits=HOURS, end=ENDS)
    def points_are_redeemed(self, which: int, percent: int, hours: int, waits: int, end: str) -> None:
        """Spent at once, or held first; then the hold ends, too late perhaps, or stays open."""
        side = self.sides[which]
        amount = side.share(percent, now=self.now)
        if not hours:
            self.run(side.spends(amount, now=self.now))
            return
        self.run(side.holds_points(amount, self.now + hours * HOUR, now=self.now))
        self.time_goes_by(waits, 2)
        if side.holds and end != "stays":
            self.run(side.ends(side.holds[-1], is_captured=end == "captured", now=self.now))

    @precondition(lambda self: any(side.holds for side in self.sides))
    @rule(data=some.data(), end=ENDS)
    def a_hold_ends(self, data: some.DataObject, end: str) -> None:
        """Perhaps one that has ended."""
        held = [(side, payment) for side in self.sides for payment in side.holds]
        running = [each for each in held if each[1].hold and each[1].hold.state == "OPEN"]
        side, payment = data.draw(some.sampled_from([*running, *running, *held]))
        self.run(side.ends(payment, is_captured=end == "captured", now=self.now))

    @precondition(lambda self: any(side.payments for side in self.sides))
    @rule(data=some.data(), amount=some.sampled_from([0, 0, 7, 25]), by_shop=some.booleans(), waits=HOURS)
    def what_was_spent_is_given_back(self, data: some.DataObject, amount: int, by_shop: bool, waits: int) -> None:
        """All that is left of it, or so many points; if it was spent."""
        self.time_goes_by(waits, 2)
        paid = [(side, payment) for side in self.sides for payment in side.payments]
        spent = [each for each in paid if each[1].is_spent]
        side, payment = data.draw(some.sampled_from(spent or paid))
        self.run(side.gives_back(payment, amount, by_shop=by_shop, now=self.now))

    @rule(which=WHICH, amount=some.sampled_from([30, -10, 5, -60]))
    def staff_adjusts(self, which: int, amount: int) -> None:
        self.run(self.sides[which].adjusts(amount, now=self.now))

    @rule(hours=HOURS, settled=some.integers(0, 2))
    def time_goes_by(self, hours: int, settled: int) -> None:
        """Then the job settles one of them, or none."""
        self.now += timedelta(hours=hours)
        for side in self.sides:
            side.is_settled = side.is_settled and not hours
        self.run(self.reads_agree())
        for side in self.sides[settled : settled + 1]:
            self.run(side.settles(now=self.now))

    @invariant()
    def reads_say_what_the_model_says(self) -> None:
        """R2, R5, R9: settled or not."""
        self.run(self.reads_agree())

    @property
    def ids(self) -> list[Any]:
        return [side.member_id for side in self.sides]

    async def reads_agree(self) -> None:
        db, now = self.world.database, self.now
        balances = await balances_of_members(db, self.ids, now=now)
        due = [(balance.member_id, balance.is_due, None) for balance in balances]
        expiring = await expiring_of_members(db, due, now=now, within=DAYS_AHEAD)
        for side, balance, soon in zip(self.sides, balances, expiring, strict=True):
            member = side.member
            member.settle(now)
            found = (balance.available, balance.pending, balance.held, balance.debt)
            assert found == (member.available, member.pending, member.held, member.debt)
            assert [(each.amount, each.at) for each in soon] == member.expiring(now + DAYS_AHEAD * DAY)
            along = [(each.amount, each.at) for each in balance.lapsing or ()]
            assert along == member.expiring(now + LOOKED_AHEAD * DAY)
        await self.lots_agree()

    async def lots_agree(self) -> None:
        """Those who are settled as of now."""
        settled = [side for side in self.sides if side.is_settled]
        lots = await lots_of_members(self.world.database, self.ids) if settled else []
        for side in settled:
            mine = [(lot.left, lot.reversed, lot.owed, lot.lapsed, lot.lapses_at) for lot in side.member.lots]
            assert mine == [
                (lot.remaining, lot.reversed, lot.owed, lot.lapsed, lot.expires_at)
                for lot in lots
                if lot.member_id == side.member_id
            ]

    def teardown(self) -> None:
        """The books balance, settled or not, and say all that happened and when."""
        if self.sides:
            self.run(self.ends_well())

    async def ends_well(self) -> None:
        await self.balance()
        for side in self.sides:
            await side.settles(now=self.now)
        await self.reads_agree()
        await self.balance()
        await self.history_agrees()

    async def balance(self) -> None:
        """R5: of this customer; those of earlier examples lived at other times."""
        world = self.world
        members = [member for member in await members_by_id(world.database, self.ids) if member is not None]
        found = await mismatches_of(world.database, members, now=self.now, programs=world.programs)
        assert [str(mismatch) for mismatch in found] == []
        assert [member.growth for member in members] == [side.growth for side in self.sides]

    async def history_agrees(self) -> None:
        entries = await ledgers_of_members(self.world.database, self.ids)
        for side in self.sides:
            theirs = [each for each in entries if each.member_id == side.member_id]
            assert [tuple(entry) for entry in side.member.entries] == [
                (e.kind, e.occurred_at, e.change, e.pending_change, e.held_change, e.debt_change) for e in theirs
            ]
            changes = [(e.change, e.pending_change, e.held_change, e.debt_change) for e in theirs]
            sums = [tuple(map(sum, zip(*changes[: n + 1], strict=True))) for n in range(len(changes))]
            assert sums == [(e.balance_after, e.pending_after, e.held_after, e.debt_after) for e in theirs]


@pytest.fixture
async def shops(world: World) -> World:
    for shop in SHOPS:
        await world.publishes(shop.file)
    return world


async def test_the_ledger_is_what_a_plain_model_says(shops: World, played: Callable[[object], None]) -> None:
    """R2, R3, R5–R12, R14, R15, R24, R25."""
    machine = seed(SEED)(type("TheLedger", (Ledger,), {"world": shops, "loop": asyncio.get_running_loop()}))
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True, database=None,
                      suppress_health_check=unhurried)  # fmt: skip
    played(f"LEDGER_SEED={SEED} LEDGER_EXAMPLES={EXAMPLES} LEDGER_STEPS={STEPS}")
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)
