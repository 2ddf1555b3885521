"""Coupons of one order beside one another: one of a group, of three groups, together no more than is to be paid (R34).

Tried: without `no_place`; with `RESERVED` alone, or `REDEEMED` alone, looked at; orders by their id alone; a partner's
coupon in a group; four groups; `beside` that gives what it takes off by itself; one that looks at the whole cart alone.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coupons.rules.cart import CartLine
from app.coupons.rules.discounts import Discount, discount_of
from app.coupons.rules.stacking import Beside, beside
from app.coupons.section import CouponTemplate
from app.offers.rules.lines import LineKind
from app.prover import prove
from tests.databases import run
from tests.world import World, service

from .shop import CLUB, MINUTE, ORDERS, Shop, balanced

ORDER = "order-7"
NAME = {"zh": "券", "en": "Some"}
PARTNER = {"name": {"zh": "伴", "en": "P"}, "text": {"zh": "示", "en": "Show"}}
AT_PARTNER: dict[str, Any] = {"kind": "PARTNER", "amount": None, "partner": PARTNER}


@pytest.fixture
async def shop(world: World) -> Shop:
    await world.joins("anna")
    return Shop(world)


async def why(shop: Shop, coupon: str, order: str = ORDER, **more: Any) -> str | None:
    """Why it cannot be reserved for an order; None: it is."""
    answer = await shop.reserves(coupon, order, **more)
    if answer["__typename"] == "ReserveCouponSuccess":
        return None
    assert (answer["code"], answer["state"]) == ("COUPON_STEP_NOT_POSSIBLE", "ISSUED")
    return answer["why"]


async def of_groups(shop: Shop, *groups: str, **said: Any) -> list[str]:
    """A coupon of each, of a template of its own."""
    return [await shop.has("anna", await shop.offers(stacking_group=group, **said)) for group in groups]


async def test_of_a_group_one_is_for_an_order(shop: Shop) -> None:
    """While the other is reserved, and when it was used; nothing has moved; free again it is free for both."""
    first, second = await of_groups(shop, "money", "money")
    assert await why(shop, first) is None
    assert await why(shop, second) == "GROUP_USED"
    await shop.uses(first, ORDER)
    assert await why(shop, second) == "GROUP_USED"
    await balanced(shop.world)
    await shop.returns(first, ORDER)
    assert await why(shop, second) is None
    assert await why(shop, first) == "GROUP_USED"
    await shop.releases(second, ORDER)
    assert await why(shop, first) is None
    await balanced(shop.world)


async def test_two_of_one_template_are_of_one_group(shop: Shop) -> None:
    code = await shop.offers()
    first, second = [await shop.has("anna", code) for _ in range(2)]
    assert await why(shop, first) is None
    assert await why(shop, second) == "GROUP_USED"


async def test_a_reservation_that_has_ended_is_in_nobodys_way(shop: Shop) -> None:
    """R2: whether that was entered or not."""
    first, second = await of_groups(shop, "money", "money")
    await why(shop, first)
    shop.world.now += 30 * MINUTE
    assert await why(shop, second) is None
    await balanced(shop.world)


async def test_another_order_is_another_order(shop: Shop) -> None:
    """Also one of another system by the same id; and who else orders by that id is somebody else."""
    world = shop.world
    await world.joins("bella")
    first, second, third = await of_groups(shop, *["money"] * 3)
    code = await shop.offers(stacking_group="money")
    bellas = await shop.has("bella", code)
    assert await why(shop, first) is None
    assert await why(shop, second, "order-8") is None
    assert await why(shop, third, by=service(CLUB, sources=("till",), scopes=("coupons:write",))) is None
    assert await why(shop, bellas) is None
    await balanced(world)


async def test_three_groups_are_for_an_order(shop: Shop) -> None:
    coupons = await of_groups(shop, "a", "b", "c", "d")
    assert [await why(shop, each) for each in coupons] == [None, None, None, "GROUPS_USED"]
    await balanced(shop.world)
    await shop.releases(coupons[0], ORDER)
    assert await why(shop, coupons[3]) is None


async def test_a_partners_coupon_stands_beside_any(shop: Shop) -> None:
    """It takes nothing off: it is used elsewhere."""
    coupons = await of_groups(shop, "a", "b", "c")
    partners = await of_groups(shop, "a", "a", **AT_PARTNER)
    assert [await why(shop, each) for each in (partners[0], *coupons, partners[1])] == [None] * 5
    await balanced(shop.world)


async def test_together_they_take_off_no_more_than_is_to_be_paid(shop: Shop) -> None:
    """Never below zero: to the last cent of it, and not a cent more."""
    lines = [{"quantity": 1, "amount": "14.99"}, {"quantity": 1, "amount": "5.00", "kind": "SHIPPING"}]
    ten, five, less = await shop.offers(stacking_group="a"), *[
        await shop.offers(stacking_group="b", amount=each) for each in ("5.00", "4.99")
    ]  # fmt: skip
    first, second, third = [await shop.has("anna", each) for each in (ten, five, less)]
    assert await why(shop, first, lines=lines) is None
    assert await why(shop, second, lines=lines) == "TOO_MUCH_OFF"
    assert await why(shop, third, lines=lines) is None
    await balanced(shop.world)


async def test_no_line_falls_below_zero(shop: Shop) -> None:
    """R12: what is taken off the hat already is not taken off it again, but off the coat; a second one for hats finds
    nothing left of them, whatever the coat costs."""
    lines = [{"quantity": 1, "amount": "90.00"}, {"quantity": 1, "amount": "10.00", "category": "hats"}]
    hats: dict[str, Any] = {"kind": "CATEGORY", "categories": ["hats"]}
    (hat, another), (whole,) = await of_groups(shop, "a", "b", **hats), await of_groups(shop, "c")
    assert await why(shop, hat, lines=lines) is None
    assert await why(shop, another, lines=lines) == "TOO_MUCH_OFF"
    reserved = await shop.reserves(whole, ORDER, lines=lines)
    assert [each["amount"] for each in reserved["reservation"]["lines"]] == ["10.00", "0.00"]
    await balanced(shop.world)


@pytest.mark.parametrize(("language", "words"), [
    ("en", "Another coupon that it cannot be used together with is taken for this order."),
    ("zh", "该订单已使用同组优惠券，不可叠加。"),
])  # fmt: skip
async def test_it_is_said_in_the_members_language(shop: Shop, language: str, words: str) -> None:
    first, second = await of_groups(shop, "money", "money")
    await why(shop, first)
    sent = {"coupon": second, "order": ORDER, "cart": {"currency": "CNY", "lines": [{"quantity": 1, "amount": "50"}]},
            "idempotencyKey": "2f6a6f0e-5c1d-4c57-9f0a-8a4b7a1e0f77"}  # fmt: skip
    answer = await shop.asks(ORDERS, "ReserveCoupon", language=language, reserve=sent)
    assert (answer["why"], answer["message"]) == ("GROUP_USED", words)


async def test_the_prover_tells_of_two_of_a_group(shop: Shop) -> None:
    for coupon in await of_groups(shop, "money", "money"):
        await shop.reserves(coupon)
    await balanced(shop.world)
    url = shop.world.database.settings.url
    await run(url, f"UPDATE coupons SET order_id = '{ORDER}'")
    await run(url, f"UPDATE coupon_changes SET order_id = '{ORDER}'")
    proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
    assert [each.what for each in proof.mismatches] == ["coupons of an order: one of a group, of few groups (R34)"]


def terms(categories: Sequence[str], amount: int) -> CouponTemplate:
    kind: dict[str, Any] = {"kind": "CATEGORY", "categories": list(categories)} if categories else {"kind": "CASH"}
    said: dict[str, Any] = {"code": "some", "name": NAME, "validity": {"days": 1}, "amount": amount}
    return CouponTemplate.model_validate(said | kind)


LINES = st.lists(
    st.builds(
        CartLine, quantity=st.just(1), amount=st.integers(0, 50), category=st.sampled_from(["x", "y", None]),
        kind=st.sampled_from([LineKind.GOODS, LineKind.GOODS, LineKind.SHIPPING]),
    ),
    min_size=1, max_size=4,
)  # fmt: skip
WANTED = st.lists(st.tuples(st.sampled_from([(), ("x",), ("y",)]), st.integers(1, 60)), max_size=4)


@given(lines=LINES, wanted=WANTED)
def test_whatever_is_ordered_no_line_falls_below_zero_and_nothing_that_fits_is_refused(
    lines: list[CartLine], wanted: list[tuple[tuple[str, ...], int]]
) -> None:
    """R12, R34: and lines add up; only lines that the coupon is for are touched."""
    others: list[Beside] = []
    left = [line.amount if line.kind is LineKind.GOODS else 0 for line in lines]
    for number, (categories, amount) in enumerate(wanted):
        of = terms(categories, amount)
        by_itself = discount_of(of, lines)
        if not isinstance(by_itself, Discount):
            continue
        off = beside(by_itself, of, lines, others)
        mine = [each if not categories or line.category in categories else 0
                for each, line in zip(left, lines, strict=True)]  # fmt: skip
        assert (off is None) == (by_itself.amount > sum(mine))
        if off is not None:
            assert sum(off.by_line) == off.amount == by_itself.amount
            assert all(0 <= part <= each for part, each in zip(off.by_line, mine, strict=True))
            left = [each - part for each, part in zip(left, off.by_line, strict=True)]
            others.append(Beside(f"group-{number}", off.by_line))


@pytest.mark.parametrize(("amount", "fits"), [(4000, True), (4001, False)])
def test_another_cart_than_that_of_before_is_not_paid_less_than_nothing_for(amount: int, fits: bool) -> None:
    """R34: 60 were taken off a line that costs 10 by now: of the 110 that all of it costs 40 are to be paid."""
    lines = [CartLine(1, 10000, category="x"), CartLine(1, 1000, category="y")]
    of = terms(("x",), amount)
    by_itself = discount_of(of, lines)
    assert isinstance(by_itself, Discount)
    off = beside(by_itself, of, lines, [Beside("other", (0, 6000)), Beside("third", (1000, 0))])
    assert off == (Discount(amount, (amount, 0)) if fits else None)


def test_what_was_taken_off_other_lines_is_laid_on_the_goods() -> None:
    """R34: of a cart with more lines than this one."""
    lines, of = [CartLine(1, 1000)], terms((), 600)
    by_itself = discount_of(of, lines)
    assert isinstance(by_itself, Discount)
    assert beside(by_itself, of, lines, [Beside("other", (100, 300))]) == by_itself
    assert beside(by_itself, of, lines, [Beside("other", (100, 301))]) is None
