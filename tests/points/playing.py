"""Steps of a play: what may happen to a member's points, done by the model and by the product's rules side by side.

Times are hours, and few: so that deadlines, activations, expiries and what somebody does often fall on one instant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app.errors import BadInput, Refused
from app.points.rules import (
    Because,
    Books,
    Cause,
    Earning,
    EntryKind,
    Extension,
    HoldEnded,
    HoldState,
    Lot,
    NotEnoughPoints,
    settle,
    taking,
)
from app.points.rules import earning as earning_rules
from app.points.rules.reversing import revoke, take_back
from app.points.rules.settling import end_hold
from app.points.section import ClawBack

from .agreeing import check_agreement, check_order, state_of
from .model import Ended, Hold, Member, NotEnough, Part, TooMuch

HOUR, BEGIN = timedelta(hours=1), datetime(2026, 1, 1, tzinfo=UTC)
EXTENSION = 3
"""Hours that EXTEND gives."""
GIFT = 6


class Step(NamedTuple):
    """Something that happens; what the numbers mean is the step's business."""

    what: str
    a: int = 0
    b: int = 0
    c: int = 0


@dataclass
class Order:
    """What was earned by it, and what has been refunded of it: eighths, each with its hour."""

    id: UUID
    name: str
    policy: ClawBack
    earned: Mapping[str, int]
    refunds: list[tuple[datetime, int]] = field(default_factory=list[tuple[datetime, int]])
    activates_at: datetime | None = None

    @property
    def left(self) -> int:
        return 8 - sum(eighths for _, eighths in self.refunds)

    @property
    def is_pending_only(self) -> bool:
        return self.policy is ClawBack.PENDING_ONLY

    @property
    def targets(self) -> Mapping[str, int]:
        """What its refunds come to (R10); of points that are only taken back while they are pending, those before
        they are active (R11, R25)."""
        is_all = not self.is_pending_only or self.activates_at is None
        counted = sum(
            n for at, n in self.refunds if is_all or (self.activates_at is not None and at < self.activates_at)
        )
        return {rule: (amount * counted * 2 + 8) // 16 for rule, amount in self.earned.items()}


class Play:
    """The same steps, with the model and with the product's rules."""

    def __init__(self, *policies: ClawBack, extends: bool) -> None:
        """Several policies: orders of versions of the program that differ in it."""
        self.policies, self.extends = policies, extends
        self.now = BEGIN
        self.member = Member()
        self.seen = 0
        self.numbers = count(1)
        self.books = Books(
            member_id=UUID(int=0), due_at=None, last_entry_id=None, id_after=self._id_after, has_all=True
        )
        self.orders: list[Order] = []
        self.holds: list[tuple[Hold, UUID]] = []
        self.payments: list[tuple[list[Part], UUID]] = []

    def id(self) -> UUID:
        return UUID(int=next(self.numbers))

    def _id_after(self, last: UUID | None) -> UUID:
        return self.id()

    def plays(self, step: Step) -> None:
        getattr(self, step.what)(step.a, step.b, step.c)
        settle(self.books, now=self.now)
        self.member.settle(self.now)
        check_agreement(self.member, self.books, since=self.seen)
        check_order(self.books, now=self.now)
        self.seen = len(self.books.movements)

    def both(self, mine: Callable[[], Any], theirs: Callable[[], Any]) -> Any:
        """Both do it, or both say no for the same reason; nothing has happened then (R8)."""
        before, no = state_of(self.books), None
        try:
            result = mine()
        except (NotEnough, Ended, TooMuch) as refusal:
            no = refusal
        else:
            return result, theirs()
        with pytest.raises((Refused, BadInput)) as refused:
            theirs()
        answer = refused.value.answer if isinstance(refused.value, Refused) else None
        assert type(answer) is {NotEnough: NotEnoughPoints, Ended: HoldEnded, TooMuch: type(None)}[type(no)]
        assert not isinstance(answer, NotEnoughPoints) or answer.available == max(0, self.member.available)
        assert state_of(self.books) == before
        return None

    def nothing_happens(self, a: int, b: int, c: int) -> None: ...

    def time_passes(self, a: int, b: int, c: int) -> None:
        self.now += a // 3 * HOUR

    def another_clock_is_behind(self, a: int, b: int, c: int) -> None:
        """That of another process, which does what comes next (R2)."""
        self.now -= HOUR

    def an_order_earns(self, a: int, b: int, c: int) -> None:
        """Active at once, later, or before now; or it is not known when."""
        activates_at = self.now + (c // 2 - 3) * HOUR if c else None
        lapses_at = None if activates_at is None else activates_at + (1 + (a + b) % 7) * HOUR
        number = len(self.orders)
        policy, earned = self.policies[number % len(self.policies)], {"base": a, "more": b}
        order = Order(self.id(), f"order {number}", policy, earned, activates_at=activates_at)
        self.orders.append(order)
        at = self.now - (a % 3) * HOUR
        self.member.earn(order.name, order.earned, at=at, activates_at=activates_at, lapses_at=lapses_at)
        for rule, amount in order.earned.items():
            if amount:
                earning = Earning(amount, Cause.ORDER, order.id, rule, 1, at, activates_at, lapses_at)
                earning_rules.earn(self.books, earning, lot_id=self.id())

    def an_order_is_completed(self, a: int, b: int, c: int) -> None:
        waiting = [order for order in self.orders if order.activates_at is None]
        if not waiting:
            return
        order = waiting[a % len(waiting)]
        order.activates_at = self.now + (b // 2 - 3) * HOUR
        lapses_at = order.activates_at + (1 + c // 2) * HOUR
        targets = order.targets if order.is_pending_only else None
        self.member.schedule(order.name, activates_at=order.activates_at, lapses_at=lapses_at, now=self.now,
                             targets=targets)  # fmt: skip
        earning_rules.schedule(self.books, cause_id=order.id, activates_at=order.activates_at, expires_at=lapses_at,
                               targets=targets or {}, now=self.now)  # fmt: skip

    def an_order_is_refunded(self, a: int, b: int, c: int) -> None:
        """Some of it, or all that is left; some hours ago."""
        waiting = [order for order in self.orders if order.left]
        if not waiting:
            return
        order = waiting[a % len(waiting)]
        order.refunds.append((self.now - (c % 4) * HOUR, min(order.left, b) or order.left))
        targets, policy = order.targets, order.policy
        mine = self.member.refund(order.name, targets, self.now, owes=policy is ClawBack.DEBT)
        lots = [lot for lot in self.books.lots.values() if lot.cause_id == order.id]
        theirs = take_back(self.books, lots, refund_id=self.id(), targets=targets, policy=policy, now=self.now)
        assert mine == theirs

    def a_gift_is_given(self, a: int, b: int, c: int) -> None:
        """One of two, once or more often."""
        name, lapses_at = f"gift {a % 2}", self.now + (1 + b // 2) * HOUR
        self.member.give(name, GIFT, self.now, lapses_at=lapses_at)
        missing = earning_rules.missing_of(GIFT, self.gifts(name))
        if missing:
            earning = Earning(missing, Cause.TIER_GIFT, self.id(), name, 1, self.now, self.now, lapses_at)
            earning_rules.earn(self.books, earning, lot_id=self.id())

    def a_bonus_is_gained(self, a: int, b: int, c: int) -> None:
        """Points for a check-in, say: they can be spent at once."""
        because, lapses_at = self.because(Cause.CHECK_IN), self.now + (1 + b // 2) * HOUR
        self.member.gain(a + 1, self.now, name=str(because.cause_id), lapses_at=lapses_at)
        earning = Earning(a + 1, *because, self.now, self.now, lapses_at)
        earning_rules.give(self.books, earning, lot_id=self.id(), kind=EntryKind.EARNED)

    def a_gift_is_revoked(self, a: int, b: int, c: int) -> None:
        name = f"gift {a % 2}"
        because = Because(Cause.TIER_GIFT, self.id(), name, 1)
        assert self.member.revoke(name, self.now) == revoke(self.books, self.gifts(name), because=because, now=self.now)
        assert sum(lot.earned - lot.reversed for lot in self.gifts(name)) <= GIFT

    def gifts(self, name: str) -> list[Lot]:
        return [lot for lot in self.books.lots.values() if lot.rule == name]

    def because(self, cause: Cause) -> Because:
        return Because(cause, self.id(), cause.name, 1)

    def some_or_all(self, a: int) -> int:
        return a or max(1, self.member.available)

    def points_are_spent(self, a: int, b: int, c: int) -> None:
        because, amount = self.because(Cause.SPENDING), self.some_or_all(2 * a)
        done = self.both(
            lambda: self.member.spend(amount, self.now),
            lambda: taking.pay(self.books, EntryKind.SPENT, amount, because=because, at=self.now),
        )
        if done:
            self.payments.append(done)

    def a_hold_is_placed(self, a: int, b: int, c: int) -> None:
        hold_id, amount, deadline = self.id(), self.some_or_all(2 * a), self.now + (1 + b // 2) * HOUR
        done = self.both(
            lambda: self.member.place(amount, deadline, self.now),
            lambda: taking.place(self.books, amount, hold_id=hold_id, deadline=deadline, source="shop", reference=None,
                                 program_version=1, now=self.now),
        )  # fmt: skip
        if done:
            self.holds.append((done[0], hold_id))

    def a_hold_is_captured(self, a: int, b: int, c: int) -> None:
        if not self.holds:
            return
        mine, hold_id = self.holds[a % len(self.holds)]
        theirs = self.books.holds[hold_id]
        if self.both(
            lambda: self.member.capture(mine, self.now), lambda: taking.capture(self.books, theirs, now=self.now)
        ):
            self.payments.append((mine.paid, theirs.entry_id))

    def a_hold_is_released(self, a: int, b: int, c: int) -> None:
        if not self.holds:
            return
        mine, hold_id = self.holds[a % len(self.holds)]
        theirs = self.books.holds[hold_id]

        def release() -> None:
            taking.check_open(self.books, theirs)
            end_hold(self.books, theirs, as_=HoldState.RELEASED, at=self.now)

        self.both(lambda: self.member.release(mine, self.now), release)

    def points_are_given_back(self, a: int, b: int, c: int) -> None:
        """All that is left, or some; by the shop or not."""
        if not self.payments:
            return
        paid, entry_id = self.payments[a % len(self.payments)]
        amount = b or sum(part.out for part in paid)
        because, until = self.because(Cause.GIVE_BACK), self.now + EXTENSION * HOUR
        is_extended = self.extends and c % 2 == 0
        extension = Extension(because.cause_id, until) if is_extended else None
        self.both(
            lambda: self.member.give_back(paid, amount, self.now, extended_until=until if is_extended else None),
            lambda: taking.give_back(self.books, self.books.paid_by(entry_id), amount, because=because,
                                     extension=extension, at=self.now),
        )  # fmt: skip

    def staff_adjusts(self, a: int, b: int, c: int) -> None:
        points, lapses_at = a - 4, self.now + (1 + b // 2) * HOUR
        because = self.because(Cause.ADJUSTMENT)
        if points > 0:
            self.member.adjust(points, self.now, name=str(because.cause_id), lapses_at=lapses_at)
            earning_rules.give(self.books, Earning(points, *because, self.now, self.now, lapses_at), lot_id=self.id())
        elif points < 0:
            self.both(
                lambda: self.member.adjust(points, self.now, name=""),
                lambda: taking.pay(self.books, EntryKind.ADJUSTED, -points, because=because, at=self.now),
            )


LIKELY = {
    "an_order_earns": 4,
    "time_passes": 3,
    "points_are_spent": 2,
    "a_hold_is_placed": 3,
    "an_order_is_refunded": 3,
    "a_hold_is_captured": 2,
    "points_are_given_back": 4,
}
STEPS = [
    name
    for name in vars(Play)
    if name.split("_")[0] in ("nothing", "time", "an", "another", "a", "points", "staff")
    for _ in range(LIKELY.get(name, 1))
]
"""The first is the simplest; some come more often than others."""
