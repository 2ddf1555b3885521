"""Every step from every state of every kind of reward: what goes, and why the others do not (R35)."""

from collections.abc import Callable, Coroutine, Mapping
from itertools import count
from typing import Any

import pytest

from app.errors import Refused
from app.rewards.rules.kinds import RewardKind
from tests.world import World

from .mall import Mall, balanced

NUMBERS = count(1)
PATHS: Mapping[str, tuple[str, ...]] = {
    "goods, confirmed": (),
    "goods, fulfilled": ("fulfil",),
    "goods, canceled": ("cancel",),
    "goods, refunded": ("refund",),
    "waiting, pending": (),
    "waiting, confirmed": ("confirm",),
    "waiting, canceled": ("cancel",),
    "waiting, refunded": ("refund",),
    "voucher, confirmed": (),
    "voucher, fulfilled": ("show",),
    "voucher, canceled": ("cancel",),
    "voucher, refunded unseen": ("refund",),
    "voucher, refunded seen": ("show", "refund"),
}
"""What is redeemed, and the steps that lead there."""
NO_CODE, BY_CODE, BACK = "NO_CODE", "FULFILLED_BY_CODE", "GIVEN_BACK"
CONFIRMED, FULFILLED, SHOWN, NOT_YET = "CONFIRMED_ALREADY", "FULFILLED_ALREADY", "CODE_SHOWN", "NOT_CONFIRMED"
STEPS = ("cancel", "show", "confirm", "fulfil", "refund")
EXPECTED: Mapping[str, tuple[str | None, ...]] = {
    "goods, confirmed": (None, NO_CODE, CONFIRMED, None, None),
    "goods, fulfilled": (FULFILLED, NO_CODE, FULFILLED, FULFILLED, None),
    "goods, canceled": (BACK, NO_CODE, BACK, BACK, BACK),
    "goods, refunded": (BACK, NO_CODE, BACK, BACK, BACK),
    "waiting, pending": (None, NO_CODE, None, NOT_YET, None),
    "waiting, confirmed": (None, NO_CODE, CONFIRMED, None, None),
    "waiting, canceled": (BACK, NO_CODE, BACK, BACK, BACK),
    "waiting, refunded": (BACK, NO_CODE, BACK, BACK, BACK),
    "voucher, confirmed": (None, None, CONFIRMED, BY_CODE, None),
    "voucher, fulfilled": (SHOWN, None, FULFILLED, BY_CODE, None),
    "voucher, canceled": (BACK, BACK, BACK, BY_CODE, BACK),
    "voucher, refunded unseen": (BACK, BACK, BACK, BY_CODE, BACK),
    "voucher, refunded seen": (BACK, BACK, BACK, BY_CODE, BACK),
}
"""For each step, why it cannot be taken; None: it can."""


async def why_not(mall: Mall, step: str, redemption: str) -> str | None:
    if step in ("cancel", "show"):
        answer = await (mall.cancels if step == "cancel" else mall.shows)("anna", redemption)
        return answer.get("why")
    of_staff: Mapping[str, Callable[[str], Coroutine[Any, Any, object]]] = {
        "confirm": mall.confirms,
        "fulfil": mall.fulfils,
        "refund": mall.refunds,
    }
    try:
        await of_staff[step](redemption)
    except Refused as refused:
        return refused.answer.why.name
    return None


async def redeemed(mall: Mall, kind: str) -> str:
    if kind == "voucher":
        reward = await mall.offers(points=1, kind=RewardKind.VOUCHER, codes=[f"CODE-{next(NUMBERS)}"], buckets=1)
    else:
        reward = await mall.offers(points=1, stock=1, buckets=1, is_confirmed_by_staff=kind == "waiting")
    return await mall.redeemed("anna", reward)


@pytest.mark.parametrize("path", PATHS)
async def test_only_what_may_follow_follows(world: World, path: str) -> None:
    """R35: everything else is refused, says why, and changes nothing. Tried: one state more or less in `MAY_FOLLOW`."""
    mall = Mall(world)
    await mall.has("anna", 1000)
    found: list[str | None] = []
    for step in STEPS:
        redemption = await redeemed(mall, path.split(",")[0])
        for led in PATHS[path]:
            assert await why_not(mall, led, redemption) is None
        found.append(await why_not(mall, step, redemption))
    assert tuple(found) == EXPECTED[path]
    await balanced(world)
