"""Settling: what is due by an instant is entered, dated when it was due; how often, makes no difference."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.errors import BadInput
from app.points.rules import Because, Books, Cause, EntryKind, Hold, HoldState, Lot, LotState, Movement, PaidUse, settle
from app.programs.money import MOST

MOMENT, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ACTIVE_AT, LAPSES_AT = BEGIN + 7 * DAY, BEGIN + 372 * DAY
PENDING = Lot(UUID(int=1), 100, 100, "PENDING", "ORDER", UUID(int=9), "base", 1, BEGIN, ACTIVE_AT, LAPSES_AT)
ACTIVE = replace(PENDING, state="ACTIVE")
NUMBERS = count(1000)


def books_of(*lots: Lot, holds: tuple[tuple[Hold, PaidUse], ...] = (), debt: int = 0) -> Books:
    """Books as they are loaded, with figures to match."""
    books = Books(member_id=UUID(int=0), due_at=None, last_entry_id=None, id_after=next_id, has_all=True, debt=debt)
    books.know_lots(map(replace, lots))
    books.know_holds(replace(hold) for hold, _ in holds)
    books.know_paid(replace(use) for _, use in holds)
    books.available = sum(lot.spendable for lot in lots) - debt
    books.pending = sum(lot.remaining for lot in lots if lot.is_pending)
    books.held = sum(hold.amount for hold, _ in holds)
    books.due_at = books.next_due()
    return books


def next_id(last: UUID | None) -> UUID:
    return UUID(int=next(NUMBERS))


def settled(books: Books, *, now: datetime) -> Books:
    books = deepcopy(books)
    settle(books, now=now)
    return books


def done(movement: Movement) -> tuple[object, ...]:
    return movement.kind, movement.because, movement.at, movement.change, movement.pending_change, movement.debt_change


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (ACTIVE_AT - MOMENT, []),
        (ACTIVE_AT, [EntryKind.ACTIVATED]),
        (LAPSES_AT - MOMENT, [EntryKind.ACTIVATED]),
        (LAPSES_AT, [EntryKind.ACTIVATED, EntryKind.EXPIRED]),
    ],
)
def test_deadlines_are_half_open(now: datetime, kinds: list[EntryKind]) -> None:
    """R2, R9: active at the instant itself, and lapsed at the instant itself; dated then."""
    books = settled(books_of(PENDING), now=now)
    assert [each.kind for each in books.movements] == kinds
    assert [each.at for each in books.movements] == [ACTIVE_AT, LAPSES_AT][: len(kinds)]
    assert books.due_at == [ACTIVE_AT, LAPSES_AT, None][len(kinds)]


def test_nothing_is_due_of_what_is_spent_or_not_completed() -> None:
    """R9"""
    nothing = [
        replace(PENDING, remaining=0),
        replace(PENDING, id=UUID(int=2), activates_at=None, expires_at=None),
        replace(ACTIVE, id=UUID(int=3), remaining=0),
        replace(ACTIVE, id=UUID(int=4), expires_at=None),
    ]
    books = settled(books_of(*nothing), now=LAPSES_AT)
    assert (books.movements, books.due_at) == ([], None)


def test_a_slower_clock_does_not_settle_again_what_is_active() -> None:
    """R2: settled by a process whose clock is ahead, and then by one that is behind."""
    books = settled(books_of(ACTIVE), now=ACTIVE_AT - MOMENT)
    assert (books.movements, books.due_at) == ([], LAPSES_AT)


def held(number: int, lot: Lot, amount: int, deadline: datetime) -> tuple[Hold, PaidUse]:
    entry = UUID(int=500 + number)
    hold = Hold(UUID(int=400 + number), amount, HoldState.OPEN.name, BEGIN, deadline, None, "shop", None, entry, 1)
    return hold, PaidUse(entry, lot.id, amount)


@pytest.mark.parametrize("deadline", [LAPSES_AT - MOMENT, LAPSES_AT, LAPSES_AT + MOMENT], ids=["before", "at", "after"])
def test_what_times_out_when_its_lot_lapses_lapses(deadline: datetime) -> None:
    """R2, R14: before, at and after the same instant; the points are counted once."""
    before = books_of(replace(ACTIVE, remaining=60), holds=(held(1, ACTIVE, 40, deadline),))
    books = settled(before, now=LAPSES_AT + DAY)
    lot = books.lots[ACTIVE.id]
    assert (books.available, books.held, lot.remaining, lot.lapsed) == (0, 0, 0, 100)
    assert sum(each.change for each in books.movements if each.kind is EntryKind.EXPIRED) == -100
    assert [each.at for each in books.movements if each.kind is EntryKind.RELEASED] == [deadline]


def test_a_hold_has_timed_out_at_its_deadline_and_not_before() -> None:
    """R2, R14."""
    deadline = ACTIVE_AT + DAY
    books = books_of(replace(ACTIVE, remaining=60), holds=(held(1, ACTIVE, 40, deadline),))
    before, at = settled(books, now=deadline - MOMENT), settled(books, now=deadline)
    assert (before.available, before.held, before.due_at) == (60, 40, deadline)
    assert (at.available, at.held, at.due_at) == (100, 0, LAPSES_AT)
    assert [(hold.state, hold.ended_at) for hold in at.holds.values()] == [("TIMED_OUT", deadline)]


def test_holds_that_time_out_together_pay_a_debt_in_the_order_in_which_they_were_placed() -> None:
    """R2, R11: so that who reads them in another order sees what is written."""
    late = replace(ACTIVE, id=UUID(int=2), remaining=0, expires_at=LAPSES_AT + DAY)
    holds = held(1, late, 30, ACTIVE_AT), held(2, ACTIVE, 30, ACTIVE_AT)
    for order in (holds, holds[::-1]):
        books = settled(books_of(replace(ACTIVE, remaining=0), late, holds=order, debt=40), now=ACTIVE_AT)
        assert (books.available, books.debt) == (20, 0)
        assert [books.lots[lot.id].remaining for lot in (ACTIVE, late)] == [20, 0]


HOURS = some.integers(0, 400)


@some.composite
def members(draw: some.DrawFn) -> Books:
    """As a member's books may be before anything was settled."""
    lots: list[Lot] = []
    holds: list[tuple[Hold, PaidUse]] = []
    for number in range(draw(some.integers(0, 6))):
        activates_at = draw(some.none() | HOURS.map(lambda hours: BEGIN + hours * HOUR))
        expires_at = activates_at and draw(some.none() | HOURS.map(lambda h, a=activates_at: a + (h + 1) * HOUR))
        lot = replace(PENDING, id=UUID(int=number), cause_id=UUID(int=number), remaining=draw(some.integers(0, 50)),
                      activates_at=activates_at, expires_at=expires_at)  # fmt: skip
        if activates_at == BEGIN:
            lot.state = LotState.ACTIVE.name
            if draw(some.booleans()):
                holds.append(held(number, lot, draw(some.integers(1, 20)), BEGIN + draw(HOURS) * HOUR))
        lots.append(lot)
    has_active = any(lot.spendable for lot in lots)
    return books_of(*lots, holds=tuple(holds), debt=0 if has_active else draw(some.integers(0, 60)))


@given(members(), some.lists(HOURS, min_size=1, max_size=5))
def test_settling_often_comes_to_the_same_as_settling_once(before: Books, hours: list[int]) -> None:
    """R2: the same movements, each dated when it was due, in order of time; and the next is announced."""
    often = deepcopy(before)
    for now in sorted(BEGIN + 2 * each * HOUR for each in hours):
        announced, known = often.due_at, len(often.movements)
        settle(often, now=now)
        new = often.movements[known:]
        assert [each.at for each in new] == sorted(each.at for each in new)
        assert all(each.at <= now for each in new)
        assert announced is None or not new or new[0].at >= announced
        assert (announced is not None and announced <= now) or not new
        assert often.due_at is None or often.due_at > now
    once = settled(before, now=BEGIN + 2 * max(hours) * HOUR)
    assert list(map(done, once.movements)) == list(map(done, often.movements))
    assert (once.lots, once.holds, once.due_at) == (often.lots, often.holds, often.due_at)


@given(members(), HOURS)
def test_what_is_due_moves_each_point_at_most_once_each_way(before: Books, hours: int) -> None:
    """R2, R5: nothing appears or vanishes but by lapsing."""
    after = settled(before, now=BEGIN + 2 * hours * HOUR)
    lapsed = sum(lot.lapsed for lot in after.lots.values())
    assert before.available + before.pending + before.held == after.available + after.pending + after.held + lapsed
    for lot in after.lots.values():
        mine = [each for each in after.movements if lot.id in [use.lot_id for use in each.lots]]
        kinds = [each.kind for each in mine]
        assert kinds.count(EntryKind.ACTIVATED) <= 1
        assert kinds.count(EntryKind.EXPIRED) <= 2
        assert EntryKind.EXPIRED not in kinds or lot.remaining == 0


@pytest.mark.parametrize("figures", [{"change": 1}, {"pending": 1}, {"held": 1}, {"debt": 1}, {"change": -1}])
def test_what_nobody_can_have_or_owe_is_bad_input(figures: dict[str, Any]) -> None:
    """R8: whatever brings it, a giving back or a refund too, fails as a whole, before the database would."""
    least = figures == {"change": -1}
    books = Books(
        available=-MOST if least else MOST, pending=MOST, held=MOST, debt=MOST, member_id=UUID(int=1), due_at=None,
        last_entry_id=None, id_after=lambda last: UUID(int=2),
    )  # fmt: skip
    because = Because(Cause.GIVE_BACK, UUID(int=3), "GIVE_BACK", 1)
    with pytest.raises(BadInput, match=str(MOST)):
        books.enter(EntryKind.GIVEN_BACK, because, at=BEGIN, **figures)
