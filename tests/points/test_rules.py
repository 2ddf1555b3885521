"""Points as money: rounded once, shared without loss, active and lapsed at their instants."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.points.rules import EntryKind, LotState, due_by, earned_by, expiry, lifetime, next_due, rounded, shared
from app.points.section import Expiry, ExpiryKind, PointsSection, Rounding

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
MOMENT = timedelta(microseconds=1)
AMOUNTS = some.integers(0, 2**31 - 1)
COUNTS = some.integers(1, 10**6)


@dataclass(frozen=True)
class Lot:
    id: UUID
    remaining: int
    state: str
    activates_at: datetime | None
    expires_at: datetime | None


@given(AMOUNTS, COUNTS, COUNTS)
def test_points_are_rounded_down_or_half_up(amount: int, points: int, per: int) -> None:
    """R12: once, of the exact value, in integers."""
    exact = Fraction(amount * points, per)
    down = earned_by(Fraction(amount), points=points, per=per, rounding=Rounding.FLOOR)
    half_up = earned_by(Fraction(amount), points=points, per=per, rounding=Rounding.HALF_UP)
    assert down <= exact < down + 1
    assert half_up - Fraction(1, 2) <= exact < half_up + Fraction(1, 2)


@pytest.mark.parametrize(
    ("value", "down", "half_up"),
    [("0", 0, 0), ("0.49", 0, 0), ("0.5", 0, 1), ("0.99", 0, 1), ("1", 1, 1), ("2.5", 2, 3), ("3.4999999999", 3, 3)],
)
def test_half_a_point_is_one_only_by_half_up(value: str, down: int, half_up: int) -> None:
    """R12"""
    assert rounded(Fraction(value), rounding=Rounding.FLOOR) == down
    assert rounded(Fraction(value), rounding=Rounding.HALF_UP) == half_up


@given(some.integers(0, 10**9), some.lists(AMOUNTS, min_size=1, max_size=30))
def test_lines_add_up_to_the_order(total: int, weights: list[int]) -> None:
    """R12: and each has its exact share, but for less than a point."""
    parts = shared(total, weights)
    whole = sum(weights)
    assert sum(parts) == (total if whole else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert whole == 0 or abs(part - Fraction(total * weight, whole)) < 1


@given(some.integers(0, 10**6), some.lists(some.integers(0, 10**6), min_size=1, max_size=30))
def test_the_largest_remainders_are_rounded_up(total: int, weights: list[int]) -> None:
    """R12: nobody's share is rounded up before a larger remainder's; of equal ones the earlier line's is."""
    whole = sum(weights)
    if whole == 0:
        return
    exact = [Fraction(total * weight, whole) for weight in weights]
    is_up = [part > share for part, share in zip(shared(total, weights), exact, strict=True)]
    order = sorted(range(len(weights)), key=lambda line: (-(exact[line] % 1), line))
    raised = [is_up[line] for line in order]
    assert raised == sorted(raised, reverse=True)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (2, [1, 1, 1], [1, 1, 0]),
        (7, [500, 300, 200], [4, 2, 1]),
        (1, [0, 0, 5], [0, 0, 1]),
        (5, [0, 0], [0, 0]),
        (20, [1990, 55], [19, 1]),
    ],
)
def test_lines_share_by_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    """R12"""
    assert shared(total, weights) == parts


def test_points_are_active_when_the_return_window_is_over_and_last_twelve_months_from_then() -> None:
    """R3, R9: seven local days, then calendar months from activation, not from the purchase."""
    completed = datetime(2025, 2, 21, 10, tzinfo=UTC)
    active, lapses = lifetime(completed, section=PointsSection(), zone=SHANGHAI)
    assert (active, lapses) == (datetime(2025, 2, 28, 10, tzinfo=UTC), datetime(2026, 2, 28, 10, tzinfo=UTC))
    leap = datetime(2024, 2, 22, 10, tzinfo=UTC)
    assert lifetime(leap, section=PointsSection(), zone=SHANGHAI)[1] == datetime(2025, 2, 28, 10, tzinfo=UTC)


def test_the_return_window_is_of_local_days() -> None:
    """R3: over the night of March 8, 2026, an hour less in New York."""
    completed = datetime(2026, 3, 5, 12, tzinfo=UTC)
    active, _ = lifetime(completed, section=PointsSection(), zone=NEW_YORK)
    assert active == completed + timedelta(days=7, hours=-1)


def test_points_of_an_order_that_is_not_completed_have_no_times() -> None:
    """R9: they are pending."""
    assert lifetime(None, section=PointsSection(), zone=SHANGHAI) == (None, None)


@pytest.mark.parametrize(
    ("activates", "lapses"),
    [
        ("2026-12-31T15:59:59Z", "2026-12-31T16:00:00Z"),
        ("2026-12-31T16:00:00Z", "2027-12-31T16:00:00Z"),
        ("2026-06-01T00:00:00Z", "2026-12-31T16:00:00Z"),
    ],
)
def test_with_yearly_clearing_points_lapse_on_the_next_local_new_year(activates: str, lapses: str) -> None:
    """R9: after activation, however near that is."""
    policy = Expiry(kind=ExpiryKind.YEARLY)
    found = expiry(datetime.fromisoformat(activates), policy=policy, zone=SHANGHAI)
    assert found == datetime.fromisoformat(lapses)


BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ACTIVE_AT, LAPSES_AT = BEGIN + timedelta(days=7), BEGIN + timedelta(days=372)
PENDING = Lot(UUID(int=1), 100, "PENDING", ACTIVE_AT, LAPSES_AT)


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
    """R2, R9: active at the instant itself, and lapsed at the instant itself."""
    due = due_by([PENDING], now=now)
    assert [each.kind for each in due] == kinds
    assert [each.at for each in due] == [ACTIVE_AT, LAPSES_AT][: len(kinds)]


def test_nothing_is_due_of_what_is_spent_or_not_completed() -> None:
    """R9"""
    nothing = [replace(PENDING, remaining=0), replace(PENDING, activates_at=None, expires_at=None)]
    assert due_by(nothing, now=LAPSES_AT) == []
    assert next_due(nothing, settled_at=BEGIN) is None


def test_a_slower_clock_does_not_settle_again_what_is_active() -> None:
    """R2: settled by a process whose clock is ahead, and then by one that is behind."""
    active = replace(PENDING, state="ACTIVE")
    assert due_by([active], now=ACTIVE_AT - MOMENT) == []
    assert next_due([active], settled_at=ACTIVE_AT - MOMENT) == LAPSES_AT


HOURS = some.integers(0, 400)


@some.composite
def lots(draw: some.DrawFn) -> list[Lot]:
    """As a member has them before anything was settled."""
    found: list[Lot] = []
    for number in range(draw(some.integers(0, 8))):
        activates_at = draw(some.none() | HOURS.map(lambda hours: BEGIN + timedelta(hours=hours)))
        expires_at = activates_at and draw(
            some.none() | HOURS.map(lambda h, a=activates_at: a + timedelta(hours=h + 1))
        )
        found.append(Lot(UUID(int=number), draw(some.integers(0, 50)), "PENDING", activates_at, expires_at))
    return found


def settled(lots: list[Lot], *, now: datetime) -> list[Lot]:
    """The lots after what is due was entered."""
    by_id = {lot.id: lot for lot in lots}
    for due in due_by(lots, now=now):
        state = LotState.ACTIVE if due.kind is EntryKind.ACTIVATED else LotState.LAPSED
        left = 0 if state is LotState.LAPSED else due.amount
        by_id[due.lot_id] = replace(by_id[due.lot_id], state=state.name, remaining=left)
    return list(by_id.values())


@given(lots(), some.lists(HOURS, min_size=1, max_size=5))
def test_settling_often_comes_to_the_same_as_settling_once(lots: list[Lot], hours: list[int]) -> None:
    """R2: the same movements, each dated when it was due, in order of time; and the next is announced."""
    times = sorted(BEGIN + timedelta(hours=2 * each) for each in hours)
    often, now_and_then = lots, list[object]()
    for now in times:
        announced = next_due(often, settled_at=BEGIN - MOMENT)
        due = due_by(often, now=now)
        assert [each.at for each in due] == sorted(each.at for each in due)
        assert bool(due) == (announced is not None and announced <= now)
        assert not due or due[0].at == announced
        now_and_then += due
        upcoming = next_due(often, settled_at=now)
        often = settled(often, now=now)
        assert due_by(often, now=now) == []
        assert upcoming is None or upcoming > now
        assert next_due(often, settled_at=now) == upcoming
    once = due_by(lots, now=times[-1])
    assert sorted(map(repr, once)) == sorted(map(repr, now_and_then))
    assert settled(lots, now=times[-1]) == often


@given(lots(), HOURS)
def test_what_is_due_moves_each_point_at_most_once_each_way(lots: list[Lot], hours: int) -> None:
    """R2, R5: what lapses was active before, and all of a lot moves together."""
    due = due_by(lots, now=BEGIN + timedelta(hours=2 * hours))
    amounts = {lot.id: lot.remaining for lot in lots}
    for lot_id in {each.lot_id for each in due}:
        mine = [each for each in due if each.lot_id == lot_id]
        assert [each.kind for each in mine] in ([EntryKind.ACTIVATED], [EntryKind.ACTIVATED, EntryKind.EXPIRED])
        assert {each.amount for each in mine} == {amounts[lot_id]}
