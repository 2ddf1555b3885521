"""A customer in one program, as the model has them and as the product does: whatever happens, happens to both."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from app.clock import new_id
from app.db import Transaction
from app.errors import BadInput, Refused
from app.facts.rules import Line, LineRefund, ReportedOrder, ReportedRefund
from app.members.commands import lock_member
from app.points import commands as points
from app.points.commands.holding import extension
from app.points.rules import Because, Books, Cause, HoldEnded, NotEnoughPoints
from app.points.rules.holding import HoldNotCaptured, MoreThanLeft
from app.programs.rules import ProgramVersion
from app.staff.commands import adjust_points
from app.staff.rules import Staff, StaffMember
from tests.world import ISSUER, World

from .model import Ended, Hold, Member, NotEnough, Part, TooMuch
from .programs import DAY, Shop

SOURCE = "till"
STAFF = Staff(StaffMember(ISSUER, "sam"), "SUPPORT")
Command = Callable[[Transaction, Books], Coroutine[Any, Any, Any]]


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


@dataclass
class Payment:
    """What was spent: by a hold, or at once."""

    paid: list[Part]
    id: UUID
    hold: Hold | None = None

    @property
    def is_spent(self) -> bool:
        """Is there something to give back?"""
        return (self.hold is None or self.hold.state == "CAPTURED") and any(part.out for part in self.paid)


@dataclass(repr=False)
class Side:
    world: World
    subject: str
    shop: Shop
    version: ProgramVersion
    member: Member = field(default_factory=Member)
    member_id: UUID | None = None
    orders: list[Order] = field(default_factory=list[Order])
    payments: list[Payment] = field(default_factory=list[Payment])
    is_settled: bool = True
    """Was nothing due that is not entered, when somebody wrote last?"""

    def __repr__(self) -> str:
        return self.shop.code

    @property
    def holds(self) -> list[Payment]:
        return [payment for payment in self.payments if payment.hold]

    @property
    def growth(self) -> int:
        """R15: of what is completed, but for what was refunded."""
        orders = [order for order in self.orders if order.paid and order.completed]
        return sum(
            whole - order.part(whole, order.refunded(len(order.refunds)))
            for order in orders
            for whole in [sum(order.lines) // 100]
        )

    async def pays(self, lines: Sequence[int], at: datetime, *, is_completed: bool, now: datetime) -> None:
        """A new order is paid, and perhaps completed in the same report."""
        order = Order(f"o-{len(self.orders)}", lines, at, at if is_completed else None)
        self.orders.append(order)
        self._earn(order, now)
        await self.reports(order, paid=True, completed=is_completed, now=now)

    async def completes_first(self, at: datetime, *, now: datetime) -> None:
        """A new order is completed; nobody has said that it was paid."""
        self.orders.append(Order(f"o-{len(self.orders)}", completed=at))
        await self.reports(self.orders[-1], paid=False, completed=True, now=now)

    async def goes_on(self, order: Order, lines: Sequence[int], at: datetime, *, now: datetime) -> None:
        """What was missing is reported; if nothing was, all is reported again, which changes nothing (R24)."""
        if order.paid is None:
            order.paid, order.lines = at, lines
            self._earn(order, now)
            await self.reports(order, paid=True, completed=False, now=now)
        elif order.completed is None:
            order.completed = at
            self._schedule(order, now)
            await self.reports(order, paid=False, completed=True, now=now)
        else:
            await self.reports(order, paid=True, completed=True, now=now)

    async def reports(self, order: Order, *, paid: bool, completed: bool, now: datetime) -> None:
        lines = [Line(1, amount) for amount in order.lines] if paid else []
        times = order.paid if paid else None, order.completed if completed else None
        await self._report(ReportedOrder("shop", self._name(order), *times, lines), now)

    async def refunds(self, order: Order, line: int, amount: int, at: datetime, *, now: datetime) -> None:
        """Of one line, perhaps more than there was, perhaps before anybody says that it was paid (R25)."""
        order.refunds.append((at, line, amount))
        self.member.settle(now)
        if order.paid:
            self._take_back(order, len(order.refunds), now)
        name = f"refund-{len(order.refunds)} of {self._name(order)}"
        await self._report(ReportedRefund("shop", name, self._name(order), at, [LineRefund(line, amount)]), now)

    def _name(self, order: Order) -> str:
        return f"{order.id} of {self.subject}"

    async def _report(self, report: ReportedOrder | ReportedRefund, now: datetime) -> None:
        recorded: Any = await self.world.reports_of(self.subject, report, program=self.shop.code, now=now)
        self.member_id = recorded.member_id
        self._wrote(now)

    def _earn(self, order: Order, now: datetime) -> None:
        """Of a paid order, and what refunds that are known take of it, one after another (R25)."""
        assert order.paid is not None
        active, lapses = self.shop.lifetime(order.completed)
        earned = self.shop.earns(sum(order.lines))
        self.member.settle(now)
        self.member.earn(order.id, earned, at=order.paid, activates_at=active, lapses_at=lapses)
        self.member.settle(now)
        for number in range(1, len(order.refunds) + 1):
            self._take_back(order, number, now)

    def _schedule(self, order: Order, now: datetime) -> None:
        active, lapses = self.shop.lifetime(order.completed)
        assert active is not None
        targets = self._targets(order, len(order.refunds)) if self.shop.is_pending_only else None
        self.member.settle(now)
        self.member.schedule(order.id, activates_at=active, lapses_at=lapses, now=now, targets=targets)

    def _take_back(self, order: Order, number: int, now: datetime) -> None:
        self.member.refund(order.id, self._targets(order, number), now, owes=self.shop.owes)
        self.member.settle(now)

    def _targets(self, order: Order, number: int) -> Mapping[str, int]:
        """By rule, what so many refunds of an order take back in all (R10, R11)."""
        before = self.shop.lifetime(order.completed)[0] if self.shop.is_pending_only else None
        refunded = order.refunded(number, before=before)
        return {rule: order.part(earned, refunded) for rule, earned in self.shop.earns(sum(order.lines)).items()}

    def share(self, percent: int, *, now: datetime) -> int:
        """Of what can be spent; at least a point."""
        self.member.settle(now)
        return max(1, self.member.available * percent // 100)

    async def spends(self, amount: int, *, now: datetime) -> None:
        because = Because(Cause.SPENDING, new_id(), "SPENDING", self.version.number)
        done = await self._both(
            lambda: self.member.spend(amount, now),
            lambda tx, account: points.spend(tx, account=account, amount=amount, because=because, now=now),
            now,
        )
        if done:
            self.payments.append(Payment(done[0], because.cause_id))

    async def holds_points(self, amount: int, deadline: datetime, *, now: datetime) -> None:
        done = await self._both(
            lambda: self.member.place(amount, deadline, now),
            lambda tx, account: points.place_hold(tx, account=account, program=self.version, amount=amount,
                                                  deadline=deadline, source=SOURCE, reference=None, now=now),
            now,
        )  # fmt: skip
        if done:
            self.payments.append(Payment(done[0].paid, done[1].id, done[0]))

    async def ends(self, payment: Payment, *, is_captured: bool, now: datetime) -> None:
        hold = payment.hold
        assert hold is not None
        model, command = (
            (self.member.capture, points.capture_hold) if is_captured else (self.member.release, points.release_hold)
        )
        await self._both(
            lambda: model(hold, now),
            lambda tx, account: command(tx, account=account, hold_id=payment.id, source=SOURCE, now=now),
            now,
        )

    async def gives_back(self, payment: Payment, amount: int, *, by_shop: bool, now: datetime) -> None:
        """Some of it, or all that is left (0)."""
        hold, days = payment.hold, self.shop.extends_days
        until = now + days * DAY if by_shop and days else None
        left = sum(part.out for part in payment.paid)

        def model() -> None:
            if hold is not None and hold.state != "CAPTURED":
                raise Ended(hold.state)
            self.member.give_back(payment.paid, amount or left, now, extended_until=until)

        async def command(tx: Transaction, account: Books) -> None:
            if hold is not None:
                await points.give_back_of_hold(tx, account=account, program=self.version, hold_id=payment.id,
                                               source=SOURCE, amount=amount or None, by_shop=by_shop,
                                               now=now)  # fmt: skip
                return
            because = Because(Cause.GIVE_BACK, new_id(), "GIVE_BACK", self.version.number)
            longer = extension(self.version, by=because.cause_id, by_shop=by_shop, now=now)
            await points.give_back(tx, account=account, spent_by=(Cause.SPENDING, payment.id), amount=amount or left,
                                   because=because, extension=longer, now=now)  # fmt: skip

        await self._both(model, command, now)

    async def adjusts(self, amount: int, *, now: datetime) -> None:
        lapses, name = self.shop.end(now), f"adjustment {len(self.member.lots)}"
        await self._both(
            lambda: self.member.adjust(amount, now, name=name, lapses_at=lapses),
            lambda tx, account: adjust_points(tx, programs=self.world.programs, member_id=account.member_id,
                                              points=amount, reason="as agreed", by=STAFF, now=now),
            now,
        )  # fmt: skip

    async def settles(self, *, now: datetime) -> None:
        """As the job does it."""

        async def nothing(tx: Transaction, account: Books) -> None: ...

        await self._writes(nothing, now)

    async def _both(self, model: Callable[[], Any], command: Command, now: datetime) -> tuple[Any, Any] | None:
        """Both do it, or both say no for the same reason (R8)."""
        self.member.settle(now)
        try:
            result = model()
        except (NotEnough, Ended, TooMuch) as refusal:
            no = refusal
        else:
            return result, await self._writes(command, now)
        with pytest.raises((Refused, BadInput)) as refused:
            await self._writes(command, now)
        self._is_for_the_same_reason(no, refused.value)
        return None

    def _is_for_the_same_reason(self, no: Exception, theirs: Exception) -> None:
        answer: Any = theirs.answer if isinstance(theirs, Refused) else None
        if isinstance(no, NotEnough):
            assert isinstance(answer, NotEnoughPoints)
            assert answer.available == max(0, self.member.available)
        elif isinstance(no, Ended):
            assert isinstance(answer, HoldEnded | HoldNotCaptured)
            assert answer.state.name == str(no)
        else:
            assert isinstance(answer, MoreThanLeft) or isinstance(theirs, BadInput)

    async def _writes(self, command: Command, now: datetime) -> Any:
        """A command as production runs it: one transaction, the member locked, what is due settled first."""
        assert self.member_id is not None
        async with self.world.database.transaction() as tx:
            await lock_member(tx, member_id=self.member_id)
            account = await points.settled_account(tx, member_id=self.member_id, now=now)
            result = await command(tx, account)
        self._wrote(now)
        return result

    def _wrote(self, now: datetime) -> None:
        self.member.settle(now)
        self.is_settled = True
