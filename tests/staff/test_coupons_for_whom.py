"""Whom coupons for many and codes are for: not who asked for them, and nobody goes without for what others try."""

from typing import Any

import pytest

from app.coupons.commands import templates
from app.coupons.templates import templates_now
from app.graph.ids import global_id
from app.programs.rules import SPREAD
from tests.coupons.shop import FILE
from tests.programs.trying import pair
from tests.staff.keeping_coupons import CLUB, NAME, OLGA, OTTO, WHY, asks, created, errors, job, passes, read, works
from tests.world import World, customer

TRIED = """
[[coupons.templates]]
code = "spring"
kind = "CASH"
name = { zh = "红包", en = "Ten off" }
amount = "10.00"
validity = { days = 30 }
ways = ["GRANT"]
"""
COUNT = """query ($m: ID!) { member(id: $m) { coupons(first: 5) { totalCount } } }"""


async def many(world: World, template: str) -> Any:
    """What came of a job for all."""
    answer = await asks(world, "IssueCoupons", template=template, filter={}, reason=WHY)
    await works(world)
    return await job(world, answer["job"]["id"])


async def test_nobody_has_coupons_made_for_themselves(world: World) -> None:
    """Threats, staff: as a coupon that one gives, so one for all, and codes that one had made; another's are as good as
    anybody's. Told as any code that brings nothing (R43). Tried: without looking who asked, olga has two."""
    for who in ("anna", "olga"):
        await world.joins(who)
    template = await created(world)
    told = await many(world, template["id"])
    assert (told["state"], told["done"], told["issued"], told["refused"]) == ("DONE", 2, 1, 1)
    made: dict[str, list[str]] = {}
    for by in (OLGA, OTTO):
        asked = await asks(world, "CreateCouponCodes", by=by, template=template["id"], count=2, reason=WHY)
        await works(world)
        made[by.subject] = await read(world, asked["job"]["id"])
    own, others = made["olga"][0], made["otto"][0]
    refused = await asks(world, "RedeemCouponCode", by=customer("olga"), code=own)
    assert refused["code"] == "COUPON_CODE_NOT_VALID"
    for who, code in (("anna", own), ("olga", others)):
        assert (await asks(world, "RedeemCouponCode", by=customer(who), code=code))["coupon"]["way"] == "CODE"


async def test_what_is_over_where_something_is_tried_is_not_over_for_the_others(world: World) -> None:
    """R20, R31: whoever is not given one is counted as refused."""
    await world.publishes(FILE + TRIED)
    (_, inside), (_, outside) = await pair(world, CLUB)
    world.now += SPREAD
    await world.publishes(FILE, share=50)
    world.now += SPREAD
    shown = {each.code: each for each in templates_now(world.programs, CLUB, now=world.now)}
    told = await many(world, global_id("couponTemplate", shown["spring"].id))
    assert (told["state"], told["problem"], told["issued"] + told["refused"]) == ("DONE", None, told["total"])
    numbers = [(await world.data(COUNT, by=OLGA, m=global_id("member", each)))["member"]["coupons"]["totalCount"]
               for each in (inside, outside)]  # fmt: skip
    assert numbers == [0, 1]


async def test_a_program_has_so_many_templates_of_operators_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 4: every process holds them. What is retired does not count. Each is found by its id."""
    monkeypatch.setattr(templates, "MOST_TEMPLATES", 2)
    made = [await created(world, code) for code in ("one", "two")]
    asked: dict[str, Any] = {"program": CLUB, "kind": "CASH", "name": NAME, "amount": "1.00", "validity": {"days": 1}}
    ((code, words),) = await errors(world, "CreateCouponTemplate", code="three", **asked)
    assert (code, "at most 2 templates" in words) == ("BAD_USER_INPUT", True)
    await asks(world, "RetireCouponTemplate", template=made[0]["id"])
    await passes(world)
    assert (await created(world, "three"))["code"] == "three"
    assert (await errors(world, "CreateCouponTemplate", code="four", **asked))[0][0] == "BAD_USER_INPUT"
