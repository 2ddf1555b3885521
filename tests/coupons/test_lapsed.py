"""Coupons whose time has passed and that nobody has settled yet: their money is the budget's again, and the job that
brings it back is held up by nobody (R2, R31). And attempts on codes, by key and program."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import jobs
from app.coupons.commands.giving import give
from app.coupons.templates import template_by_code
from app.db import Transaction
from app.graph import Role
from app.jobs import NotSettled, settle_coupons
from app.members.commands import lock_member
from tests.databases import run
from tests.world import World, customer, staff

from .shop import CLUB, DAY, Shop, balanced, pair, wish

HELD: Any = None
OPERATOR = staff(Role.OPERATOR, CLUB)


@pytest.fixture
async def shop(world: World) -> Shop:
    for subject in ("anna", "bella", "cleo"):
        await world.joins(subject)
    return Shop(world)


async def test_money_of_lapsed_coupons_is_waited_for_and_never_refused(shop: Shop) -> None:
    """R2, R36: no rule waits for a job, so who comes before it is told to try again, and nothing is kept of that: the
    same key has the coupon a moment later. Until its end a coupon's money is nobody else's. Tried: without looking for
    what has lapsed, the refusal is kept and told for good."""
    code = await shop.offers(amount="50.00", budget="50.00", validity={"days": 1})
    used = await shop.has("anna", code)
    await shop.reserves(used)
    key = uuid4()
    assert (await shop.claims("bella", code))["code"] == "COUPON_BUDGET_USED"
    shop.world.now += DAY / 2
    assert (await shop.claims("bella", code))["code"] == "COUPON_BUDGET_USED"  # it is reserved, or was
    shop.world.now += DAY
    fault, words = await shop.fault(customer("bella"), "ClaimCoupon", claim=wish(key, template=code))
    assert (fault, words[:29]) == ("OVERLOADED", "Money of coupons that have ex")
    listed = await shop.asks(customer("bella"), "ClaimableCoupons", program=CLUB)
    assert {each["code"]: each["forMe"]["isClaimable"] for each in listed["nodes"]}[code]
    await settle_coupons(shop.world.database, now=shop.world.now, held=HELD)
    assert (await shop.claims("bella", code, key=key))["__typename"] == "ClaimCouponSuccess"
    assert (await shop.claims("cleo", code))["code"] == "COUPON_BUDGET_USED"
    await balanced(shop.world)


BUDGETS = f"""{{ couponTemplates(program: "{CLUB}", first: 100) {{ nodes {{ code budgetLeft {{ amount }} }} }} }}"""


async def test_an_operator_sees_what_lapsed_as_left_before_and_after_it_is_settled(shop: Shop) -> None:
    """R2, R31: of what was used only what it did not take off comes back, at its end; of what was not, all. Tried:
    without what has lapsed, 40.00 is said; with all that the used one has set aside, 190.00."""
    code = await shop.offers(
        kind="PERCENTAGE", amount=None, off=10, most="50.00", budget="190.00", validity={"days": 1}
    )
    used, reserved, _ = [await shop.has(subject, code) for subject in ("anna", "bella", "cleo")]
    await shop.reserves(used)  # 10.00 of 100.00
    await shop.uses(used)
    await shop.reserves(reserved)

    async def left() -> str:
        found = await shop.world.data(BUDGETS, by=OPERATOR)
        ((told,),) = [each["budgetLeft"].values() for each in found["couponTemplates"]["nodes"] if each["code"] == code]
        return told

    assert await left() == "40.00"
    shop.world.now += 2 * DAY
    assert await left() == "180.00"
    await settle_coupons(shop.world.database, now=shop.world.now, held=HELD)
    assert (await left(), await shop.money(code)) == ("180.00", (19_000, 18_000))


async def test_a_gift_does_not_hold_up_what_it_is_for(shop: Shop) -> None:
    """Decision 34: of a coupon whose money is not there in this minute nothing comes; what else is done is done."""
    code = await shop.offers(amount="50.00", budget="50.00", validity={"days": 1}, ways=["CLAIM", "GIFT"])
    await shop.has("anna", code)
    shop.world.now += 2 * DAY
    bella = await shop.world.joins("dora")
    async with shop.world.database.transaction() as tx:
        assert await _given(tx, shop, bella, code) is None
    assert await _missed(shop) == ["BUDGET_AWAITED"]


async def test_why_a_gift_brings_no_coupon_is_written_whatever_it_is(shop: Shop) -> None:
    """Decision 34. Why nothing is left is tried with gifts for tiers."""
    member_id = await shop.world.joins("dora")
    over = datetime.fromisoformat("2026-01-02T00:00:00")
    ended = await shop.offers(ways=["GIFT"], validity={"since": over - DAY, "until": over})
    for code in (await shop.offers(ways=["CLAIM"]), ended, "no-such-template"):
        async with shop.world.database.transaction() as tx:
            assert await _given(tx, shop, member_id, code) is None
    assert await _missed(shop) == ["NOT_A_GIFT", "OFFER_CLOSED", "NO_TEMPLATE"]


async def _missed(shop: Shop) -> list[str]:
    return [
        row["why"] for row in await run(shop.world.database.settings.url, "SELECT why FROM coupons_missed ORDER BY id")
    ]


async def _given(tx: Transaction, shop: Shop, member_id: UUID, code: str) -> UUID | None:
    member = await lock_member(tx, member_id=member_id)
    template = template_by_code(shop.world.programs, CLUB, code, now=shop.world.now)
    return await give(tx, member=member, template=template, cause_id=uuid4(), rule="gift", now=shop.world.now)


async def test_who_has_much_due_and_cannot_be_settled_holds_up_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: rows are looked at, and members settled: those who could not be are left out."""
    code = await shop.offers(validity={"days": 1}, ways=["CLAIM", "GIFT"])
    ill = await shop.world.joins("ill")
    for _ in range(4):
        await shop.gives(ill, code)
    coupon = await shop.has("anna", code)
    settle: Callable[..., Awaitable[object]] = jobs.settle_coupons_of

    async def fails(tx: Transaction, *, member_id: UUID, now: Any) -> object:
        if member_id == ill:
            raise LookupError
        return await settle(tx, member_id=member_id, now=now)

    monkeypatch.setattr(jobs, "settle_coupons_of", fails)
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    shop.world.now += 2 * DAY
    with pytest.raises(NotSettled):
        await settle_coupons(shop.world.database, now=shop.world.now, held=HELD)
    member_id, coupon_id = pair(coupon)
    sql = f"SELECT state FROM coupons WHERE member_id = '{member_id}' AND id = '{coupon_id}'"
    assert [row["state"] for row in await run(shop.world.database.settings.url, sql)] == ["EXPIRED"]


async def test_the_same_key_in_another_program_is_another_attempt(shop: Shop) -> None:
    """R43: it tries a code of its own there, member or not."""
    keys = [uuid4() for _ in range(5)]
    for program in (CLUB, "brand-standard"):
        for key in keys * 2:
            redeem = wish(key, code="no-such-code", program=program)
            answer = await shop.asks(customer("anna"), "RedeemCouponCode", redeem=redeem)
            assert answer["__typename"] in ("CouponCodeNotValid", "NotAMember")
    fault, _ = await shop.fault(customer("anna"), "RedeemCouponCode", redeem=wish(None, code="one-more"))
    assert fault == "RATE_LIMITED"
