"""The ledger against a plain model: whatever happens to a customer of two of three programs, each with its rules.

How many sequences, and which, is said by LEDGER_EXAMPLES, LEDGER_STEPS and LEDGER_SEED; 10,000 before a release. What
fails is printed as it was played, with what hypothesis needs to play it again.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import SystemRandom
from typing import Any
from uuid import UUID

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

from app.db import Transaction
from app.errors import BadInput, Refused
from app.facts.rules import Line, LineRefund, ReportedOrder, ReportedRefund
from app.members.commands import lock_member
from app.members.queries import members_by_id
from app.points import commands as points
from app.points.commands.holding import extension
from app.points.queries import balances_of_members, expiring_of_members, ledgers_of_members, lots_of_members
from app.points.rules import Because, Books, Cause, HoldEnded, NotEnoughPoints
from app.points.rules.holding import HoldNotCaptured, MoreThanLeft
from app.programs.rules import ProgramVersion
from app.prover.books import mismatches_of
from app.staff.commands import adjust_points
from app.staff.rules import Staff, StaffMember
from tests.world import ISSUER, NOON, World

from .model import Ended, Hold, Member, NotEnough, Part, TooMuch
from .programs import DAY, HOUR, SHOPS, Shop

EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES") or 200)
STEPS = int(os.environ.get("LEDGER_STEPS") or 20)
SEED = int(os.environ.get("LEDGER_SEED") or SystemRandom().randrange(10**9))
NUMBERS = count(1)
SOURCE = "till"
STAFF = Staff(StaffMember(ISSUER, "sam"), "SUPPORT")
DAYS_AHEAD = 400
"""How far `expiring` is asked to look."""


@dataclass
class Order:
    """What a person would remember of an order."""

    id: str
    lines: Sequence[int] = ()
    """In fen; none until it is paid."""
    paid: datetime | None = None
    completed: datetime | None = None
    refunds: list[tuple[datetime, int, int]] = field(default_factory=list[tuple[datetime, int, int]])
    """When, of which line (from 1), how much."""

    def refunded(self, number: int, *, before: datetime | None = None) -> int:
        """What so many refunds come to: of no line more than it came to (R10)."""
        counted = [each for each in self.refunds[:number] if before is None or each[0] < before]
        return sum(
            min(amount, sum(back for _, of, back in counted if of == line)) for line, amount in enumerate(self.lines, 1)
        )

    def part(self, earned: int, refunded: int) -> int:
        """Half a point and more is one (R10)."""
        paid = sum(self.lines)
        return (2 * earned * refunded + paid) // (2 * paid) if paid else 0


@dataclass(repr=False)
class Side:
    """A customer in one program, as the model has them and as the product does."""

    shop: Shop
    version: ProgramVersion
    member: Member = field(default_factory=Member)
    member_id: UUID | None = None
    orders: list[Order] = field(default_factory=list[Order])
    holds: list[tuple[Hold, UUID]] = field(default_factory=list[tuple[Hold, UUID]])
    spent: list[tuple[list[Part], UUID]] = field(default_factory=list[tuple[list[Part], UUID]])
    is_settled: bool = True
    """Was nothing due that is not entered, when somebody wrote last?"""

    def __repr__(self) -> str:
        return self.shop.code

    def targets(self, order: Order, number: int) -> dict[str, int]:
        """By rule, what so many refunds of an order take back in all (R10, R11)."""
        before = self.shop.lifetime(order.completed)[0] if self.shop.is_pending_only else None
        refunded = order.refunded(number, before=before)
        return {each: order.part(earned, refunded) for each, earned in self.shop.earns(sum(order.lines)).items()}

    @property
    def growth(self) -> int:
        """R15: of what is completed, but for what was refunded."""
        orders = [order for order in self.orders if order.paid and order.completed]
        return sum(
            whole - order.part(whole, order.refunded(len(order.refunds)))
            for order in orders
            for whole in [sum(order.lines) // 100]
        )


class Ledger(RuleBasedStateMachine):
    """One customer, from before the first order on."""

    world: World
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.subject = f"anna-{next(NUMBERS)}"
        self.now = NOON
        self.sides: list[Side] = []

    @initialize(shops=some.permutations(SHOPS))
    def two_of_the_programs(self, shops: list[Shop]) -> None:
        """So that more happens in each."""
        self.sides = [Side(shop, self.world.programs.current(shop.code, NOON)) for shop in shops[:2]]

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Hypothesis works in a thread of its own; the database in the test's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    def writes(self, side: Side, command: Callable[[Transaction, Books], Coroutine[Any, Any, Any]]) -> Any:
        """A command as production runs it: one transaction, the member locked, what is due settled first."""
        assert side.member_id is not None
        member_id = side.member_id

        async def written() -> Any:
            async with self.world.database.transaction() as tx:
                await lock_member(tx, member_id=member_id)
                account = await points.settled_account(tx, member_id=member_id, now=self.now)
                return await command(tx, account)

        result = self.run(written())
        self.wrote(side)
        return result

    def wrote(self, side: Side) -> None:
        side.member.settle(self.now)
        side.is_settled = True

    def both(
        self,
        side: Side,
        mine: Callable[[], Any],
        command: Callable[[Transaction, Books], Coroutine[Any, Any, Any]],
    ) -> tuple[Any, Any] | None:
        """Both do it, or both say no for the same reason (R8)."""
        side.member.settle(self.now)
        try:
            result = mine()
        except (NotEnough, Ended, TooMuch) as no:
            with pytest.raises((Refused, BadInput)) as refused:
                self.writes(side, command)
            _is_for_the_same_reason(no, refused.value, side.member)
            return None
        return result, self.writes(side, command)

    def report(self, side: Side, report: ReportedOrder | ReportedRefund) -> None:
        recorded = self.run(self.world.reports_of(self.subject, report, program=side.shop.code, now=self.now))
        side.member_id = recorded.member_id

    def report_order(self, side: Side, order: Order, *, paid: bool, completed: bool) -> None:
        lines = [Line(1, amount) for amount in order.lines] if paid else []
        at, done = order.paid if paid else None, order.completed if completed else None
        self.report(side, ReportedOrder("shop", self.name(order), at, done, lines))

    def name(self, order: Order) -> str:
        return f"{order.id} of {self.subject}"

    def earn(self, side: Side, order: Order) -> None:
        """Of a paid order, and what refunds that are known take of it, one after another (R25)."""
        assert order.paid is not None
        active, lapses = side.shop.lifetime(order.completed)
        member = side.member
        member.settle(self.now)
        member.earn(order.id, side.shop.earns(sum(order.lines)), at=order.paid, activates_at=active, lapses_at=lapses)
        member.settle(self.now)
        for number in range(1, len(order.refunds) + 1):
            self.take_back(side, order, number)

    def take_back(self, side: Side, order: Order, number: int) -> None:
        side.member.refund(order.id, side.targets(order, number), self.now, owes=side.shop.owes)
        side.member.settle(self.now)

    @rule(
        which=some.integers(0, 1),
        lines=some.lists(some.integers(0, 3000), min_size=1, max_size=2),
        days=some.sampled_from([10, 10, 10, 0, 3, 7, 30, 370]),
        completes=some.sampled_from([True, True, True, False]),
    )
    def an_order_is_paid(self, which: int, lines: list[int], days: int, completes: bool) -> None:
        side = self.sides[which]
        paid = self.now - days * DAY
        order = Order(f"o-{len(side.orders)}", lines, paid, paid if completes else None)
        side.orders.append(order)
        self.earn(side, order)
        self.report_order(side, order, paid=True, completed=completes)
        self.wrote(side)

    @rule(which=some.integers(0, 1), days=some.sampled_from([0, 3, 7, 400]))
    def an_order_is_completed_before_anybody_says_it_was_paid(self, which: int, days: int) -> None:
        side = self.sides[which]
        order = Order(f"o-{len(side.orders)}", completed=self.now - days * DAY)
        side.orders.append(order)
        self.report_order(side, order, paid=False, completed=True)
        self.wrote(side)

    @precondition(lambda self: any(not (o.paid and o.completed) for side in self.sides for o in side.orders))
    @rule(
        data=some.data(),
        lines=some.lists(some.integers(0, 3000), min_size=1, max_size=2),
        days=some.sampled_from([0, 3, 7, 30]),
    )
    def what_was_missing_of_an_order_is_reported(self, data: some.DataObject, lines: list[int], days: int) -> None:
        waiting = [(s, o) for s in self.sides for o in s.orders if not (o.paid and o.completed)]
        side, order = data.draw(some.sampled_from(waiting))
        at = self.now - days * DAY
        if order.paid is None:
            order.paid, order.lines = at, lines
            self.earn(side, order)
            self.report_order(side, order, paid=True, completed=False)
        else:
            order.completed = at
            active, lapses = side.shop.lifetime(at)
            assert active is not None
            side.member.settle(self.now)
            targets = side.targets(order, len(order.refunds)) if side.shop.is_pending_only else None
            side.member.schedule(order.id, activates_at=active, lapses_at=lapses, now=self.now, targets=targets)
            self.report_order(side, order, paid=False, completed=True)
        self.wrote(side)

    @precondition(lambda self: any(side.orders for side in self.sides))
    @rule(data=some.data(), part=some.integers(1, 4), days=some.sampled_from([0, 0, 1, 8]))
    def an_order_is_refunded(self, data: some.DataObject, part: int, days: int) -> None:
        """A line, or quarters of it; perhaps more than there was, perhaps before anybody says that it was paid."""
        side, order = data.draw(some.sampled_from([(side, order) for side in self.sides for order in side.orders]))
        line = data.draw(some.integers(1, max(1, len(order.lines))))
        amount = (order.lines[line - 1] if order.lines else 2000) * part // 4
        refunded = self.now - days * DAY
        order.refunds.append((refunded, line, amount))
        side.member.settle(self.now)
        if order.paid:
            self.take_back(side, order, len(order.refunds))
        refund = f"refund-{len(order.refunds)} of {self.name(order)}"
        self.report(side, ReportedRefund("shop", refund, self.name(order), refunded, [LineRefund(line, amount)]))
        self.wrote(side)

    @precondition(lambda self: any(side.orders for side in self.sides))
    @rule(data=some.data())
    def an_order_is_reported_again(self, data: some.DataObject) -> None:
        side, order = data.draw(some.sampled_from([(side, order) for side in self.sides for order in side.orders]))
        if order.paid or order.completed:
            self.report_order(side, order, paid=order.paid is not None, completed=order.completed is not None)
            self.wrote(side)

    @property
    def known(self) -> list[Side]:
        return [side for side in self.sides if side.member_id]

    def some_or_all(self, side: Side, amount: int) -> int:
        member = side.member
        member.settle(self.now)
        return amount or max(1, member.available)

    @precondition(lambda self: self.known)
    @rule(data=some.data(), amount=some.just(0) | some.integers(1, 60))
    def points_are_spent(self, data: some.DataObject, amount: int) -> None:
        side = data.draw(some.sampled_from(self.known))
        amount, because = self.some_or_all(side, amount), Because(Cause.SPENDING, self.new_id(), "SPENDING", 1)
        done = self.both(
            side,
            lambda: side.member.spend(amount, self.now),
            lambda tx, account: points.spend(tx, account=account, amount=amount, because=because, now=self.now),
        )
        if done:
            side.spent.append((done[0], because.cause_id))

    def new_id(self) -> UUID:
        return UUID(int=next(NUMBERS))

    @precondition(lambda self: self.known)
    @rule(data=some.data(), amount=some.just(0) | some.integers(1, 60), hours=some.sampled_from([1, 24, 24 * 7]))
    def a_hold_is_placed(self, data: some.DataObject, amount: int, hours: int) -> None:
        side = data.draw(some.sampled_from(self.known))
        amount, deadline = self.some_or_all(side, amount), self.now + hours * HOUR
        done = self.both(
            side,
            lambda: side.member.place(amount, deadline, self.now),
            lambda tx, account: points.place_hold(tx, account=account, program=side.version, amount=amount,
                                                  deadline=deadline, source=SOURCE, reference=None, now=self.now),
        )  # fmt: skip
        if done:
            side.holds.append((done[0], done[1].id))

    def any_hold(self, data: some.DataObject) -> tuple[Side, Hold, UUID]:
        return data.draw(some.sampled_from([(side, *hold) for side in self.sides for hold in side.holds]))

    @precondition(lambda self: any(side.holds for side in self.sides))
    @rule(data=some.data())
    def a_hold_is_captured(self, data: some.DataObject) -> None:
        side, hold, hold_id = self.any_hold(data)
        self.both(
            side,
            lambda: side.member.capture(hold, self.now),
            lambda tx, account: points.capture_hold(tx, account=account, hold_id=hold_id, source=SOURCE, now=self.now),
        )

    @precondition(lambda self: any(side.holds for side in self.sides))
    @rule(data=some.data())
    def a_hold_is_released(self, data: some.DataObject) -> None:
        side, hold, hold_id = self.any_hold(data)
        self.both(
            side,
            lambda: side.member.release(hold, self.now),
            lambda tx, account: points.release_hold(tx, account=account, hold_id=hold_id, source=SOURCE, now=self.now),
        )

    def until(self, side: Side, by_shop: bool) -> datetime | None:
        days = side.shop.extends_days
        return self.now + days * DAY if by_shop and days else None

    @precondition(lambda self: any(side.holds for side in self.sides))
    @rule(data=some.data(), amount=some.just(0) | some.integers(1, 60), by_shop=some.booleans())
    def what_a_hold_paid_is_given_back(self, data: some.DataObject, amount: int, by_shop: bool) -> None:
        side, hold, hold_id = self.any_hold(data)

        def mine() -> None:
            if hold.state != "CAPTURED":
                raise Ended(hold.state)
            left = sum(part.out for part in hold.paid)
            side.member.give_back(hold.paid, amount or left, self.now, extended_until=self.until(side, by_shop))

        self.both(
            side,
            mine,
            lambda tx, account: points.give_back_of_hold(tx, account=account, program=side.version, hold_id=hold_id,
                                                         source=SOURCE, amount=amount or None, by_shop=by_shop,
                                                         now=self.now),
        )  # fmt: skip

    @precondition(lambda self: any(side.spent for side in self.sides))
    @rule(data=some.data(), amount=some.just(0) | some.integers(1, 60), by_shop=some.booleans())
    def what_was_spent_is_given_back(self, data: some.DataObject, amount: int, by_shop: bool) -> None:
        side, paid, spending = data.draw(some.sampled_from([(s, *each) for s in self.sides for each in s.spent]))
        because = Because(Cause.GIVE_BACK, self.new_id(), "GIVE_BACK", 1)
        amount = amount or sum(part.out for part in paid)
        longer = extension(side.version, by=because.cause_id, by_shop=by_shop, now=self.now)
        self.both(
            side,
            lambda: side.member.give_back(paid, amount, self.now, extended_until=self.until(side, by_shop)),
            lambda tx, account: points.give_back(tx, account=account, spent_by=(Cause.SPENDING, spending),
                                                 amount=amount, because=because, extension=longer, now=self.now),
        )  # fmt: skip

    @precondition(lambda self: self.known)
    @rule(data=some.data(), amount=some.integers(-40, 40).filter(bool))
    def staff_adjusts(self, data: some.DataObject, amount: int) -> None:
        side = data.draw(some.sampled_from(self.known))
        lapses = side.shop.end(self.now)
        self.both(
            side,
            lambda: side.member.adjust(amount, self.now, name=f"adjustment {next(NUMBERS)}", lapses_at=lapses),
            lambda tx, account: adjust_points(tx, programs=self.world.programs, member_id=account.member_id,
                                              points=amount, reason="as agreed", by=STAFF, now=self.now),
        )  # fmt: skip

    @rule(hours=some.sampled_from([1, 24, 24 * 3, 24 * 7, 24 * 25, 24 * 32, 24 * 340]))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for side in self.sides:
            side.is_settled = False

    @precondition(lambda self: self.known)
    @rule(data=some.data())
    def the_job_settles(self, data: some.DataObject) -> None:
        self.settle(data.draw(some.sampled_from(self.known)))

    def settle(self, side: Side) -> None:
        async def nothing(tx: Transaction, account: Books) -> None: ...

        self.writes(side, nothing)

    @precondition(lambda self: self.known)
    @invariant()
    def reads_say_what_the_model_says(self) -> None:
        """R2, R5, R9: settled or not."""
        self.run(self.reads_agree())

    async def reads_agree(self) -> None:
        db, now, known = self.world.database, self.now, self.known
        ids = [side.member_id for side in known if side.member_id]
        balances = await balances_of_members(db, ids, now=now)
        expiring = await expiring_of_members(db, [(id, True) for id in ids], now=now, within_days=DAYS_AHEAD)
        for side, balance, soon in zip(known, balances, expiring, strict=True):
            member = side.member
            member.settle(now)
            found = (balance.available, balance.pending, balance.held, balance.debt)
            assert found == (member.available, member.pending, member.held, member.debt)
            assert [(each.amount, each.at) for each in soon] == member.expiring(now + DAYS_AHEAD * DAY)
        settled = [side for side in known if side.is_settled]
        lots = await lots_of_members(db, [side.member_id for side in settled if side.member_id]) if settled else []
        for side in settled:
            mine = [(lot.left, lot.reversed, lot.owed, lot.lapsed, lot.lapses_at) for lot in side.member.lots]
            assert mine == [
                (lot.remaining, lot.reversed, lot.owed, lot.lapsed, lot.expires_at)
                for lot in lots
                if lot.member_id == side.member_id
            ]

    def teardown(self) -> None:
        """The books balance, settled or not, and say all that happened and when."""
        if self.known:
            self.run(self.balance())
            for side in self.known:
                self.settle(side)
            self.run(self.reads_agree())
            self.run(self.balance())
            self.run(self.history_agrees())

    async def balance(self) -> None:
        """R5: of this customer; those of earlier examples lived at other times."""
        world, ids = self.world, [side.member_id for side in self.known if side.member_id]
        members = await members_by_id(world.database, ids)
        found = await mismatches_of(world.database, members, now=self.now, programs=world.programs)
        assert [str(mismatch) for mismatch in found] == []
        growth = {member.id: member.growth for member in members if member is not None}
        assert growth == {side.member_id: side.growth for side in self.known}

    async def history_agrees(self) -> None:
        ids = [side.member_id for side in self.known if side.member_id]
        entries = await ledgers_of_members(self.world.database, ids)
        for side in self.known:
            theirs = [each for each in entries if each.member_id == side.member_id]
            assert [tuple(entry) for entry in side.member.entries] == [
                (e.kind, e.occurred_at, e.change, e.pending_change, e.held_change, e.debt_change) for e in theirs
            ]
            changes = [(e.change, e.pending_change, e.held_change, e.debt_change) for e in theirs]
            sums = [tuple(map(sum, zip(*changes[: n + 1], strict=True))) for n in range(len(changes))]
            assert sums == [(e.balance_after, e.pending_after, e.held_after, e.debt_after) for e in theirs]


def _is_for_the_same_reason(mine: Exception, theirs: Exception, member: Member) -> None:
    answer: Any = theirs.answer if isinstance(theirs, Refused) else None
    if isinstance(mine, NotEnough):
        assert isinstance(answer, NotEnoughPoints)
        assert answer.available == max(0, member.available)
    elif isinstance(mine, Ended):
        assert isinstance(answer, HoldEnded | HoldNotCaptured)
        assert answer.state.name == str(mine)
    else:
        assert isinstance(answer, MoreThanLeft) or isinstance(theirs, BadInput)


@pytest.fixture
async def shops(world: World) -> World:
    for shop in SHOPS:
        await world.publishes(shop.file)
    return world


async def test_the_ledger_is_what_a_plain_model_says(shops: World, capsys: pytest.CaptureFixture[str]) -> None:
    """R2, R3, R5–R12, R14, R15, R24, R25."""
    machine = seed(SEED)(type("TheLedger", (Ledger,), {"world": shops, "loop": asyncio.get_running_loop()}))
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True, database=None,
                      suppress_health_check=unhurried)  # fmt: skip
    with capsys.disabled():
        print(f"\nLEDGER_SEED={SEED} LEDGER_EXAMPLES={EXAMPLES} LEDGER_STEPS={STEPS}")
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)
