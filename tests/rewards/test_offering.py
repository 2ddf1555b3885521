"""How pieces and codes are spread over the buckets of a stock, and which codes are taken."""

from hypothesis import given
from hypothesis import strategies as st

from app.offers.rules.pool_codes import read_codes
from app.offers.rules.spreading import dealt, spread

BUCKETS = st.lists(st.integers(0, 1000), min_size=1, max_size=64)


@given(left=BUCKETS, change=st.integers(-70_000, 5000))
def test_what_is_put_in_or_taken_out_is_spread_evenly_and_nothing_is_lost(left: list[int], change: int) -> None:
    """R31."""
    change = max(change, -sum(left))
    after = [before + more for before, more in zip(left, spread(left, change), strict=True)]
    assert sum(after) == sum(left) + change
    assert min(after) >= 0
    assert max(after) - min(after) <= 1


@given(left=BUCKETS, number=st.integers(0, 500))
def test_a_code_goes_to_the_bucket_with_the_least_in_it(left: list[int], number: int) -> None:
    """None is taken from another bucket for it: a code that is there keeps its place."""
    given_to = dealt(left, number)
    assert len(given_to) == number
    filled = list(left)
    for bucket in given_to:
        assert filled[bucket] == min(filled)
        filled[bucket] += 1


def test_codes_may_have_blanks_within_but_nothing_that_cannot_be_seen() -> None:
    assert read_codes([" AB-1 ", "ÄÖ 12 券"]) == ["AB-1", "ÄÖ 12 券"]
