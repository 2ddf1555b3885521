"""A coupon's whole life over HTTP, and every step that is refused on the way, with its reason (R32, R33)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from app.coupons.rules.refusals import CouponStepNotPossible
from app.errors import Refused
from tests.world import World, service

from .shop import CLUB, DAY, HOUR, MINUTE, ORDERS, Shop, balanced, pair

Way = Callable[[Shop, str], Awaitable[object]]
STILL = "order-2"
"""An order that has nothing to do with it."""


@pytest.fixture
async def shop(world: World) -> Shop:
    await world.joins("anna")
    return Shop(world)


async def test_a_coupon_is_claimed_reserved_used_and_given_back(shop: Shop) -> None:
    """R32: each step is in its history, and each answer says what it is from then on."""
    code = await shop.offers(stock=3, budget="100.00")
    answer = await shop.claims("anna", code)
    coupon = answer["coupon"]
    assert (coupon["state"], coupon["way"], coupon["use"], coupon["history"]["nodes"]) == ("ISSUED", "CLAIM", None, [])
    assert (coupon["template"]["code"], answer["replayed"]) == (code, False)
    lines = [{"quantity": 2, "amount": "70.00"}, {"quantity": 1, "amount": "30.00"}]
    reserved = await shop.reserves(coupon["id"], lines=lines)
    assert reserved["reservation"]["discount"] == {"amount": "10.00", "currency": "CNY"}
    assert [line["amount"] for line in reserved["reservation"]["lines"]] == ["7.00", "3.00"]
    assert (reserved["coupon"]["state"], reserved["coupon"]["use"]["order"]) == ("RESERVED", "order-1")
    used = await shop.uses(coupon["id"])
    assert (used["coupon"]["state"], used["coupon"]["use"]["until"]) == ("REDEEMED", None)
    back = await shop.returns(coupon["id"])
    assert (back["coupon"]["state"], back["coupon"]["use"], back["coupon"]["endedAt"]) == ("ISSUED", None, None)
    await shop.reserves(coupon["id"], STILL)
    freed = await shop.releases(coupon["id"], STILL)
    assert freed["coupon"]["state"] == "ISSUED"
    (mine,) = (await shop.mine("anna"))["nodes"]
    history = reversed(mine["history"]["nodes"])
    steps = [(step["step"], step["fromState"], step["toState"], step["order"]) for step in history]
    assert steps == [
        ("RESERVE", "ISSUED", "RESERVED", "order-1"),
        ("REDEEM", "RESERVED", "REDEEMED", "order-1"),
        ("RETURN", "REDEEMED", "ISSUED", "order-1"),
        ("RESERVE", "ISSUED", "RESERVED", STILL),
        ("RELEASE", "RESERVED", "ISSUED", STILL),
    ]
    await balanced(shop.world)


async def issued(shop: Shop, coupon: str) -> None:
    """As it begins."""


async def reserved(shop: Shop, coupon: str) -> None:
    assert (await shop.reserves(coupon))["__typename"] == "ReserveCouponSuccess"


async def redeemed(shop: Shop, coupon: str) -> None:
    await reserved(shop, coupon)
    assert (await shop.uses(coupon))["__typename"] == "RedeemCouponSuccess"


async def timed_out(shop: Shop, coupon: str) -> None:
    await reserved(shop, coupon)
    shop.world.now += 30 * MINUTE


async def expired(shop: Shop, coupon: str) -> None:
    shop.world.now += 40 * DAY


async def revoked(shop: Shop, coupon: str) -> None:
    await shop.revokes(coupon)


async def given_back_late(shop: Shop, coupon: str) -> None:
    await redeemed(shop, coupon)
    shop.world.now += 40 * DAY
    assert (await shop.returns(coupon))["coupon"]["state"] == "EXPIRED"


REFUSED: Mapping[Way, tuple[str, Mapping[str, str]]] = {
    issued: ("ISSUED", {"uses": "NOT_RESERVED", "releases": "NOT_RESERVED", "returns": "NOT_REDEEMED"}),
    reserved: ("RESERVED", {"reserves": "RESERVED_ALREADY", "returns": "NOT_REDEEMED"}),
    redeemed: (
        "REDEEMED",
        {"reserves": "REDEEMED", "uses": "REDEEMED", "releases": "REDEEMED", "revokes": "REDEEMED"},
    ),
    timed_out: ("ISSUED", {"uses": "NOT_RESERVED", "releases": "NOT_RESERVED", "returns": "NOT_REDEEMED"}),
    expired: (
        "EXPIRED", dict.fromkeys(("reserves", "uses", "releases", "returns", "revokes"), "EXPIRED")
    ),
    revoked: (
        "REVOKED", dict.fromkeys(("reserves", "uses", "releases", "returns", "revokes"), "REVOKED")
    ),
    given_back_late: (
        "EXPIRED", dict.fromkeys(("reserves", "uses", "releases", "returns", "revokes"), "EXPIRED")
    ),
}  # fmt: skip
"""What it is, and why each step is refused that cannot be taken from there."""
STEPS = ("reserves", "uses", "releases", "returns", "revokes")
OF_ANOTHER: Mapping[Way, Mapping[str, str]] = {
    reserved: dict.fromkeys(("reserves", "uses", "releases"), "RESERVED_FOR_ANOTHER") | {"returns": "NOT_REDEEMED"},
    redeemed: {"returns": "REDEEMED_FOR_ANOTHER", "uses": "REDEEMED", "releases": "REDEEMED", "reserves": "REDEEMED"},
}
"""Likewise, by another order, or by the same order of another system (R33)."""


async def tried(shop: Shop, step: str, coupon: str, **more: Any) -> tuple[str, str] | None:
    """Why a step is refused, and what the coupon was; None: it went."""
    if step == "revokes":
        try:
            await shop.revokes(coupon)
        except Refused as refused:
            answer = refused.answer
            assert isinstance(answer, CouponStepNotPossible)
            return answer.why.name, answer.state.name
        return None
    answer = await getattr(shop, step)(coupon, **more)
    if answer["__typename"] != "CouponStepNotPossible":
        return None
    assert answer["code"] == "COUPON_STEP_NOT_POSSIBLE"
    assert answer["coupon"]["state"] == answer["state"]
    return answer["why"], answer["state"]


@pytest.mark.parametrize("way", REFUSED, ids=lambda way: way.__name__)
async def test_every_step_that_cannot_follow_is_refused_with_its_reason(shop: Shop, way: Way) -> None:
    """R32: and nothing has moved; every other step can be taken. Tried: `MAY_BE_TAKEN` with one state more for each
    step, `_why` with two of its answers changed."""
    code = await shop.offers(stock=20, budget="1000.00")
    state, refused = REFUSED[way]
    coupon = await shop.has("anna", code)
    await way(shop, coupon)
    before = await shop.mine("anna")
    for step, why in refused.items():
        assert await tried(shop, step, coupon) == (why, state), step
    assert await shop.mine("anna") == before
    await balanced(shop.world)
    for step in STEPS:
        if step not in refused:
            another = await shop.has("anna", code)
            await way(shop, another)
            assert await tried(shop, step, another) is None, step
    await balanced(shop.world)


@pytest.mark.parametrize("way", OF_ANOTHER, ids=lambda way: way.__name__)
async def test_a_coupon_is_only_the_orders_that_it_was_reserved_for(shop: Shop, way: Way) -> None:
    """R33: nor that of another system whose order has the same id."""
    coupon = await shop.has("anna", await shop.offers())
    await way(shop, coupon)
    (state,) = [each["state"] for each in (await shop.mine("anna"))["nodes"]]
    other = service(CLUB, sources=("till",), scopes=("coupons:write",))
    for step, why in OF_ANOTHER[way].items():
        assert await tried(shop, step, coupon, order=STILL) == (why, state), step
        assert await tried(shop, step, coupon, by=other) == (why, state), step
    await balanced(shop.world)


async def test_a_reservation_ends_by_itself_and_the_coupon_is_free(shop: Shop) -> None:
    """R2, R32: at its end exactly, whether anybody has entered it or not; it is entered as of then."""
    coupon = await shop.has("anna", await shop.offers())
    begun = shop.world.now
    await shop.reserves(coupon, until=(begun + HOUR).isoformat())
    shop.world.now = begun + HOUR - MINUTE
    assert await tried(shop, "reserves", coupon, order=STILL) == ("RESERVED_FOR_ANOTHER", "RESERVED")
    shop.world.now = begun + HOUR
    (mine,) = (await shop.mine("anna"))["nodes"]
    assert (mine["state"], mine["use"], mine["history"]["nodes"][0]["step"]) == ("ISSUED", None, "TIME_OUT")
    shop.world.now += MINUTE
    assert (await shop.reserves(coupon, STILL))["__typename"] == "ReserveCouponSuccess"
    (mine,) = (await shop.mine("anna"))["nodes"]
    assert [step["step"] for step in mine["history"]["nodes"]] == ["RESERVE", "TIME_OUT", "RESERVE"]
    assert mine["history"]["nodes"][1]["changedAt"] == (begun + HOUR).isoformat()
    await balanced(shop.world)


async def test_who_reserved_it_before_its_end_can_use_it_until_the_reservation_ends(shop: Shop) -> None:
    """R32: and then it has expired, dated by the end of the reservation. Tried: `given_back` dated by the
    coupon's own end."""
    code = await shop.offers(validity={"days": 1}, budget="100.00")
    first, second = await shop.has("anna", code), await shop.has("anna", code)
    end = (await shop.mine("anna"))["nodes"][0]["expiresAt"]
    expires_at = shop.world.now.fromisoformat(end)
    shop.world.now = expires_at - MINUTE
    until = expires_at + HOUR
    for coupon in (first, second):
        await shop.reserves(coupon, until=until.isoformat())
    shop.world.now = until - MINUTE
    assert (await shop.uses(first))["coupon"]["state"] == "REDEEMED"
    shop.world.now = until
    (late, used) = (await shop.mine("anna"))["nodes"]
    assert (used["state"], late["state"], late["endedAt"]) == ("REDEEMED", "EXPIRED", until.isoformat())
    assert await tried(shop, "uses", second) == ("EXPIRED", "EXPIRED")
    await shop.settles(pair(first)[0])
    assert await shop.money(code) == (10000, 9000)
    await balanced(shop.world)


async def test_a_coupon_cannot_be_used_before_it_is_valid(shop: Shop) -> None:
    """R2: from `validFrom` on, and not a moment before."""
    since = (shop.world.now + 10 * DAY).date()
    code = await shop.offers(validity={"since": since, "until": since + 20 * DAY})
    coupon = await shop.has("anna", code)
    valid_from = shop.world.now.fromisoformat((await shop.mine("anna"))["nodes"][0]["validFrom"])
    shop.world.now = valid_from - MINUTE
    assert await tried(shop, "reserves", coupon) == ("NOT_YET_VALID", "ISSUED")
    shop.world.now = valid_from
    assert await tried(shop, "reserves", coupon) is None
    await balanced(shop.world)


async def test_what_was_due_is_entered_by_the_job_as_of_when_it_was_due(shop: Shop) -> None:
    """R2: and what is shown does not change by it. Tried: `settled` dated now."""
    code = await shop.offers(budget="100.00", stock=5)
    coupons = [await shop.has("anna", code) for _ in range(4)]
    await shop.reserves(coupons[0])
    await redeemed(shop, coupons[1])
    shop.world.now += 40 * DAY
    before = await shop.mine("anna")
    member_id, _ = pair(coupons[0])
    await shop.settles(member_id)
    assert await shop.mine("anna") == before
    assert await shop.money(code) == (10000, 9000)
    assert await shop.left(code) == (5, 1)  # what expired is not issued again
    await balanced(shop.world)


async def test_a_member_or_a_foreign_system_does_nothing_with_coupons(shop: Shop) -> None:
    """R43: another program's system is told of a coupon as of one that there is not; without the scope of none."""
    coupon = await shop.has("anna", await shop.offers())
    foreign = service("brand-standard", scopes=("coupons:write",))
    given = {"coupon": coupon, "order": "order-1", "idempotencyKey": "2f6a6f0e-5c1d-4c57-9f0a-8a4b7a1e0f01"}
    assert await shop.fault(foreign, "RedeemCoupon", use=given) == ("BAD_USER_INPUT", "There is no such coupon.")
    unscoped = service(CLUB, scopes=("facts:write",))
    code, _ = await shop.fault(unscoped, "RedeemCoupon", use=given)
    assert code == "FORBIDDEN"
    nobody = given | {"coupon": coupon[:-4] + "AAAA"}
    assert await shop.fault(ORDERS, "RedeemCoupon", use=nobody) == ("BAD_USER_INPUT", "There is no such coupon.")
    await balanced(shop.world)


async def test_a_reservation_ends_within_a_week_if_the_file_says_nothing(shop: Shop) -> None:
    coupon = await shop.has("anna", await shop.offers())
    given: dict[str, Any] = {"coupon": coupon, "order": "order-1", "cart": {"currency": "CNY", "lines": []},
             "idempotencyKey": "2f6a6f0e-5c1d-4c57-9f0a-8a4b7a1e0f02"}  # fmt: skip
    for until in (shop.world.now, shop.world.now + 7 * DAY + MINUTE):
        fault = await shop.fault(ORDERS, "ReserveCoupon", reserve=given | {"until": until.isoformat()})
        assert fault == ("BAD_USER_INPUT", "'until' must be later than now, and at most 7 days.")
    other: dict[str, Any] = given | {"cart": {"currency": "EUR", "lines": []}}
    fault = await shop.fault(ORDERS, "ReserveCoupon", reserve=other)
    assert fault == ("BAD_USER_INPUT", "The program's currency is CNY, not 'EUR'.")


async def test_how_long_a_reservation_lasts_is_what_the_programs_file_says(shop: Shop) -> None:
    """R2, R32: if nothing is said, and at most. Tried: with the constants of before it is free 30 minutes later."""
    code = await shop.offers()
    shop.templates.append("[coupons.reservations]\nminutes = 5\nmost_days = 1\n")
    await shop.publishes()
    coupon = await shop.has("anna", code)
    ends = shop.world.now + 5 * MINUTE
    assert (await shop.reserves(coupon))["coupon"]["use"]["until"] == ends.isoformat()
    shop.world.now = ends
    given: dict[str, Any] = {"coupon": coupon, "order": STILL, "cart": {"currency": "CNY", "lines": []},
             "idempotencyKey": "2f6a6f0e-5c1d-4c57-9f0a-8a4b7a1e0f05"}  # fmt: skip
    late = given | {"until": (shop.world.now + DAY + MINUTE).isoformat()}
    fault = await shop.fault(ORDERS, "ReserveCoupon", reserve=late)
    assert fault == ("BAD_USER_INPUT", "'until' must be later than now, and at most 1 days.")
    answer = await shop.reserves(coupon, STILL, until=(shop.world.now + DAY).isoformat())
    assert answer["__typename"] == "ReserveCouponSuccess"


async def test_the_same_key_does_each_step_once(shop: Shop) -> None:
    """R36: the reservation is told again as it was, whatever became of the coupon since."""
    coupon = await shop.has("anna", await shop.offers())
    key = "2f6a6f0e-5c1d-4c57-9f0a-8a4b7a1e0f03"
    first: Any = await shop.reserves(coupon, key=key)  # pyright: ignore[reportArgumentType]
    await shop.releases(coupon)
    again: Any = await shop.reserves(coupon, key=key)  # pyright: ignore[reportArgumentType]
    assert (again["replayed"], again["reservation"]) == (True, first["reservation"])
    assert again["coupon"]["state"] == "ISSUED"


async def test_what_is_refused_is_said_in_the_members_language(shop: Shop) -> None:
    coupon = await shop.has("anna", await shop.offers(kind="THRESHOLD", threshold="50.00"))
    cart = {"currency": "CNY", "lines": [{"quantity": 1, "amount": "30.00"}]}
    given = {"coupon": coupon, "order": "order-1", "cart": cart}
    words = {"en": "20.00 CNY are missing to what it takes.", "zh": "还差 20.00 CNY 可用。"}
    for number, (language, said) in enumerate(words.items()):
        wish = given | {"idempotencyKey": f"2f6a6f0e-5c1d-4c57-9f0a-8a4b7a1e0f1{number}"}
        answer = await shop.asks(ORDERS, "ReserveCoupon", language=language, reserve=wish)
        assert (answer["code"], answer["misfit"], answer["message"]) == ("COUPON_NOT_USABLE", "BELOW_THRESHOLD", said)
        assert answer["missing"] == {"amount": "20.00", "currency": "CNY"}
