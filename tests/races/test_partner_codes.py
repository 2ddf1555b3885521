"""A hundred who take a partner's codes, or bring them, at once, over HTTP: each code is one coupon's. Each race fails
without the lock or condition that decides it (R31). Tried: every pair of `LOSSES`."""

from collections import Counter
from itertools import count
from typing import Any

import pytest

from app.coupons.commands import filling, stock
from app.db import Transaction
from app.offers.commands.stock import Piece
from tests.coupons.shop import Shop, balanced
from tests.coupons.test_partner_codes import adds, code_of, left, pool
from tests.staff.keeping_coupons import asks
from tests.world import World, customer

from .racing import CROWD, Mutant, Race, at_once, fails, unlocked, without_member_lock

NUMBERS = count(1)
LAST = 10
"""K: so many codes there are."""


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def takers(world: World, number: int) -> list[str]:
    subjects = [f"coded-{next(NUMBERS)}" for _ in range(number)]
    await at_once(world.joins(subject) for subject in subjects)
    return subjects


async def the_last_codes_of_a_pool(world: World) -> None:
    """Exactly so many get one, each another."""
    shop, subjects = Shop(world), await takers(world, CROWD)
    codes = {f"code-{next(NUMBERS)}" for _ in range(LAST)}
    code = await pool(shop, *codes, buckets=4)
    answers = await at_once(shop.claims(subject, code) for subject in subjects)
    assert kinds(answers) == {"ClaimCouponSuccess": LAST, "CouponsOutOfStock": CROWD - LAST}
    got = [(subject, answer["coupon"]["id"]) for subject, answer in zip(subjects, answers, strict=True)
           if "coupon" in answer]  # fmt: skip
    assert {await code_of(shop, subject, coupon) for subject, coupon in got} == codes
    assert await left(shop, code) == (0, LAST)
    await balanced(world)


async def a_hundred_bring_the_same_codes_and_each_is_taken_up_once(world: World) -> None:
    """While others take of them, of a pool that nobody has filled before."""
    shop, subjects = Shop(world), await takers(world, CROWD // 4)
    codes, code = [f"code-{next(NUMBERS)}" for _ in range(20)], await pool(shop, buckets=3)
    work = [adds(shop, code, *codes[place % 10 : place % 10 + 10]) for place in range(CROWD)]
    work += [shop.claims(subject, code) for subject in subjects]
    answers = (await at_once(work))[:CROWD]
    assert sum(answer["added"] for answer in answers) == 19
    assert (await left(shop, code))[1] == 19
    await balanced(world)


async def a_code_is_shown_or_given_back(world: World) -> None:
    """R35: of the member who has it shown and staff who revoke the coupon one is first: what was shown stays theirs."""
    shop, (subject,) = Shop(world), await takers(world, 1)
    code = await pool(shop, f"code-{next(NUMBERS)}")
    coupon = await shop.has(subject, code)
    shown = [asks(world, "ShowCouponCode", by=customer(subject), coupon=coupon) for _ in range(CROWD // 2)]
    taken = [asks(world, "RevokeCoupon", coupon=coupon, reason="A mistake.") for _ in range(CROWD // 2)]
    answers = await at_once(each for pair in zip(shown, taken, strict=True) for each in pair)
    found = kinds(answers)
    assert found["RevokeCouponSuccess"] == 1
    assert await left(shop, code) == ((0, 1) if found["ShowCouponCodeSuccess"] else (1, 1))
    await balanced(world)


def pieces_are_read_and_written(patch: pytest.MonkeyPatch) -> None:
    """What is left is read, and one less is written: two have one code."""

    async def taken(tx: Transaction, template_id: Any, bucket: int) -> Piece | None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        where = f"WHERE template_id = '{template_id}' AND bucket = {bucket}"
        row = await raw.fetchrow(f"SELECT left_, taken FROM coupon_stock {where}")
        if row is None or not row["left_"]:
            return None
        await raw.execute(f"UPDATE coupon_stock SET left_ = {row['left_'] - 1}, taken = {row['taken'] + 1} {where}")
        return Piece(bucket, row["taken"] + 1)

    patch.setattr(stock, "_taken", taken)


def without_the_lock_of_the_pool(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(filling, "STOCK", unlocked(filling.STOCK))


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_last_codes_of_a_pool: (pieces_are_read_and_written,),
    a_hundred_bring_the_same_codes_and_each_is_taken_up_once: (without_the_lock_of_the_pool,),
    a_code_is_shown_or_given_back: (without_member_lock,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_condition_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)
