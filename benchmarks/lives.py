"""Members with a year behind them, whose page is full: orders, points held and spent, check-ins, coupons."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.db import Settings
from app.graph import Role, Viewer

from . import crowd
from .numbers import FIRST_PROGRAM, Group, code_of
from .product import ISSUER, SHOP, Product, product, publish_copies, viewer_of

PROGRAM = code_of(FIRST_PROGRAM)
OPERATOR = Viewer(Role.OPERATOR, ISSUER, "operator", programs=frozenset((PROGRAM,)))
CHECKOUT = replace(SHOP, programs=frozenset((PROGRAM,)), scopes=frozenset(("facts:write", "points:hold")))
ONE_DAY = timedelta(days=1)
PUBLISHED = timedelta(days=300)
SPENT = (1_200, 3_300, 8_400, 9_900, 21_000, 26_000, 52_000, 61_000)
"""Yuan of all orders of each who lives: of V2 to V6, most of whom have benefits."""
ORDERS = (250, 200, 150, 100)
"""Days ago."""
HOLDS, CHECK_INS = 16, 10
"""Each hold is two entries of the ledger, a check-in one, an order two: 50 together."""
ENTRIES = 2 * len(ORDERS) + 2 * HOLDS + CHECK_INS
COUPONS = 10

CREATE = """mutation Create($input: CreateCouponTemplateInput!) { createCouponTemplate(input: $input) {
  ... on CreateCouponTemplateSuccess { template { code } } } }"""
CLAIM = """mutation Claim($input: ClaimCouponInput!) { claimCoupon(input: $input) {
  ... on ClaimCouponSuccess { coupon { state } } } }"""
PLACE = """mutation Place($input: PlaceHoldInput!) { placeHold(input: $input) {
  ... on PlaceHoldSuccess { hold { id } } } }"""
CAPTURE = """mutation Capture($input: CaptureHoldInput!) { captureHold(input: $input) {
  ... on CaptureHoldSuccess { hold { state } } } }"""


async def fill(url: str, group: Group) -> None:
    """Have the members of the group in the database, copies of a few who live through the product."""
    now = clock.now()
    await publish_copies(Settings(url), [FIRST_PROGRAM], now=now - PUBLISHED)
    async with product(Settings(url)) as filling:
        for number in range(COUPONS):
            await _offer(filling, number, now=now - PUBLISHED + ONE_DAY)
    async with product(Settings(url)) as filling:  # which knows of them
        for member in crowd.TEMPLATES:
            await _live(filling, member, now=now)
    await crowd.copy(url, group, 1, of=PROGRAM, now=now, index_after=True)


async def _offer(filling: Product, number: int, *, now: datetime) -> None:
    """A coupon template with nothing that runs out."""
    said = {
        **_keyed(),
        "code": _coupon(number),
        "kind": "THRESHOLD",
        "name": {"zh": f"满减券 {number}", "en": f"{number + 1} off from {10 * (number + 1)}"},
        "amount": f"{number + 1}.00",
        "threshold": f"{10 * (number + 1)}.00",
        "validity": {"days": 360},
        "ways": ["CLAIM"],
    }
    done = await filling.ask(CREATE, {"input": said}, by=OPERATOR, now=now)
    _check(done, {"createCouponTemplate": {"template": {"code": _coupon(number)}}})


async def _live(filling: Product, member: int, *, now: datetime) -> None:
    """From 250 days ago until now. Half of them have checked in today."""
    place = member % len(SPENT)
    for number, days in enumerate(ORDERS):
        await _order(filling, member, number, yuan=SPENT[place] // len(ORDERS), now=now - days * ONE_DAY)
    for number in range(HOLDS):
        await _spend(filling, member, now=now - (90 - 2 * number) * ONE_DAY)
    for number in range(COUPONS):
        await _claim(filling, member, _coupon(number), now=now - (50 - number) * ONE_DAY)
    today = member % 2
    for days in reversed(range(1 - today, 1 - today + 3 * CHECK_INS, 3)):
        await _check_in(filling, member, now=now - days * ONE_DAY)


async def _order(filling: Product, member: int, number: int, *, yuan: int, now: datetime) -> None:
    order = {
        "program": PROGRAM,
        "order": f"order-{number}-of-{member}",
        "currency": "CNY",
        "customer": {"issuer": ISSUER, "subject": viewer_of(member).subject},
        "paidAt": now.isoformat(),
        "completedAt": (now + 10 * ONE_DAY).isoformat(),
        "lines": [{"quantity": 1, "amount": str(yuan)}],
    }
    await filling.ask(crowd.ORDER, {"input": order}, by=CHECKOUT, now=now + 10 * ONE_DAY)


async def _spend(filling: Product, member: int, *, now: datetime) -> None:
    customer = {"issuer": ISSUER, "subject": viewer_of(member).subject}
    placed = {**_keyed(), "program": PROGRAM, "customer": customer, "points": 20}
    done = await filling.ask(PLACE, {"input": placed}, by=CHECKOUT, now=now)
    captured = {**_keyed(program=False), "hold": done["placeHold"]["hold"]["id"]}
    done = await filling.ask(CAPTURE, {"input": captured}, by=CHECKOUT, now=now + timedelta(minutes=1))
    _check(done, {"captureHold": {"hold": {"state": "CAPTURED"}}})


async def _claim(filling: Product, member: int, template: str, *, now: datetime) -> None:
    done = await filling.ask(CLAIM, {"input": {**_keyed(), "template": template}}, by=viewer_of(member), now=now)
    _check(done, {"claimCoupon": {"coupon": {"state": "ISSUED"}}})


async def _check_in(filling: Product, member: int, *, now: datetime) -> None:
    done = await filling.ask(crowd.CHECK_IN, {"input": _keyed()}, by=viewer_of(member), now=now)
    _check(done, {"checkIn": {"checkIn": {"streak": 1}}})


def _coupon(number: int) -> str:
    return f"benchmark-{number}"


def _keyed(*, program: bool = True) -> dict[str, Any]:
    """What each wish has."""
    return {"idempotencyKey": str(clock.new_id()), **({"program": PROGRAM} if program else {})}


def _check(done: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    if done != wanted:
        raise ValueError(f"Who lives did not come through: {done} instead of {wanted}")
