"""What coupons are for carts, asked so often that a request would hold up all others."""

from collections.abc import Iterable
from typing import Any

import pytest

from app.coupons.rules.cart import Cart, CartLine
from app.coupons.rules.reckoning import MOST, Reckoning
from app.coupons.templates import templates_now
from app.errors import TooExpensive
from app.graph import Role
from tests.coupons.shop import CLUB, Shop
from tests.world import COMPILED, NOON, World, customer, staff

ONE_LINE = [{"quantity": 1, "amount": "20.00"}]
LONG = [{"quantity": 1, "amount": f"{number + 1}.00"} for number in range(200)]


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def cart(lines: Iterable[Any], currency: str = "CNY") -> dict[str, Any]:
    return {"currency": currency, "lines": list(lines)}


def usabilities(aliases: int, more: str = "") -> str:
    many = " ".join(f"u{n}: usability(cart: $cart) {{ isUsable {more} }}" for n in range(aliases))
    return f"query ($cart: CartInput!) {{ me {{ coupons(first: 100) {{ nodes {{ {many} }} }} }} }}"


def lists(aliases: int) -> str:
    many = " ".join(f"l{n}: coupons(first: {n + 1}, usableFor: $cart) {{ totalCount }}" for n in range(aliases))
    return f"query ($cart: CartInput!) {{ me {{ {many} }} }}"


async def codes(world: World, document: str, **variables: Any) -> set[str]:
    """Of what is wrong with the answer; none: it is right."""
    result = await world.ask(document, by=customer("anna"), **variables)
    return {getattr(each.original_error, "code", "") for each in result.errors or ()}


async def test_a_request_that_asks_of_many_coupons_for_many_carts_is_refused(shop: Shop) -> None:
    """100 coupons, 200 lines, 50 times: seconds in which no other request is answered. A full page is answered with the
    longest cart, or with what is taken off each of a few lines. Tried: each of the prices for nothing."""
    code, member = await shop.offers(ways=["GIFT"]), await shop.world.joins("anna")
    for _ in range(100):
        await shop.gives(member, code)
    for document, lines in (
        (usabilities(5 if COMPILED else 1), LONG),  # uncompiled each field reads the cart for itself, which is paid for
        (usabilities(1, "lines { amount }"), LONG[:20]),
        (lists(5), LONG),
    ):
        assert await codes(shop.world, document, cart=cart(lines)) == set()
    for document, lines in (
        (usabilities(50), LONG),
        (usabilities(25), ONE_LINE),
        (usabilities(1, "lines { amount }"), LONG),
        (lists(50), LONG),
        (lists(8 if COMPILED else 14), ONE_LINE),  # uncompiled what limits lists alike is counted once for all
    ):
        assert await codes(shop.world, document, cart=cart(lines)) == {"QUERY_TOO_EXPENSIVE"}


async def test_what_a_template_takes_off_a_cart_is_reckoned_once(world: World) -> None:
    """However many coupons of it a member has. Tried: without keeping it, each is paid for."""
    reckoning, one, *_ = Reckoning(), *templates_now(world.programs, CLUB, now=NOON)
    long = Cart("CNY", [CartLine(1, 100)] * 200)
    for _ in range(3):
        reckoning.off(one, long)
    assert reckoning.spent == 200
    with pytest.raises(TooExpensive):
        reckoning.spend(MOST - 199)


async def test_a_cart_that_was_sent_many_times_is_read_once(world: World) -> None:
    """By what is in it, not by where it was sent. Tried: by the input alone, it is read each time."""
    reckoning, read = Reckoning(), list[object]()

    def reading(sent: list[int]) -> Cart:
        read.append(sent)
        return Cart("CNY", [CartLine(1, each) for each in sent])

    first, *others = (
        reckoning.cart(sent, 2, content=lambda sent: tuple(sent), read=reading) for sent in ([1, 2], [1, 2], [2, 1])
    )
    assert (others[0] is first, others[1].lines, len(read)) == (True, [CartLine(1, 2), CartLine(1, 1)], 2)
    assert reckoning.spent == 6  # each input was made, if not read


@pytest.mark.parametrize("states", [None, ["REDEEMED"]])
async def test_a_cart_in_another_currency_is_wrong_whether_there_are_coupons_or_not(
    world: World, states: list[str] | None
) -> None:
    """As `usability` has it. Tried: looked at coupon by coupon, who has none is answered with an empty list."""
    await world.joins("anna")
    document = """query ($cart: CartInput!, $states: [CouponState!]) { me { coupons(usableFor: $cart, states: $states) {
        nodes { id } } } }"""
    assert await codes(world, document, cart=cart(ONE_LINE, "USD"), states=states) == {"BAD_USER_INPUT"}
    assert await codes(world, document, cart=cart(ONE_LINE), states=states) == set()


async def test_staff_ask_for_a_page_of_members_what_is_usable(world: World) -> None:
    """A hundred at once are answered: most have few coupons."""
    await world.joins("anna")
    document = """query ($cart: CartInput!) { members(first: 100) { nodes { coupons(usableFor: $cart) { totalCount } } }
        }"""
    found = await world.data(document, by=staff(Role.SUPPORT, CLUB), cart=cart(ONE_LINE))
    assert found["members"]["nodes"] == [{"coupons": {"totalCount": 0}}]


async def test_what_was_taken_off_very_many_lines_is_shown_of_a_few_reservations_at_a_time(shop: Shop) -> None:
    """A coupon may have been reserved and released any number of times, each with 200 lines. Tried: shown for nothing,
    all are answered."""
    await shop.world.joins("anna")
    coupon = await shop.has("anna", await shop.offers())
    assert (await shop.reserves(coupon, lines=LONG))["__typename"] == "ReserveCouponSuccess"

    def histories(number: int) -> str:
        many = " ".join(f"h{n}: history {{ nodes {{ lines {{ amount }} }} }}" for n in range(number))
        return f"query ($id: ID!) {{ node(id: $id) {{ ... on Coupon {{ {many} }} }} }}"

    assert await codes(shop.world, histories(13), id=coupon) == set()
    assert await codes(shop.world, histories(14), id=coupon) == {"QUERY_TOO_EXPENSIVE"}
