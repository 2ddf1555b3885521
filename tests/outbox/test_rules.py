"""How often and when an event is tried."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.outbox import rules

INSTANTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
SHARES = st.floats(0, 1, exclude_max=True)
TRIED = st.integers(1, rules.MOST_ATTEMPTS - 1)


@dataclass(frozen=True)
class Event:
    id: UUID


@given(TRIED, INSTANTS, SHARES)
def test_the_delay_doubles_up_to_a_bound_and_is_at_most_halved_by_the_share(
    attempts: int, now: datetime, share: float
) -> None:
    due = rules.next_attempt(attempts, now, share=share)
    whole = min(timedelta(seconds=2 ** (attempts - 1)), timedelta(hours=1))

    assert due is not None
    assert whole / 2 <= due - now <= whole


@given(TRIED, INSTANTS, SHARES, SHARES)
def test_a_later_attempt_never_waits_shorter_than_half_the_one_before(
    attempts: int, now: datetime, share: float, other: float
) -> None:
    before, after = (rules.next_attempt(n, now, share=s) for n, s in ((attempts, share), (attempts + 1, other)))
    if before is None or after is None:
        assert attempts + 1 == rules.MOST_ATTEMPTS
        return
    assert after - now >= (before - now) / 2


@given(st.integers(rules.MOST_ATTEMPTS, 1000), INSTANTS, SHARES)
def test_after_the_last_attempt_there_is_none(attempts: int, now: datetime, share: float) -> None:
    assert rules.next_attempt(attempts, now, share=share) is None


def test_an_event_is_tried_for_hours_before_it_is_dead() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    dues = [rules.next_attempt(attempts, now, share=0.999) for attempts in range(1, rules.MOST_ATTEMPTS)]

    assert sum((due - now for due in dues if due), timedelta()) > timedelta(hours=2)


@given(st.uuids(), st.integers(0, 1000))
def test_the_share_is_in_its_bounds_and_the_same_for_the_same_attempt(event_id: UUID, attempts: int) -> None:
    share = rules.share_of(event_id, attempts)

    assert 0 <= share < 1
    assert share == rules.share_of(event_id, attempts)


def test_events_that_fail_together_come_back_apart() -> None:
    shares = {round(rules.share_of(UUID(int=number), 1), 1) for number in range(100)}

    assert len(shares) > 8


@given(st.lists(st.uuids(), unique=True), st.uuids(), st.integers(0, 100))
def test_a_worker_chooses_among_the_events_without_doubling_or_inventing_any(
    ids: list[UUID], worker: UUID, most: int
) -> None:
    chosen = [event.id for event in rules.spread([Event(i) for i in ids], worker=worker, most=most)]

    assert len(chosen) == len(set(chosen)) == min(most, len(ids))
    assert set(chosen) <= set(ids)


def test_workers_begin_at_different_events() -> None:
    events = [Event(UUID(int=number)) for number in range(64)]
    first = {rules.spread(events, worker=UUID(int=worker), most=1)[0] for worker in range(10)}

    assert len(first) > 5


def test_a_lease_outlasts_the_longest_reaction() -> None:
    assert rules.LEASE > rules.HANDLING
