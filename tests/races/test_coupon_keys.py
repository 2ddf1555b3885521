"""A hundred retries at once of one wish about coupons: one thing is done, and all are told the same of it (R36); and a
hundred coupons that one person of support would issue to a member in a day. Tried: every pair of `LOSSES`."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.coupons.templates import template_id
from app.graph.ids import global_id
from app.graph.in_flight import KeysInFlight
from app.staff.commands.coupons import coupons as by_staff
from tests.coupons.shop import CLUB, Shop, balanced
from tests.staff.keeping_coupons import OLGA, SARA, asks, created
from tests.world import World

from .racing import CROWD, Mutant, Race, at_once, fails, rows, without_idempotency_key, without_member_lock
from .test_coupons import without_key

NUMBERS = count(1)
Wish = Callable[[Shop, UUID], Coroutine[Any, Any, Any]]
"""What is asked of a server with a key."""


@dataclass(frozen=True)
class Owned:
    """A member with a coupon."""

    shop: Shop
    subject: str
    member_id: UUID
    code: str
    """Of its template."""
    coupon: str
    order: str


async def owned(world: World) -> Owned:
    shop, number = Shop(world), next(NUMBERS)
    member_id = await world.joins(f"retrying-{number}")
    code = await shop.offers(f"keyed-{number}", stock=1000, budget="9000.00", ways=["CLAIM", "CODE", "GRANT"])
    coupon = await shop.has(f"retrying-{number}", code)
    return Owned(shop, f"retrying-{number}", member_id, code, coupon, f"order-{number}")


async def reserving(of: Owned) -> Wish:
    return lambda shop, key: shop.reserves(of.coupon, of.order, key=key)


async def redeeming(of: Owned) -> Wish:
    await of.shop.reserves(of.coupon, of.order)
    return lambda shop, key: shop.uses(of.coupon, of.order, key=key)


async def releasing(of: Owned) -> Wish:
    await of.shop.reserves(of.coupon, of.order)
    return lambda shop, key: shop.releases(of.coupon, of.order, key=key)


async def returning(of: Owned) -> Wish:
    await of.shop.reserves(of.coupon, of.order)
    await of.shop.uses(of.coupon, of.order)
    return lambda shop, key: shop.returns(of.coupon, of.order, key=key)


async def typing_a_code(of: Owned) -> Wish:
    (typed,) = await of.shop.codes(of.code)
    return lambda shop, key: shop.types(of.subject, typed, key=key)


async def issuing(of: Owned) -> Wish:
    given = member_and_template(of)
    return lambda shop, key: asks(shop.world, "IssueCoupon", by=OLGA, key=key, **given, reason="Late parcel.")


async def revoking(of: Owned) -> Wish:
    return lambda shop, key: asks(shop.world, "RevokeCoupon", by=OLGA, key=key, coupon=of.coupon, reason="A mistake.")


def member_and_template(of: Owned) -> dict[str, Any]:
    template = global_id("couponTemplate", template_id(CLUB, of.code))
    return {"member": global_id("member", of.member_id), "template": template}


STEPS: dict[Callable[[Owned], Awaitable[Wish]], tuple[int, int]] = {
    reserving: (1, 1),
    redeeming: (1, 2),
    releasing: (1, 2),
    returning: (1, 3),
    typing_a_code: (2, 0),
    issuing: (2, 0),
    revoking: (1, 1),
}
"""What is wished, and how many coupons and steps of coupons the member has when it is done."""


async def one_wish_a_hundred_times(world: World, wished: Callable[[Owned], Awaitable[Wish]]) -> None:
    """Each retry reaches another server."""
    of, key = await owned(world), uuid4()
    wish = await wished(of)
    servers = [Shop(replace(world, keys=KeysInFlight())) for _ in range(CROWD)]
    answers = await at_once(wish(server, key) for server in servers)
    assert Counter(answer.pop("replayed", None) for answer in answers) == {False: 1, True: CROWD - 1}
    assert [answer for answer in answers if answer != answers[0]] == []
    assert answers[0]["__typename"].endswith("Success")
    mine = f"member_id = '{of.member_id}'"
    made = [(await rows(world, f"SELECT count(*) FROM {table} WHERE {mine}"))[0][0]
            for table in ("coupons", "coupon_changes")]  # fmt: skip
    assert tuple(made) == STEPS[wished]
    await balanced(world)


async def support_issues_no_more_than_may_be_in_a_day(world: World) -> None:
    """Decision 16: a hundred wishes, each with a key of its own."""
    name = f"unlucky-{next(NUMBERS)}"
    member = global_id("member", await world.joins(name))
    template = (await created(world, name))["id"]
    answers = await at_once(
        asks(world, "IssueCoupon", by=SARA, member=member, template=template, reason="Late parcel.")
        for _ in range(CROWD)
    )
    found = Counter(answer["__typename"] for answer in answers)
    assert found == {"IssueCouponSuccess": 5, "SupportLimitReached": CROWD - 5}
    await balanced(world)


def nobody_counts(patch: pytest.MonkeyPatch) -> None:
    async def none(*_: Any, **__: Any) -> int:
        return 0

    patch.setattr(by_staff, "coupons_issued", none)


RACES: dict[str, Race] = {
    "support issues no more than may be in a day": support_issues_no_more_than_may_be_in_a_day,
    **{wished.__name__: partial(one_wish_a_hundred_times, wished=wished) for wished in STEPS},
}
LOSSES: list[tuple[str, Mutant]] = [
    ("support issues no more than may be in a day", without_member_lock),
    ("support issues no more than may be in a day", nobody_counts),
    *[(wished.__name__, without_key if wished is typing_a_code else without_idempotency_key) for wished in STEPS],
]
"""Each race, and what it cannot do without."""


@pytest.mark.parametrize("race", RACES)
async def test_a_hundred_at_once(crowd: World, race: str) -> None:
    await RACES[race](crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=lambda each: getattr(each, "__name__", each))
async def test_without_its_lock_or_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: str, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(RACES[race], crowd)
