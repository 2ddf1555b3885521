"""What coupons take off carts: by kinds, to the minor unit (R12, R13, R34)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coupons.rules.cart import CartLine
from app.coupons.rules.discounts import Discount, Nothing, WhyNothing, discount_of
from app.coupons.section import CouponKind, CouponTemplate
from app.offers.rules.lines import LineKind

GOODS, CARD, SHIPPING = LineKind.GOODS, LineKind.GIFT_CARD, LineKind.SHIPPING


def coupon(kind: CouponKind, **said: Any) -> CouponTemplate:
    name = {"zh": "券", "en": "A coupon"}
    return CouponTemplate.model_validate(
        {"code": "coupon", "kind": kind, "name": name, "validity": {"days": 1}, **said}
    )


def line(amount: int, *, quantity: int = 1, kind: LineKind = GOODS, **more: Any) -> CartLine:
    return CartLine(quantity, amount, kind=kind, **more)


PARTNER = {"name": {"zh": "伴", "en": "P"}, "text": {"zh": "示", "en": "Show"}}
CART = [line(6000, category="tea"), line(3000, category="cups"), line(1000, kind=SHIPPING), line(5000, kind=CARD)]
TAKEN: Mapping[str, tuple[CouponTemplate, tuple[int, ...]]] = {
    "threshold": (coupon(CouponKind.THRESHOLD, amount=3000, threshold=9000), (2000, 1000, 0, 0)),
    "percentage": (coupon(CouponKind.PERCENTAGE, off=15), (900, 450, 0, 0)),
    "percentage capped": (coupon(CouponKind.PERCENTAGE, off=15, most=1000), (667, 333, 0, 0)),
    "cash": (coupon(CouponKind.CASH, amount=500), (333, 167, 0, 0)),
    "cash, more than there is": (coupon(CouponKind.CASH, amount=50000), (6000, 3000, 0, 0)),
    "category": (coupon(CouponKind.CATEGORY, amount=500, categories=["tea"]), (500, 0, 0, 0)),
    "category, percent": (coupon(CouponKind.CATEGORY, off=50, categories=["cups", "spoons"]), (0, 1500, 0, 0)),
    "partner": (coupon(CouponKind.PARTNER, partner=PARTNER), (0, 0, 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("terms", "by_line"), TAKEN.values(), ids=TAKEN)
def test_each_kind_takes_off_what_it_says(terms: CouponTemplate, by_line: tuple[int, ...]) -> None:
    """R13: never off gift cards and shipping; R12: lines add up, the larger remainder is rounded up."""
    assert discount_of(terms, CART) == Discount(sum(by_line), by_line)


NOTHING: Mapping[str, tuple[CouponTemplate, Nothing]] = {
    "a cent below": (
        coupon(CouponKind.THRESHOLD, amount=3000, threshold=9001), Nothing(WhyNothing.BELOW_THRESHOLD, 1)
    ),
    "category not there": (
        coupon(CouponKind.CATEGORY, off=50, categories=["spoons"]), Nothing(WhyNothing.NOTHING_ELIGIBLE)
    ),
    "category below": (
        coupon(CouponKind.CATEGORY, amount=500, categories=["tea"], threshold=6001),
        Nothing(WhyNothing.BELOW_THRESHOLD, 1),
    ),
    "product not there": (coupon(CouponKind.EXCHANGE, sku="pot"), Nothing(WhyNothing.NOTHING_ELIGIBLE)),
}  # fmt: skip


@pytest.mark.parametrize(("terms", "nothing"), NOTHING.values(), ids=NOTHING)
def test_what_is_not_eligible_is_said(terms: CouponTemplate, nothing: Nothing) -> None:
    """R34: a threshold compares with the eligible amount: neither shipping nor gift cards bring a cart over it."""
    assert discount_of(terms, CART) == nothing


def test_a_cart_of_gift_cards_and_shipping_has_nothing_eligible() -> None:
    """R13. Tried: lines of every kind."""
    cart = [line(1000, kind=SHIPPING, sku="pot"), line(5000, kind=CARD, sku="pot", category="tea")]
    for terms in (
        coupon(CouponKind.CASH, amount=500),
        coupon(CouponKind.PERCENTAGE, off=10),
        coupon(CouponKind.EXCHANGE, sku="pot"),
    ):
        assert discount_of(terms, cart) == Nothing(WhyNothing.NOTHING_ELIGIBLE)


def test_an_exchange_gives_one_piece_of_the_product() -> None:
    """For nothing, or for its price: the dearest, of several lines that have it, and never less than nothing."""
    cart = [line(9000, quantity=3, sku="pot"), line(4000, sku="pot"), line(9999, sku="cup")]
    assert discount_of(coupon(CouponKind.EXCHANGE, sku="pot"), cart) == Discount(4000, (0, 4000, 0))
    assert discount_of(coupon(CouponKind.EXCHANGE, sku="pot", price=990), cart) == Discount(3010, (0, 3010, 0))
    assert discount_of(coupon(CouponKind.EXCHANGE, sku="pot", most=2000), cart) == Discount(2000, (0, 2000, 0))
    assert discount_of(coupon(CouponKind.EXCHANGE, sku="pot", price=4000), cart) == Nothing(WhyNothing.NO_USE)


def test_less_than_a_minor_unit_is_nothing() -> None:
    """R12: rounded down, once."""
    assert discount_of(coupon(CouponKind.PERCENTAGE, off=1), [line(99)]) == Nothing(WhyNothing.NO_USE)
    assert discount_of(coupon(CouponKind.PERCENTAGE, off=1), [line(99), line(1)]) == Discount(1, (1, 0))


LINES = st.builds(
    line,
    st.integers(0, 2_000_000),
    quantity=st.integers(1, 9),
    kind=st.sampled_from(LineKind),
    sku=st.sampled_from(("pot", "cup", None)),
    category=st.sampled_from(("tea", "cups", None)),
)
MONEY = st.integers(1, 1_000_000)


def over(amount: int, more: int) -> CouponTemplate:
    return coupon(CouponKind.THRESHOLD, amount=amount, threshold=amount + more)


def of(kind: CouponKind, **said: Any) -> st.SearchStrategy[CouponTemplate]:
    return st.builds(partial(coupon, kind), **said)


PERCENT = st.integers(1, 100)
TERMS = st.one_of(
    of(CouponKind.CASH, amount=MONEY),
    st.builds(over, MONEY, st.integers(0, 100_000)),
    of(CouponKind.PERCENTAGE, off=PERCENT, most=MONEY),
    of(CouponKind.CATEGORY, off=PERCENT, categories=st.just(["tea"])),
    of(CouponKind.EXCHANGE, sku=st.just("pot"), price=MONEY, most=MONEY),
)


@given(terms=TERMS, cart=st.lists(LINES, max_size=8))
def test_a_discount_adds_up_and_is_never_more_than_what_it_is_for(terms: CouponTemplate, cart: list[CartLine]) -> None:
    """R12, R13, R34: to the minor unit, on each line, and below every bound. Tried: rounding up; lines shared by their
    whole amounts; without `min` of what is eligible; without the cap."""
    found = discount_of(terms, cart)
    if isinstance(found, Nothing):
        assert (found.missing > 0) == (found.why is WhyNothing.BELOW_THRESHOLD)
        return
    assert found.amount == sum(found.by_line) > 0
    for each, off in zip(cart, found.by_line, strict=True):
        assert 0 <= off <= each.amount
        assert not off or each.kind is GOODS
        assert not off or not terms.categories or each.category in terms.categories
        assert not off or terms.sku is None or each.sku == terms.sku
    eligible = sum(each.amount for each in cart if each.kind is GOODS)
    assert found.amount <= eligible
    if terms.most_off is not None:
        assert found.amount <= terms.most_off
    if terms.off is not None:
        assert found.amount * 100 <= eligible * terms.off
    if terms.kind is CouponKind.THRESHOLD:
        assert terms.threshold is not None
        assert eligible >= terms.threshold


@given(off=st.integers(1, 100), cart=st.lists(LINES, min_size=1, max_size=6), more=LINES)
def test_more_in_the_cart_never_takes_less_off(off: int, cart: list[CartLine], more: CartLine) -> None:
    """So nobody does worse by buying more."""
    terms = coupon(CouponKind.PERCENTAGE, off=off, most=10000)
    assert _amount(terms, [*cart, more]) >= _amount(terms, cart)


def _amount(terms: CouponTemplate, cart: list[CartLine]) -> int:
    found = discount_of(terms, cart)
    return 0 if isinstance(found, Nothing) else found.amount
