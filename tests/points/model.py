"""A member's points as somebody would keep them on paper: what the ledger is held against.

It knows nothing of the product's code. It is written from the rules, as plainly as can be: everything is looked at
each time, nothing is remembered that can be summed up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

NEVER = datetime.max.replace(tzinfo=UTC)


class NotEnough(Exception):
    """Fewer points can be spent than are asked for (R8)."""


class Ended(Exception):
    """The hold has ended (R14)."""


class TooMuch(Exception):
    """So much was not spent, or has been given back."""


class Entry(NamedTuple):
    """One line on paper."""

    kind: str
    at: datetime
    change: int
    pending: int = 0
    held: int = 0
    debt: int = 0


@dataclass(eq=False)
class Lot:
    """Points that were earned together."""

    order: str
    rule: str
    earned: int
    earned_at: datetime
    activates_at: datetime | None
    lapses_at: datetime | None
    left: int
    is_active: bool = False
    reversed: int = 0
    owed: int = 0
    lapsed: int = 0
    has_lapsed: bool = False
    is_extended: bool = False

    def is_past(self, at: datetime) -> bool:
        """Not to be spent from its end on (R2)."""
        return self.lapses_at is not None and self.lapses_at <= at


@dataclass(eq=False)
class Part:
    """What a lot paid of something."""

    lot: Lot
    amount: int
    returned: int = 0

    @property
    def out(self) -> int:
        return self.amount - self.returned


@dataclass(eq=False)
class Hold:
    amount: int
    deadline: datetime
    paid: list[Part]
    state: str = "OPEN"


@dataclass(eq=False)
class Member:
    """Lots in the order in which they were made, holds likewise."""

    lots: list[Lot] = field(default_factory=list[Lot])
    holds: list[Hold] = field(default_factory=list[Hold])
    paid: list[Part] = field(default_factory=list[Part])
    """What lots paid of all that was spent and held."""
    debt: int = 0
    entries: list[Entry] = field(default_factory=list[Entry])

    @property
    def active(self) -> list[Lot]:
        """What can be spent, in the order in which it is: what lapses first, then what was earned first (R6)."""
        return self._in_order(lot for lot in self.lots if lot.is_active and lot.left)

    def _in_order(self, lots: Iterable[Lot]) -> list[Lot]:
        return sorted(lots, key=lambda lot: (lot.lapses_at or NEVER, lot.earned_at, self.lots.index(lot)))

    @property
    def available(self) -> int:
        return sum(lot.left for lot in self.active) - self.debt

    @property
    def pending(self) -> int:
        return sum(lot.left for lot in self.lots if not lot.is_active)

    @property
    def held(self) -> int:
        return sum(hold.amount for hold in self.holds if hold.state == "OPEN")

    def expiring(self, until: datetime) -> list[tuple[int, datetime]]:
        """What can be spent now and lapses by then, soonest first."""
        lots = [(lot.left, lot.lapses_at) for lot in self.active if lot.lapses_at is not None]
        times = sorted({at for _, at in lots if at <= until})
        return [(sum(left for left, at in lots if at == each), each) for each in times]

    def settle(self, now: datetime) -> None:
        """What is due happens, one after another, each when it was due (R2). What is due at the same instant: holds
        time out, then points become active, then they lapse."""
        while due := [each for each in self._due() if each[0] <= now]:
            at, what, number = min(due)
            if what == 0:
                self._end(self.holds[number], "TIMED_OUT", at)
            elif what == 1:
                self._activate(self.lots[number], at)
            else:
                self._lapse([self.lots[number]], at)

    def _due(self) -> Iterable[tuple[datetime, int, int]]:
        for number, hold in enumerate(self.holds):
            if hold.state == "OPEN":
                yield hold.deadline, 0, number
        for number, lot in enumerate(self.lots):
            if not lot.is_active and lot.activates_at is not None:
                yield lot.activates_at, 1, number
            if lot.is_active and lot.left and lot.lapses_at is not None:
                yield lot.lapses_at, 2, number

    def next_due(self) -> datetime | None:
        """When something happens next by itself; to an empty lot nothing does."""
        return min((at for at, what, number in self._due() if what == 0 or self.lots[number].left), default=None)

    def _activate(self, lot: Lot, at: datetime) -> None:
        lot.is_active = True
        if lot.left:
            self.entries.append(Entry("ACTIVATED", at, lot.left, -lot.left))
            self._pay_debt([lot], at)

    def _lapse(self, lots: list[Lot], at: datetime) -> None:
        total = sum(lot.left for lot in lots)
        for lot in lots:
            lot.lapsed, lot.left, lot.has_lapsed = lot.lapsed + lot.left, 0, True
        if total:
            self.entries.append(Entry("EXPIRED", at, -total))

    def _pay_debt(self, lots: list[Lot], at: datetime) -> None:
        """Each inflow pays debt first (R11), with what lapses first (R6)."""
        before = self.debt
        for lot in self._in_order(lots):
            part = min(lot.left, self.debt)
            lot.left, self.debt = lot.left - part, self.debt - part
        if self.debt != before:
            self.entries.append(Entry("DEBT_PAID", at, 0, debt=self.debt - before))

    def earn(
        self,
        order: str,
        amounts: Mapping[str, int],
        *,
        at: datetime,
        activates_at: datetime | None,
        lapses_at: datetime | None,
    ) -> None:
        """Pending points of an order, by rule (R9)."""
        for rule, amount in amounts.items():
            if amount:
                self.lots.append(Lot(order, rule, amount, at, activates_at, lapses_at, amount))
                self.entries.append(Entry("EARNED", at, 0, amount))

    def schedule(
        self,
        order: str,
        *,
        activates_at: datetime,
        lapses_at: datetime | None,
        now: datetime,
        targets: Mapping[str, int] | None = None,
    ) -> None:
        """The order is completed: it is known when its points become active (R9). Where only pending points are taken
        back, what was taken by refunds from after that is pending again (R11, R25): `targets` are those before."""
        for lot in self.of(order):
            lot.activates_at, lot.lapses_at = activates_at, lapses_at
            back = lot.reversed - targets.get(lot.rule, 0) if targets is not None else 0
            if back > 0:
                lot.left, lot.reversed = lot.left + back, lot.reversed - back
                self.entries.append(Entry("RESTORED", now, 0, back))

    def of(self, order: str) -> list[Lot]:
        return [lot for lot in self.lots if lot.order == order]

    def _take(self, amount: int, lots: Iterable[Lot]) -> list[Part]:
        parts: list[Part] = []
        for lot in lots:
            part = min(lot.left, amount) if lot.is_active else 0
            lot.left, amount = lot.left - part, amount - part
            if part:
                parts.append(Part(lot, part))
        return parts

    def spend(self, amount: int, now: datetime, *, kind: str = "SPENT") -> list[Part]:
        """What lapses first goes first, over as many lots as it takes (R6). Too few: nothing happens (R8)."""
        if amount > self.available:
            raise NotEnough
        self.entries.append(Entry(kind, now, -amount, held=amount if kind == "HELD" else 0))
        parts = self._take(amount, self.active)
        self.paid += parts if kind != "ADJUSTED" else []
        return parts

    def place(self, amount: int, deadline: datetime, now: datetime) -> Hold:
        """Points are out of what can be spent until then (R14)."""
        hold = Hold(amount, deadline, self.spend(amount, now, kind="HELD"))
        self.holds.append(hold)
        return hold

    def capture(self, hold: Hold, now: datetime) -> None:
        """They are spent, whatever lapsed meanwhile (R14)."""
        if hold.state != "OPEN":
            raise Ended(hold.state)
        hold.state = "CAPTURED"
        self.entries.append(Entry("CAPTURED", now, 0, held=-hold.amount))

    def release(self, hold: Hold, now: datetime) -> None:
        """They return to the lots that paid (R14)."""
        if hold.state != "OPEN":
            raise Ended(hold.state)
        self._end(hold, "RELEASED", now)

    def _end(self, hold: Hold, state: str, at: datetime) -> None:
        hold.state = state
        self._return([(part, part.amount) for part in hold.paid], "RELEASED", at, held=-hold.amount)

    def give_back(
        self, paid: list[Part], amount: int, now: datetime, *, extended_until: datetime | None = None
    ) -> None:
        """As if so much less had been spent: the lots that paid last get it first (R7). `extended_until`: what has
        lapsed lasts until then, once a lot."""
        if not 0 < amount <= sum(part.out for part in paid):
            raise TooMuch
        parts: list[tuple[Part, int]] = []
        for part in reversed(paid):
            back = min(part.out, amount)
            amount -= back
            if back:
                parts.append((part, back))
        self._return(parts, "GIVEN_BACK", now, extended_until=extended_until)

    def _return(
        self,
        parts: list[tuple[Part, int]],
        kind: str,
        at: datetime,
        *,
        held: int = 0,
        extended_until: datetime | None = None,
    ) -> None:
        """To the lots that paid. It settles first what these lots owe, then a debt; what is left has lapsed if its
        time has passed, unless it is extended (R7, R11, R14)."""
        self.entries.append(Entry(kind, at, sum(amount for _, amount in parts), held=held))
        for part, amount in parts:
            part.returned += amount
            part.lot.left += amount
        settled = 0
        for part, amount in parts:
            back = min(part.lot.owed, amount)
            part.lot.owed, part.lot.reversed = part.lot.owed - back, part.lot.reversed + back
            part.lot.left -= back
            settled += back
        if settled:
            self.entries.append(Entry("REVERSED", at, -settled))
        lots = [part.lot for part, _ in parts]
        self._pay_debt(lots, at)
        late = [lot for lot in lots if lot.left and (lot.has_lapsed or lot.is_past(at))]
        if extended_until is not None:
            for lot in [lot for lot in late if not lot.is_extended]:
                lot.is_extended, lot.has_lapsed, lot.lapses_at = True, False, extended_until
                late.remove(lot)
        self._lapse(late, at)

    def refund(self, order: str, targets: Mapping[str, int], now: datetime, *, owes: bool = False) -> int:
        """Take back of an order's points, by rule, up to what all its refunds come to (R10): pending ones, then the
        order's own, then what lapses first. What is not there is owed (R11), or written at the lot. What was taken."""
        lots = self.of(order)
        due = {lot: max(0, max(0, targets.get(lot.rule, 0) - lot.lapsed) - lot.reversed - lot.owed) for lot in lots}
        pending = {lot: 0 if lot.is_active else min(lot.left, due[lot]) for lot in lots}
        for lot in lots:
            lot.left -= pending[lot]
        found = dict(pending)
        for where in ("its own", "its order's", "anywhere"):
            for lot in lots:
                source = {"its own": [lot], "its order's": lots, "anywhere": self.active}[where]
                found[lot] += sum(part.amount for part in self._take(due[lot] - found[lot], source))
        taken = 0
        for lot in lots:
            missing = due[lot] - found[lot]
            owing = missing if owes else 0
            lot.owed += missing - owing
            lot.reversed += found[lot] + owing
            self.debt += owing
            taken += found[lot] + owing
            active = found[lot] - pending[lot]
            if found[lot] + owing:
                self.entries.append(Entry("REVERSED", now, -active - owing, -pending[lot], debt=owing))
        return taken

    def give(self, gift: str, points: int, now: datetime, *, lapses_at: datetime | None) -> None:
        """A gift, active at once: what is missing of it (R16). What of it was still to be taken is not any more."""
        had = sum(lot.earned - lot.reversed for lot in self.of(gift))
        for lot in self.of(gift):
            lot.owed = 0
        self.earn(gift, {"gift": points - had}, at=now, activates_at=now, lapses_at=lapses_at)

    def revoke(self, gift: str, now: datetime) -> int:
        """What is unused of a gift is taken now, what was used of it when it returns; not what lapsed (R7, R15)."""
        taken = 0
        for lot in self.of(gift):
            due = lot.earned - lot.lapsed - lot.reversed - lot.owed
            part = sum(each.amount for each in self._take(due, [lot]))
            lot.reversed, lot.owed = lot.reversed + part, lot.owed + due - part
            taken += part
        if taken:
            self.entries.append(Entry("REVERSED", now, -taken))
        return taken

    def adjust(self, points: int, now: datetime, *, name: str, lapses_at: datetime | None = None) -> None:
        """Staff gives, active at once; or takes what lapses first (R6)."""
        if points < 0:
            self.spend(-points, now, kind="ADJUSTED")
            return
        self.gain(points, now, name=name, lapses_at=lapses_at, cause="ADJUSTMENT", kind="ADJUSTED")

    def gain(
        self,
        points: int,
        now: datetime,
        *,
        name: str,
        lapses_at: datetime | None,
        cause: str = "CHECK_IN",
        kind: str = "EARNED",
    ) -> None:
        """Active at once."""
        self.lots.append(Lot(name, cause, points, now, now, lapses_at, points, is_active=True))
        self.entries.append(Entry(kind, now, points))
        self._pay_debt([self.lots[-1]], now)
