"""The ladder: which tier a growth reaches, and how far the next one is."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.programs.section import Words
from app.tiers.rules import tier_at, tier_held, way_up
from app.tiers.section import LONGEST_NAME, Tier, TiersSection, characters


def tier(code: str, threshold: int) -> Tier:
    return Tier(code=code, name=Words(zh=code, en=code), threshold=threshold)


def ladder_of(**thresholds: int) -> TiersSection:
    return TiersSection(ladder=tuple(tier(code, threshold) for code, threshold in thresholds.items()))


STANDARD = ladder_of(v1=0, v2=200, v3=500)
LADDERS = some.sets(some.integers(1, 10_000), max_size=8).map(
    lambda above: ladder_of(**{f"v{n}": threshold for n, threshold in enumerate([0, *sorted(above)], 1)})
)
GROWTH = some.integers(0, 12_000)


@pytest.mark.parametrize(
    ("growth", "code"), [(0, "v1"), (199, "v1"), (200, "v2"), (201, "v2"), (499, "v2"), (500, "v3"), (2**31 - 1, "v3")]
)
def test_a_tier_begins_at_its_threshold(growth: int, code: str) -> None:
    """R16"""
    assert tier_at(STANDARD.ladder, growth).code == code


def test_what_a_tier_gives_beside_another_is_told_from_one_of_its_code_that_gives_something_else() -> None:
    """M6: a version that is tried on some, or comes later, has other benefits for the same code."""
    prices, service, trials = (tier(code, 0) for code in ("prices", "service", "trials"))
    gold, silver, other = tier("gold", 500), tier("silver", 200), tier("silver", 200)
    gold.give((prices, service, trials))
    silver.give((prices,))
    other.give((trials,))
    for _ in range(2):
        assert gold.gives_beside(silver) == (service, trials)
        assert gold.gives_beside(other) == (prices, service)


@given(LADDERS, GROWTH)
def test_growth_reaches_the_highest_tier_whose_threshold_it_has(section: TiersSection, growth: int) -> None:
    """R16: by the definition, tier by tier."""
    reached = [each for each in section.ladder if growth >= each.threshold]
    assert tier_at(section.ladder, growth) == reached[-1]


@given(LADDERS, GROWTH, GROWTH)
def test_more_growth_is_never_a_lower_tier(section: TiersSection, one: int, other: int) -> None:
    """R16, R17"""
    less, more = sorted((one, other))
    assert tier_at(section.ladder, less).threshold <= tier_at(section.ladder, more).threshold


def test_who_never_was_raised_holds_the_base_tier() -> None:
    """R17"""
    assert tier_held(STANDARD, None).code == "v1"


def test_a_tier_that_was_replaced_is_its_successor() -> None:
    """R20"""
    later = TiersSection(ladder=(tier("v1", 0), tier("gold", 400)), successors={"v2": "gold", "v3": "gold"})
    assert tier_held(later, "v2").code == "gold"


@given(LADDERS, GROWTH, some.integers(0, 8))
def test_progress_is_a_share_of_the_way_to_the_next_tier(section: TiersSection, growth: int, held: int) -> None:
    """R18: from 0 to 1, and what is missing adds up to the next threshold."""
    holds = section.ladder[min(held, len(section.ladder) - 1)]
    following, remaining, ratio = way_up(section.ladder, held=holds, growth=growth)
    above = [each for each in section.ladder if each.threshold > holds.threshold]
    assert following == (above[0] if above else None)
    assert 0.0 <= ratio <= 1.0
    assert remaining >= 0
    if following is None:
        assert (ratio, remaining) == (1.0, 0)
    elif holds.threshold <= growth <= following.threshold:
        assert remaining == following.threshold - growth
        assert ratio == pytest.approx(1 - remaining / (following.threshold - holds.threshold))


@pytest.mark.parametrize(
    ("growth", "remaining", "ratio"), [(200, 300, 0.0), (350, 150, 0.5), (499, 1, 299 / 300), (500, 0, 1.0)]
)
def test_progress_between_two_tiers(growth: int, remaining: int, ratio: float) -> None:
    """R18"""
    found = way_up(STANDARD.ladder, held=STANDARD.tier("v2"), growth=growth)
    assert found == (STANDARD.tier("v3"), remaining, pytest.approx(ratio))


@given(some.text(some.sampled_from("会员等级Ve\u0301👨‍👩‍👧🇨🇳"), min_size=1, max_size=8))
def test_a_name_is_never_longer_for_a_person_than_for_a_machine(name: str) -> None:
    """R21"""
    assert 1 <= characters(name) <= len(name)


@pytest.mark.parametrize(
    ("name", "length"), [("黑金会员", 4), ("至尊黑金卡", 5), ("e\u0301", 1), ("👨‍👩‍👧‍👦", 1), ("🇨🇳🇨🇳", 2), ("V6", 2)]
)
def test_a_name_is_as_long_as_a_person_counts(name: str, length: int) -> None:
    """R21: at most 5 in Chinese, 16 in English."""
    assert characters(name) == length
    assert LONGEST_NAME == {"zh": 5, "en": 16}
