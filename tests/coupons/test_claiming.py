"""How members come by coupons over HTTP: claimed, by code, given; stock, budgets and limits (R31, R36, R43)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.coupons.rules.refusals import CouponBudgetUsed, CouponNotClaimable, CouponOfferClosed, CouponsOutOfStock
from app.coupons.section import Way
from app.errors import Refused
from app.jobs import settle_coupons
from tests.statements import Statements
from tests.world import World, customer

from .shop import CLUB, DAY, HOUR, MINUTE, Shop, balanced, wish

MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def shop(world: World) -> Shop:
    await world.joins("anna")
    return Shop(world)


async def kind(shop: Shop, subject: str, code: str) -> str:
    return (await shop.claims(subject, code))["__typename"]


async def test_a_limit_is_of_a_member_and_a_period(shop: Shop) -> None:
    """R1, R31: two a local day: the day begins at midnight in Shanghai. What was revoked does not count. Tried: the
    limit one higher; counted since ever; revoked ones counted."""
    code = await shop.offers(limit={"times": 2, "period": "DAY"})
    first = await shop.has("anna", code)
    await shop.has("anna", code)
    answer = await shop.claims("anna", code)
    assert (answer["code"], answer["limit"], answer["period"]) == ("LIMIT_REACHED", 2, "DAY")
    assert answer["message"] == "You may get it 2 times a day, and have."
    midnight = shop.world.now.fromisoformat(answer["resetsAt"])
    assert (midnight.hour, midnight.minute) == (16, 0)
    await shop.revokes(first)
    assert await kind(shop, "anna", code) == "ClaimCouponSuccess"
    shop.world.now = midnight - MOMENT
    assert await kind(shop, "anna", code) == "CouponLimitReached"
    shop.world.now = midnight
    assert await kind(shop, "anna", code) == "ClaimCouponSuccess"
    await balanced(shop.world)


async def test_the_stock_is_given_out_and_what_is_revoked_can_be_had_again(shop: Shop) -> None:
    """R31: over all buckets; what expires does not come back. Told at once: no transaction is begun for it."""
    code = await shop.offers(stock=3, validity={"days": 1})
    coupons = [await shop.has("anna", code) for _ in range(3)]
    answer = await shop.claims("anna", code)
    assert (answer["__typename"], answer["code"]) == ("CouponsOutOfStock", "OUT_OF_STOCK")
    assert answer["template"] == {"code": code, "left": 0}
    await shop.revokes(coupons[1])
    assert await shop.left(code) == (3, 1)
    assert await kind(shop, "anna", code) == "ClaimCouponSuccess"
    shop.world.now += 3 * DAY
    assert await kind(shop, "anna", code) == "CouponsOutOfStock"
    await balanced(shop.world)


async def test_a_budget_is_set_aside_and_what_was_not_used_comes_back(shop: Shop) -> None:
    """R31: what a coupon may take off at most when it is issued; when it cannot be given back any more, what it did
    take off stays. Tried: nothing set aside; freed when it is redeemed; not freed when it expires."""
    code = await shop.offers(kind="PERCENTAGE", amount=None, off=10, most="20.00", budget="50.00")
    first, second = await shop.has("anna", code), await shop.has("anna", code)
    assert await shop.money(code) == (5000, 1000)
    answer = await shop.claims("anna", code)
    assert (answer["__typename"], answer["code"]) == ("CouponBudgetUsed", "COUPON_BUDGET_USED")
    await shop.reserves(first)
    await shop.uses(first)
    assert await shop.money(code) == (5000, 1000)  # it may come back whole
    await shop.revokes(second)
    assert await shop.money(code) == (5000, 3000)
    shop.world.now += 40 * DAY
    await settle_coupons(shop.world.database, now=shop.world.now, held=shop.world.programs)  # pyright: ignore[reportArgumentType]
    assert await shop.money(code) == (5000, 4000)
    await balanced(shop.world)


async def test_a_coupon_that_is_given_back_is_as_good_as_before(shop: Shop) -> None:
    """R32: its money was held all the time; given back after its end it holds none."""
    code = await shop.offers(kind="PERCENTAGE", amount=None, off=10, most="20.00", budget="20.00")
    coupon = await shop.has("anna", code)
    for number in range(2):
        await shop.reserves(coupon, f"order-{number}")
        await shop.uses(coupon, f"order-{number}")
        await shop.returns(coupon, f"order-{number}")
    big = [{"quantity": 1, "amount": "1000.00"}]
    assert (await shop.reserves(coupon, lines=big))["reservation"]["discount"]["amount"] == "20.00"
    await shop.uses(coupon)
    shop.world.now += 40 * DAY
    assert (await shop.returns(coupon))["coupon"]["state"] == "EXPIRED"
    assert await shop.money(code) == (2000, 2000)
    await balanced(shop.world)


async def test_a_claim_window_is_half_open(shop: Shop) -> None:
    """R2: from `opens_at` on, and before `closes_at`; a coupon that could not be used any more is not to be had."""
    opens = shop.world.now + HOUR
    offers: dict[str, Any] = {"opens_at": opens, "closes_at": opens + HOUR}
    code = await shop.offers(**offers)
    shop.world.now = opens - MOMENT
    answer = await shop.claims("anna", code)
    assert (answer["code"], answer["opensAt"]) == ("NOT_YET_OPEN", opens.isoformat())
    shop.world.now = opens
    assert await kind(shop, "anna", code) == "ClaimCouponSuccess"
    shop.world.now = opens + HOUR
    answer = await shop.claims("anna", code)
    assert (answer["code"], answer["closedAt"]) == ("COUPON_OFFER_CLOSED", shop.world.now.isoformat())
    fixed = await shop.offers(validity={"until": shop.world.now + HOUR})
    shop.world.now += HOUR
    assert await kind(shop, "anna", fixed) == "CouponOfferClosed"
    await balanced(shop.world)


async def test_a_template_that_is_left_out_of_the_file_is_not_to_be_had_and_its_coupons_stay(shop: Shop) -> None:
    """R20: who has one can use it by the terms by which it was issued."""
    code = await shop.offers()
    coupon = await shop.has("anna", code)
    shop.templates.clear()
    await shop.publishes()
    assert await kind(shop, "anna", code) == "CouponOfferClosed"
    assert (await shop.reserves(coupon))["reservation"]["discount"]["amount"] == "10.00"
    await balanced(shop.world)


async def test_only_higher_tiers_get_what_is_for_them(shop: Shop) -> None:
    code = await shop.offers(tiers_from="v2")
    answer = await shop.claims("anna", code)
    assert (answer["code"], answer["tier"]["code"]) == ("TIER_TOO_LOW", "v2")
    await shop.world.orders("anna", answer["growthMissing"], paid=shop.world.now, completed=shop.world.now)
    assert await kind(shop, "anna", code) == "ClaimCouponSuccess"


async def test_what_is_not_for_claiming_is_not_claimed(shop: Shop) -> None:
    code = await shop.offers(ways=["GRANT", "CODE"])
    answer = await shop.claims("anna", code)
    assert (answer["code"], answer["template"]) == ("COUPON_NOT_CLAIMABLE", {"code": code, "ways": ["GRANT", "CODE"]})
    fault = await shop.fault(customer("anna"), "ClaimCoupon", claim=wish(None, template="nothing-such"))
    assert fault == ("BAD_USER_INPUT", "There is no such coupon template.")
    assert (await shop.claims("bert", "nothing-such"))["code"] == "NOT_A_MEMBER"


EVENING = """
[[campaigns.planned]]
code = "evening"
name = { zh = "周一之夜", en = "Monday evening" }
window = { kind = "WEEKLY", days = ["MONDAY"], starts = 20:00:00, ends = 22:00:00 }
audience = { tiers = ["%s"] }
effects = { coupons = true }
"""


async def test_a_campaign_opens_coupons_while_it_is_on_for_the_member(shop: Shop) -> None:
    """M20, R2: half-open, and told when it is on next; for whom it is not, that is not told. Tried: any campaign opens
    it; its audience is not looked at."""
    shop.templates.append(EVENING % "v1")
    shop.templates.append((EVENING % "v1").replace("evening", "another").replace("MONDAY", "SUNDAY"))  # on now
    code = await shop.offers(needs_campaign="evening")
    answer = await shop.claims("anna", code)
    assert (answer["code"], answer["campaign"]) == ("CAMPAIGN_NOT_ON", "evening")
    opens = shop.world.now.fromisoformat(answer["nextOpensAt"])
    assert opens.isoformat() == "2026-03-02T12:00:00+00:00"  # 20:00 in Shanghai
    shop.world.now = opens - MOMENT
    assert await kind(shop, "anna", code) == "CouponCampaignNotOn"
    for shop.world.now in (opens, opens + 2 * HOUR - MOMENT):
        assert await kind(shop, "anna", code) == "ClaimCouponSuccess"
    shop.world.now = opens + 2 * HOUR
    assert (await shop.claims("anna", code))["nextOpensAt"] == (opens + 7 * DAY).isoformat()
    shop.world.now = opens + 7 * DAY - HOUR
    shop.templates[0] = EVENING % "v2"
    await shop.publishes()
    shop.world.now = opens + 7 * DAY
    answer = await shop.claims("anna", code)
    assert (answer["code"], answer["nextOpensAt"]) == ("CAMPAIGN_NOT_ON", None)


async def test_a_code_brings_a_coupon_once_to_whoever_has_it(shop: Shop) -> None:
    """R43: what is no code, used, another's or over is refused alike, and nothing more is said. As people type it."""
    code = await shop.offers(ways=["CODE"], stock=5)
    first, second = await shop.codes(code, 2)
    answer = await shop.types("anna", first.lower().replace("-", " "))
    assert (answer["__typename"], answer["coupon"]["way"]) == ("RedeemCouponCodeSuccess", "CODE")
    await shop.world.joins("bert")
    shop.templates.append(shop.templates.pop().replace('ways = ["CODE"]', 'ways = ["GRANT"]'))
    refused = {
        "code": "COUPON_CODE_NOT_VALID",
        "message": "This code is not valid.",
        "__typename": "CouponCodeNotValid",
    }
    assert await shop.types("anna", first) == refused
    assert await shop.types("bert", first) == refused
    assert await shop.types("bert", "no-such-code") == refused
    await shop.publishes()
    assert await shop.types("bert", second) == refused
    await balanced(shop.world)


async def test_a_code_that_cannot_bring_its_coupon_now_is_as_good_as_before(shop: Shop) -> None:
    """R8: nothing is half done."""
    code = await shop.offers(ways=["CODE"], limit={"times": 1, "period": "DAY"}, stock=2)
    first, second, third = await shop.codes(code, 3)
    await shop.types("anna", first)
    assert (await shop.types("anna", second))["__typename"] == "CouponLimitReached"
    await shop.world.joins("bert")
    assert (await shop.types("bert", second))["__typename"] == "RedeemCouponCodeSuccess"
    await shop.world.joins("carl")
    assert (await shop.types("carl", third))["__typename"] == "CouponsOutOfStock"
    await balanced(shop.world)


async def test_attempts_on_codes_are_counted(shop: Shop) -> None:
    """R43: ten an hour, whatever comes of them; a retry is none of its own."""
    key = uuid4()
    for _ in range(3):
        await shop.types("anna", "no-such-code", key=key)
    for number in range(9):
        await shop.types("anna", f"no-such-code-{number}")
    fault, words = await shop.fault(customer("anna"), "RedeemCouponCode", redeem=wish(None, code="one-more"))
    assert (fault, words) == ("RATE_LIMITED", "Too many coupon codes were tried. Try again in 60 minutes.")
    assert (await shop.types("anna", "no-such-code", key=key))["code"] == "COUPON_CODE_NOT_VALID"
    shop.world.now += HOUR
    await shop.types("anna", "no-such-code-again")


async def test_the_same_cause_brings_a_coupon_once(shop: Shop) -> None:
    """R5: whatever it is given for, and how often; another rule of the same cause brings another. Tried: without the
    look for the cause, the key of the table says no."""
    code = await shop.offers(ways=["GIFT"], stock=5)
    member_id = await shop.world.joins("bert")
    cause = uuid4()
    first = await shop.gives(member_id, code, cause_id=cause)
    assert await shop.gives(member_id, code, cause_id=cause) == first
    assert await shop.gives(member_id, code, cause_id=cause, rule="another") != first
    assert await shop.gives(member_id, code) != first
    assert await shop.left(code) == (5, 2)
    await balanced(shop.world)


async def test_what_is_given_is_refused_when_nothing_is_left_and_not_by_windows_and_limits(shop: Shop) -> None:
    """Who gives it has rules of their own; stock and budget are everybody's (R31)."""
    member_id = await shop.world.joins("bert")
    closed: dict[str, Any] = {"closes_at": shop.world.now - HOUR, "limit": {"times": 1}, "tiers_from": "v6"}
    code = await shop.offers(ways=["GIFT"], stock=2, budget="15.00", **closed)
    await shop.gives(member_id, code)
    with pytest.raises(Refused) as refused:
        await shop.gives(member_id, code)
    assert refused.value.answer == CouponBudgetUsed(CLUB, code)
    assert (await shop.left(code), await shop.money(code)) == ((2, 1), (1500, 500))
    one = await shop.offers(ways=["GIFT"], stock=1)
    await shop.gives(member_id, one)
    with pytest.raises(Refused) as refused:
        await shop.gives(member_id, one)
    assert refused.value.answer == CouponsOutOfStock(CLUB, one)
    with pytest.raises(Refused) as refused:
        await shop.gives(member_id, one, way=Way.GRANT)
    assert refused.value.answer == CouponNotClaimable(CLUB, one)
    over = await shop.offers(ways=["GIFT"], validity={"until": shop.world.now + MINUTE})
    shop.world.now += MINUTE
    with pytest.raises(Refused) as refused:
        await shop.gives(member_id, over)
    assert isinstance(refused.value.answer, CouponOfferClosed)
    await balanced(shop.world)


async def test_a_file_that_says_more_brings_more(shop: Shop) -> None:
    """R31: its stock and its budget are raised when somebody finds nothing left, and not before."""
    code = await shop.offers(stock=1, budget="20.00")
    await shop.has("anna", code)
    assert await kind(shop, "anna", code) == "CouponsOutOfStock"
    shop.templates[-1] = shop.templates[-1].replace("stock = 1", "stock = 3")
    shop.templates[-1] = shop.templates[-1].replace('budget = "20.00"', 'budget = "50.00"')
    await shop.publishes()
    assert [await kind(shop, "anna", code) for _ in range(3)] == [
        "ClaimCouponSuccess", "ClaimCouponSuccess", "CouponsOutOfStock",
    ]  # fmt: skip
    assert (await shop.left(code), await shop.money(code)) == ((3, 0), (5000, 2000))
    await balanced(shop.world)


async def test_the_same_key_claims_once_and_is_told_the_same(shop: Shop) -> None:
    """R36."""
    code, key = await shop.offers(stock=5), uuid4()
    first = await shop.claims("anna", code, key=key)
    again = await shop.claims("anna", code, key=key)
    assert (again["replayed"], again["coupon"]) == (True, first["coupon"])
    assert await shop.left(code) == (5, 4)


async def test_what_is_given_out_is_told_with_reads_alone(shop: Shop, sql: Statements) -> None:
    """R31: of a crowd who come too late nobody waits: no lock, no transaction."""
    code = await shop.offers(stock=1)
    await shop.has("anna", code)
    shop.world.now += MINUTE  # a moment ago there was one, and the crowd need not look
    with sql:
        assert await kind(shop, "anna", code) == "CouponsOutOfStock"
    assert not [text for text in sql.texts if "FOR UPDATE" in text or text.startswith("UPDATE")]


async def test_a_claim_is_a_fixed_number_of_statements(shop: Shop, sql: Statements) -> None:
    """However many coupons one has; those of which time has made something are entered by the way."""
    code = await shop.offers(stock=300, budget="10000.00", limit={"times": 100})
    counts: list[int] = []
    for _ in range(6):
        with sql:
            await shop.has("anna", code)
        counts.append(sql.count)
    assert counts[1:] == [counts[1]] * 5
    assert counts[1] <= 20, counts
    (coupon,) = (await shop.mine("anna", first=1))["nodes"]
    shop.world.now = shop.world.now.fromisoformat(coupon["expiresAt"])
    await shop.has("anna", code)
    assert (await shop.mine("anna", states=["EXPIRED"]))["totalCount"] == 6
    await balanced(shop.world)
