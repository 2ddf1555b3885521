"""A hundred and more who want coupons, or do something with one, at once, over HTTP. Each race fails without the lock,
key or condition that decides it (R31-R34, R36). Tried: every pair of `LOSSES`."""

import copy
import re
from collections import Counter
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from app.coupons.commands import claiming, issuing, money, stock
from app.db import Transaction
from app.errors import Refused
from app.offers.commands.stock import Piece
from tests.coupons.shop import DAY, MINUTE, Shop, balanced, pair
from tests.world import World

from .racing import CROWD, MUTATION, Mutant, Race, at_once, fails, without_member_lock

NUMBERS = count(1)
LAST = 10
"""K: so many are left of a stock, or a budget is enough for."""


def new(name: str) -> str:
    """A name that no race before had."""
    return f"{name}-{next(NUMBERS)}"


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def takers(world: World, number: int) -> list[str]:
    subjects = [new("taker") for _ in range(number)]
    await at_once(world.joins(subject) for subject in subjects)
    return subjects


async def one(world: World, **said: Any) -> tuple[Shop, str]:
    """A member with a coupon."""
    shop = Shop(world)
    subject = new("owner")
    await world.joins(subject)
    return shop, await shop.has(subject, await shop.offers(new("coupon"), **said))


async def the_last_of_a_stock(world: World) -> None:
    """R31: exactly so many get one."""
    shop, subjects = Shop(world), await takers(world, CROWD)
    code = await shop.offers(new("coupon"), stock=LAST, buckets=4)
    answers = await at_once(shop.claims(subject, code) for subject in subjects)
    assert kinds(answers) == {"ClaimCouponSuccess": LAST, "CouponsOutOfStock": CROWD - LAST}
    assert await shop.left(code) == (LAST, 0)
    await balanced(world)


async def the_last_of_a_budget(world: World) -> None:
    """R31: exactly as many get one as can be paid for; one row."""
    shop, subjects = Shop(world), await takers(world, CROWD)
    code = await shop.offers(new("coupon"), budget=f"{LAST}5.00")  # ten off each, and five left over
    answers = await at_once(shop.claims(subject, code) for subject in subjects)
    assert kinds(answers) == {"ClaimCouponSuccess": LAST, "CouponBudgetUsed": CROWD - LAST}
    assert await shop.money(code) == (LAST * 1000 + 500, 500)
    await balanced(world)


async def a_limit_for_each_member_holds(world: World) -> None:
    """R31: thrice, whatever keys they come with."""
    shop, subject = Shop(world), new("eager")
    await world.joins(subject)
    code = await shop.offers(new("coupon"), limit={"times": 3, "period": "DAY"}, stock=1000)
    answers = await at_once(shop.claims(subject, code) for _ in range(CROWD))
    assert kinds(answers) == {"ClaimCouponSuccess": 3, "CouponLimitReached": CROWD - 3}
    await balanced(world)


async def the_same_key_claims_once(world: World) -> None:
    """R36: all are told of the same coupon."""
    shop, subject, key = Shop(world), new("retrying"), uuid4()
    await world.joins(subject)
    code = await shop.offers(new("coupon"), stock=1000)
    answers = await at_once(shop.claims(subject, code, key=key) for _ in range(CROWD))
    assert len({answer["coupon"]["id"] for answer in answers}) == 1
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert await shop.left(code) == (1000, 999)
    await balanced(world)


async def a_code_is_used_by_one(world: World) -> None:
    """R31: by whoever is first; all others are told that it is not valid."""
    shop, subjects = Shop(world), await takers(world, CROWD)
    code = await shop.offers(new("coupon"), ways=["CODE"])
    (typed,) = await shop.codes(code)
    answers = await at_once(shop.types(subject, typed) for subject in subjects)
    assert kinds(answers) == {"RedeemCouponCodeSuccess": 1, "CouponCodeNotValid": CROWD - 1}
    await balanced(world)


async def a_coupon_is_reserved_for_one_order(world: World) -> None:
    """R33: of a hundred orders."""
    shop, coupon = await one(world)
    orders = [new("order") for _ in range(CROWD)]
    answers = await at_once(shop.reserves(coupon, order) for order in orders)
    assert kinds(answers) == {"ReserveCouponSuccess": 1, "CouponStepNotPossible": CROWD - 1}
    assert {answer["why"] for answer in answers if "why" in answer} == {"RESERVED_FOR_ANOTHER"}
    await balanced(world)


async def one_of_a_group_is_for_an_order(world: World) -> None:
    """R34: of a hundred coupons of one member, of two templates of a group."""
    shop, subject, order = Shop(world), new("collector"), new("order")
    await world.joins(subject)
    codes = [await shop.offers(new("coupon"), stacking_group="money") for _ in range(2)]
    coupons = [await shop.has(subject, codes[number % 2]) for number in range(CROWD)]
    answers = await at_once(shop.reserves(coupon, order) for coupon in coupons)
    assert kinds(answers) == {"ReserveCouponSuccess": 1, "CouponStepNotPossible": CROWD - 1}
    assert {answer["why"] for answer in answers if "why" in answer} == {"GROUP_USED"}
    await balanced(world)


async def a_coupon_is_used_once(world: World) -> None:
    """R32: with a hundred keys."""
    shop, coupon = await one(world, budget="100.00")
    await shop.reserves(coupon)
    answers = await at_once(shop.uses(coupon) for _ in range(CROWD))
    assert kinds(answers) == {"RedeemCouponSuccess": 1, "CouponStepNotPossible": CROWD - 1}
    await balanced(world)


async def it_is_used_or_revoked(world: World) -> None:
    """R32: of the order system and staff one is first, and the other is told."""
    shop, coupon = await one(world, stock=5, budget="100.00")
    await shop.reserves(coupon)
    work = [shop.uses(coupon) for _ in range(CROWD // 2)] + [_revoked(shop, coupon) for _ in range(CROWD // 2)]
    answers = await at_once(work)
    used = kinds(answers[: CROWD // 2])["RedeemCouponSuccess"]
    assert used + sum(answers[CROWD // 2 :]) == 1
    await balanced(world)


async def it_is_given_back_once_while_another_order_wants_it(world: World) -> None:
    """R32: so it is reserved once more at most."""
    shop, coupon = await one(world, budget="100.00")
    await shop.reserves(coupon)
    await shop.uses(coupon)
    work = [shop.returns(coupon) for _ in range(CROWD // 2)]
    work += [shop.reserves(coupon, new("order")) for _ in range(CROWD // 2)]
    answers = await at_once(work)
    assert kinds(answers[: CROWD // 2])["ReturnCouponSuccess"] == 1
    assert kinds(answers[CROWD // 2 :])["ReserveCouponSuccess"] <= 1
    await balanced(world)


async def what_is_due_is_entered_once(world: World) -> None:
    """R2: the reservation has timed out: many enter it at once, and one of the orders that want it gets it."""
    shop, coupon = await one(world, budget="100.00", stock=3)
    await shop.reserves(coupon)
    world.now += 30 * MINUTE
    member_id, _ = pair(coupon)
    work = [shop.reserves(coupon, new("order")) for _ in range(CROWD // 2)]
    work += [shop.settles(member_id) for _ in range(CROWD // 2)]
    answers = await at_once(work)
    assert kinds(answers[: CROWD // 2])["ReserveCouponSuccess"] == 1
    await balanced(world)
    world.now += 40 * DAY
    await at_once(shop.settles(member_id) for _ in range(CROWD))
    await balanced(world)


async def several_budgets_are_moved_in_no_circle(world: World) -> None:
    """R31: members whose coupons of two templates have expired claim either: money comes back to both budgets, and is
    taken from one; nobody waits so long for somebody who waits for them that it is given up."""
    shop, subjects = Shop(world), await takers(world, 50)
    codes = [await shop.offers(new("coupon"), budget="1000.00", validity={"days": 1}) for _ in range(2)]
    for code in codes:
        await at_once(shop.claims(subject, code) for subject in subjects)
    world.now += 3 * DAY
    work = [shop.claims(subject, codes[place % 2]) for place, subject in enumerate(subjects * 2)]
    assert kinds(await at_once(work)) == {"ClaimCouponSuccess": CROWD}
    await balanced(world)


async def _revoked(shop: Shop, coupon: str) -> bool:
    try:
        await shop.revokes(coupon)
    except Refused:
        return False
    return True


def without(name: str, module: Any, condition: str) -> Mutant:
    """A statement without the condition that decides it."""

    def mutate(patch: pytest.MonkeyPatch) -> None:
        mutant = copy.copy(getattr(module, name))
        mutant.sql, number = re.subn(condition, "", mutant.sql)
        assert number == 1
        patch.setattr(module, name, mutant)

    mutate.__name__ = f"without_condition_of_{name}"
    return mutate


STOCK_CONDITION = without("TAKE", stock, r" AND coupon_stock.left_ > 0")
MONEY_CONDITION = without("TAKE_MONEY", money, r" AND coupon_budgets.left_ >= \$\d+(::\w+)?")
CODE_CONDITION = without("TAKE_CODE", claiming, r" AND coupon_codes.taken_by IS NULL")


def stock_is_read_and_written(patch: pytest.MonkeyPatch) -> None:
    """What is left is read, and one less is written."""

    async def taken(tx: Transaction, template_id: Any, bucket: int) -> Piece | None:
        where = f"WHERE template_id = '{template_id}' AND bucket = {bucket}"
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        row = await raw.fetchrow(f"SELECT left_, taken FROM coupon_stock {where}")
        if row is None or not row["left_"]:
            return None
        await raw.execute(f"UPDATE coupon_stock SET left_ = {row['left_'] - 1}, taken = {row['taken'] + 1} {where}")
        return Piece(bucket, row["taken"] + 1)

    patch.setattr(stock, "_taken", taken)


def budget_is_read_and_written(patch: pytest.MonkeyPatch) -> None:
    async def aside(tx: Transaction, template: Any) -> None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        where = f"WHERE template_id = '{template.id}'"
        row = await raw.fetchrow(f"SELECT left_ FROM coupon_budgets {where}")
        if row is None:
            await money.fill_budget(tx, template)
            row = await raw.fetchrow(f"SELECT left_ FROM coupon_budgets {where}")
        if row["left_"] < template.face:
            raise Refused(money.CouponBudgetUsed(template.program, template.code))
        await raw.execute(f"UPDATE coupon_budgets SET left_ = {row['left_'] - template.face} {where}")

    patch.setattr(money, "_set_aside", aside)


def in_whatever_order(patch: pytest.MonkeyPatch) -> None:
    """Money is moved in the order in which one comes to it: what is taken first, then what comes back."""
    ours = issuing.move_money

    async def moved(tx: Transaction, freed: Any, *, template: Any = None, now: Any) -> None:
        if template is not None:
            await ours(tx, {}, template=template, now=now)
        for key in freed:
            await ours(tx, {key: freed[key]}, now=now)
            await tx.flush()

    patch.setattr(issuing, "move_money", moved)


def without_key(patch: pytest.MonkeyPatch) -> None:
    """No key is looked for, and none is kept."""

    def nothing(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(MUTATION, "outcome_of", nothing)
    patch.setattr(MUTATION, "keep", nothing)


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_last_of_a_stock: (STOCK_CONDITION, stock_is_read_and_written),
    the_last_of_a_budget: (MONEY_CONDITION, budget_is_read_and_written),
    a_limit_for_each_member_holds: (without_member_lock,),
    the_same_key_claims_once: (without_key,),
    a_code_is_used_by_one: (CODE_CONDITION,),
    a_coupon_is_reserved_for_one_order: (without_member_lock,),
    one_of_a_group_is_for_an_order: (without_member_lock,),
    a_coupon_is_used_once: (without_member_lock,),
    it_is_used_or_revoked: (without_member_lock,),
    it_is_given_back_once_while_another_order_wants_it: (without_member_lock,),
    what_is_due_is_entered_once: (without_member_lock,),
    several_budgets_are_moved_in_no_circle: (in_whatever_order,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_key_or_condition_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)
