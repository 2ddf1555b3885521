"""Points as money: rounded once, shared without loss, active and lapsed at their instants."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.points.rules import earned_by, expiry, lifetime, rounded, shared
from app.points.section import Expiry, ExpiryKind, PointsSection, Rounding

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
AMOUNTS = some.integers(0, 2**31 - 1)
COUNTS = some.integers(1, 10**6)


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
