"""Coupons of a partner that have a code of the partner's each, of a pool that an operator imports (M12, R31, R41)."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from app.coupons.section import Way
from app.coupons.templates import template_id
from app.graph.ids import global_id
from app.prover import prove
from tests.databases import run
from tests.rewards.mall import Mall
from tests.staff.keeping_coupons import OLGA, SARA, asks, audited, created, errors
from tests.staff.keeping_rewards import tables_with
from tests.world import World, customer

from .shop import CLUB, DAY, Shop, balanced, pair

SECRET = "SECRET-OF-A-PARTNER"
CODES = [f"{SECRET}-{number}" for number in range(5)]
ZOO = {"name": {"zh": "动物园", "en": "The zoo"}, "text": {"zh": "出示", "en": "Show it"}, "codes": True}
PARTNER: dict[str, Any] = {"kind": "PARTNER", "amount": None, "partner": ZOO}
SEE = """query ($id: ID!) { node(id: $id) { ... on Coupon { state partnerCode codeShownAt
  history { nodes { step actor } } } } }"""
LEFT = "query ($id: ID!) { couponTemplate(id: $id) { left total partner { hasCodes } } }"


@pytest.fixture
async def shop(world: World) -> Shop:
    for subject in ("anna", "ben"):
        await world.joins(subject)
    return Shop(world)


async def pool(shop: Shop, *codes: str, **said: Any) -> str:
    """A template of the file whose coupons have these codes."""
    code = await shop.offers(**PARTNER, **said)
    if codes:
        await adds(shop, code, *codes)
    return code


def named(code: str) -> str:
    return global_id("couponTemplate", template_id(CLUB, code))


async def adds(shop: Shop, code: str, *codes: str) -> Any:
    return await asks(shop.world, "AddPartnerCodes", template=named(code), codes=list(codes))


async def shows(shop: Shop, subject: str, coupon: str, **more: Any) -> Any:
    return await asks(shop.world, "ShowCouponCode", by=customer(subject), coupon=coupon, **more)


async def code_of(shop: Shop, subject: str, coupon: str) -> str:
    return (await shows(shop, subject, coupon))["coupon"]["partnerCode"]


async def left(shop: Shop, code: str) -> tuple[int, int]:
    found = (await shop.world.data(LEFT, by=OLGA, id=named(code)))["couponTemplate"]
    assert found["partner"]["hasCodes"] is True
    return found["left"], found["total"]


async def test_there_are_as_many_coupons_as_codes_and_each_has_one(shop: Shop) -> None:
    """R31: none before the first import; the codes of two imports are taken one after the other. Tried: without taking
    the code with the piece, both have none."""
    code = await pool(shop, buckets=2)
    assert (await shop.claims("anna", code))["code"] == "OUT_OF_STOCK"
    assert await left(shop, code) == (0, 0)
    added = await adds(shop, code, *CODES[:2])
    assert (added["added"], added["template"]["left"], added["template"]["total"]) == (2, 2, 2)
    coupons = [await shop.has(subject, code) for subject in ("anna", "ben")]
    assert (await shop.claims("anna", code))["code"] == "OUT_OF_STOCK"
    found = {await code_of(shop, subject, each) for subject, each in zip(("anna", "ben"), coupons, strict=True)}
    assert found == set(CODES[:2])
    await adds(shop, code, CODES[2])
    third = await shop.has("anna", code)
    assert (await code_of(shop, "anna", third), await left(shop, code)) == (CODES[2], (0, 3))
    await balanced(shop.world)


async def test_what_comes_twice_or_was_there_is_counted_and_taken_once(shop: Shop) -> None:
    """Each code once in the program, also if somebody has it by now, whichever template it was sent for."""
    code = await pool(shop, *CODES[:2])
    await shop.has("anna", code)
    added = await adds(shop, code, CODES[0], f" {CODES[1]} ", CODES[2], CODES[2])
    assert (added["added"], added["known"], added["repeated"], await left(shop, code)) == (1, 2, 1, (2, 3))
    other = await adds(shop, await pool(shop), CODES[0], CODES[3])
    assert (other["added"], other["known"]) == (1, 1)
    await balanced(shop.world)


async def test_a_code_is_shown_to_its_member_alone_once_they_ask_for_it(shop: Shop, database_url: str) -> None:
    """R41, R36: staff see its end; it is nowhere but in its pool. Tried: without asking whether it was shown, it is
    listed at once."""
    coupon = await shop.has("anna", await pool(shop, CODES[0]))
    before = (await shop.world.data(SEE, by=customer("anna"), id=coupon))["node"]
    assert (before["partnerCode"], before["codeShownAt"], before["history"]["nodes"]) == (None, None, [])
    key = uuid4()
    answers = [await shows(shop, "anna", coupon, key=each) for each in (key, key, uuid4())]
    assert [(each["replayed"], each["coupon"]["partnerCode"]) for each in answers] == [
        (False, CODES[0]), (True, CODES[0]), (False, CODES[0])
    ]  # fmt: skip
    after = (await shop.world.data(SEE, by=customer("anna"), id=coupon))["node"]
    assert (after["state"], after["codeShownAt"]) == ("ISSUED", shop.world.now)
    assert after["history"]["nodes"] == [{"step": "SHOW_CODE", "actor": "MEMBER"}]
    for viewer in (OLGA, SARA):
        seen = (await shop.world.data(SEE, by=viewer, id=coupon))["node"]["partnerCode"]
        assert SECRET not in seen
        assert seen.endswith(CODES[0][-4:])
    wrong = await errors(shop.world, "ShowCouponCode", by=customer("ben"), coupon=coupon)
    assert wrong == [("BAD_USER_INPUT", "There is no such coupon.")]
    assert await tables_with(database_url, SECRET) == {"partner_codes"}
    (told, *_) = await audited(shop.world)
    assert (told["action"], told["changes"]) == (
        "PARTNER_CODES_ADDED", [{"what": "left", "before": "0", "after": "1"}]
    )  # fmt: skip
    await balanced(shop.world)


async def test_a_code_that_nobody_has_seen_goes_back_and_one_that_was_shown_does_not(shop: Shop) -> None:
    """R35, as vouchers have it. Tried: with the piece back whether the code was shown or not, ben gets anna's."""
    code = await pool(shop, *CODES[:1])
    first = await shop.has("anna", code)
    await shop.revokes(first)
    assert await left(shop, code) == (1, 1)
    second = await shop.has("ben", code)
    assert await code_of(shop, "ben", second) == CODES[0]
    await shop.revokes(second)
    assert await left(shop, code) == (0, 1)
    for subject, coupon, seen in (("anna", first, None), ("ben", second, CODES[0])):
        found = (await shop.world.data(SEE, by=customer(subject), id=coupon))["node"]
        assert (found["state"], found["partnerCode"]) == ("REVOKED", seen)
        assert (await shows(shop, subject, coupon))["why"] == "REVOKED"
    await balanced(shop.world)


async def test_a_code_is_shown_while_the_coupon_can_be_used_and_then_for_good(shop: Shop) -> None:
    """R2, R32: with the reason, where it is not."""
    code, plain = await pool(shop, *CODES), await shop.offers()
    shown, late, busy, none = [await shop.has("anna", each) for each in (code, code, code, plain)]
    await code_of(shop, "anna", shown)
    await shop.reserves(busy)
    begins = datetime.fromisoformat("2026-06-01T00:00:00")
    early = await shop.has("anna", await pool(shop, "JUNE-1", validity={"since": begins, "until": begins + 9 * DAY}))
    refused = [(await shows(shop, "anna", each))["why"] for each in (busy, none, early)]
    assert refused == ["RESERVED_FOR_ANOTHER", "NO_CODE", "NOT_YET_VALID"]
    await shop.uses(busy)
    assert (await shows(shop, "anna", busy))["why"] == "REDEEMED"
    shop.world.now += 40 * DAY
    assert (await shows(shop, "anna", late))["why"] == "EXPIRED"
    again = (await shows(shop, "anna", shown))["coupon"]
    assert (again["state"], again["partnerCode"] in CODES) == ("EXPIRED", True)
    await balanced(shop.world)


async def test_points_come_back_for_a_coupon_until_its_code_is_shown(shop: Shop) -> None:
    """R35: then only staff may take it back, and the code is gone. Tried: cancelled all the same, it is for nothing."""
    mall, paid = Mall(shop.world), shop.world.now - 60 * DAY
    await shop.world.orders("anna", 500, paid=paid, completed=paid)
    code = await pool(shop, CODES[0], ways=["REWARD"])
    reward = await mall.offers(points=100, template=code)
    for goes in (True, False):
        redemption = await mall.redeemed("anna", reward)
        coupon = (await shop.mine("anna"))["nodes"][0]["id"]
        if not goes:
            await code_of(shop, "anna", coupon)
        answer = await mall.cancels("anna", redemption)
        assert answer["__typename"] == ("CancelRedemptionSuccess" if goes else "RedemptionStepNotPossible"), answer
        assert goes or answer["why"] == "CODE_SHOWN"
    await balanced(shop.world)


async def test_an_operators_template_has_codes_of_a_partner_and_no_other_stock(shop: Shop) -> None:
    """Each thing that cannot be, with its reason."""
    world = shop.world
    coded = (await created(world, "coded", **PARTNER))["id"]
    uncoded: dict[str, Any] = PARTNER | {"partner": ZOO | {"codes": False}}
    plain = (await created(world, "plain", **uncoded))["id"]
    asked: dict[str, Any] = {"template": coded, "codes": CODES}
    assert (await asks(world, "AddPartnerCodes", **asked))["template"]["left"] == 5
    assert await errors(world, "AddCouponStock", template=coded, pieces=1) == [
        ("BAD_USER_INPUT", "How many of these coupons there are is how many codes: add codes.")
    ]
    assert await errors(world, "AddPartnerCodes", template=plain, codes=["a"]) == [
        ("BAD_USER_INPUT", "Coupons of this template have no codes of a partner's.")
    ]
    ((code, words),) = await errors(world, "AddPartnerCodes", template=coded, codes=[SECRET, "\x00"])
    assert (code, "Code 2 of those sent" in words, SECRET in words) == ("BAD_USER_INPUT", True, False)
    await asks(world, "RetireCouponTemplate", template=coded)
    assert (await asks(world, "AddPartnerCodes", **asked))["code"] == "COUPON_TEMPLATE_RETIRED"


DISAGREE = {
    "code gone": ("DELETE FROM partner_codes WHERE coupon_id IS NULL", "partner_codes: number should be"),
    "code of nobody": (
        "UPDATE partner_codes SET taken_by = NULL, coupon_id = NULL WHERE coupon_id IS NOT NULL",
        "partner_codes: given is a coupon's, and a coupon's is given (R31), all but",
    ),
    "code of another": (
        "UPDATE partner_codes SET coupon_id = template_id WHERE coupon_id IS NOT NULL",
        "partner_codes: given is a coupon's, and a coupon's is given (R31), all but",
    ),
    "out of the queue": (
        "UPDATE partner_codes SET number = 9 WHERE coupon_id IS NULL",
        "partner_codes.number of those that are free",
    ),
    "shown by nobody": (
        "UPDATE coupons SET code_shown_at = issued_at",
        "coupons.code_shown_at, by its history",
    ),
    "no number": ("UPDATE coupons SET number = NULL", "coupons.number: has a partner's code"),
}
"""What somebody did to a row, and the claim that says so."""


@pytest.mark.parametrize("case", DISAGREE)
async def test_codes_that_are_not_whose_they_should_be_are_told(shop: Shop, case: str) -> None:
    """R31: codes given are coupons issued, one by one."""
    code = await pool(shop, *CODES[:2], buckets=1)
    await shop.has("anna", code)
    await balanced(shop.world)
    sql, what = DISAGREE[case]
    await run(shop.world.database.settings.url, sql)
    proof = await prove(shop.world.database, now=shop.world.now, programs=shop.world.programs)
    told = [str(each) for each in (*proof.mismatches, *proof.coupons.mismatches)]
    assert any(what in each for each in told), told


async def test_a_gift_that_is_undone_gives_its_code_back(shop: Shop) -> None:
    """R15, R31: whatever brought it, and whoever takes it back."""
    code = await pool(shop, CODES[0], ways=["GIFT"])
    member_id, _ = pair(await shop.has("anna", await shop.offers()))
    coupon_id = await shop.gives(member_id, code, way=Way.GIFT)
    await shop.revokes(global_id("coupon", member_id, coupon_id))
    assert await left(shop, code) == (1, 1)
    await balanced(shop.world)
