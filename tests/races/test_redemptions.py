"""A hundred and more who redeem at once, over HTTP. Each race fails without the lock, key or condition that decides it
(R31, R35, R36). Tried: every pair of `LOSSES`."""

import copy
import re
from collections import Counter
from collections.abc import Coroutine
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.db import Transaction
from app.errors import Refused
from app.points.section import Period
from app.rewards.commands import stock
from app.rewards.commands.stock import Piece
from app.rewards.queries import redemptions as queries
from app.rewards.rules.kinds import RewardKind
from app.rewards.rules.offering import Limit
from tests.databases import run
from tests.rewards.mall import Mall, pair
from tests.rewards.mall import stock as stock_of
from tests.world import World

from .racing import (
    CROWD,
    MUTATION,
    Mutant,
    Race,
    any_free_code_is_taken,
    at_once,
    balanced,
    fails,
    rows,
    without_member_lock,
)

NUMBERS = count(1)
TAKERS, LAST = 200, 10
"""N and K: so many want the last of a stock."""


def new(name: str) -> str:
    """A name that no race before had."""
    return f"{name}-{next(NUMBERS)}"


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def takers(mall: Mall, number: int) -> list[str]:
    """Members who have enough for anything."""
    subjects = [new("taker") for _ in range(number)]
    await at_once(mall.has(subject, 1000) for subject in subjects)
    return subjects


async def the_last_of_a_stock(world: World) -> None:
    """R31: exactly so many get it, and all others are told that nothing is left."""
    mall = Mall(world)
    subjects = await takers(mall, CROWD)
    cup = await mall.offers(points=10, stock=LAST)
    answers = await at_once(mall.redeems(subject, cup) for subject in subjects * (TAKERS // CROWD))
    assert kinds(answers) == {"RedeemRewardSuccess": LAST, "OutOfStock": TAKERS - LAST}
    assert await stock_of(world, cup) == (LAST, 0)
    await balanced(world)


async def the_last_codes_of_a_pool(world: World) -> None:
    """R31: each code has one taker."""
    mall = Mall(world)
    subjects = await takers(mall, CROWD)
    codes = {new("CODE") for _ in range(LAST)}
    voucher = await mall.offers(points=10, kind=RewardKind.VOUCHER, codes=codes, buckets=3)
    answers = await at_once(mall.redeems(subject, voucher) for subject in subjects)
    assert kinds(answers) == {"RedeemRewardSuccess": LAST, "OutOfStock": CROWD - LAST}
    took = [(who, answer["redemption"]["id"]) for who, answer in zip(subjects, answers, strict=True)
            if answer["__typename"] == "RedeemRewardSuccess"]  # fmt: skip
    shown = await at_once(mall.shows(*each) for each in took)
    assert {each["redemption"]["voucherCode"] for each in shown} == codes
    await balanced(world)


async def what_comes_back_is_taken_again(world: World) -> None:
    """R31: some cancel while others want it; nothing is lost, and nothing is there twice."""
    mall = Mall(world)
    subjects = await takers(mall, CROWD)
    voucher = await mall.offers(points=10, kind=RewardKind.VOUCHER, codes=[new("CODE") for _ in range(20)], buckets=2)
    first = [(who, await mall.redeemed(who, voucher)) for who in subjects[:20]]
    work: list[Coroutine[Any, Any, Any]] = [mall.cancels(*each) for each in first]
    work += [mall.redeems(subject, voucher) for subject in subjects[20:]]
    answers = await at_once(work)
    assert kinds(answers[:20]) == {"CancelRedemptionSuccess": 20}
    taken = kinds(answers[20:])["RedeemRewardSuccess"]
    assert await stock_of(world, voucher) == (20, 20 - taken)
    await balanced(world)


async def a_limit_for_each_member_holds(world: World) -> None:
    """R31: thrice a day, whatever keys they come with."""
    mall, subject = Mall(world), new("eager")
    await mall.has(subject, 100_000)
    cup = await mall.offers(points=10, stock=1000, limit=Limit(3, Period.DAY))
    answers = await at_once(mall.redeems(subject, cup) for _ in range(CROWD))
    assert kinds(answers) == {"RedeemRewardSuccess": 3, "RedemptionLimitReached": CROWD - 3}
    await balanced(world)


async def points_are_spent_once(world: World) -> None:
    """R8, R35: enough for three."""
    mall, subject = Mall(world), new("poor")
    await mall.has(subject, 35)
    cups = [await mall.offers(points=10, stock=1000) for _ in range(4)]
    answers = await at_once(mall.redeems(subject, cups[turn % 4]) for turn in range(CROWD))
    assert kinds(answers) == {"RedeemRewardSuccess": 3, "NotEnoughPoints": CROWD - 3}
    await balanced(world)


async def the_same_key_redeems_once(world: World) -> None:
    """R36: a hundred retries at once are one redemption, and all are told of it."""
    mall, subject, key = Mall(world), new("nervous"), uuid4()
    await mall.has(subject, 10_000)
    cup = await mall.offers(points=10, stock=1000)
    answers = await at_once(mall.redeems(subject, cup, key=key) for _ in range(CROWD))
    assert len({answer["redemption"]["id"] for answer in answers}) == 1
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert await stock_of(world, cup) == (1000, 999)
    await balanced(world)


async def the_same_key_cancels_and_shows_once(world: World) -> None:
    """R36: likewise for what becomes of it."""
    mall, subject = Mall(world), new("nervous")
    await mall.has(subject, 10_000)
    cup = await mall.offers(points=10, stock=1)
    voucher = await mall.offers(points=10, kind=RewardKind.VOUCHER, codes=[new("CODE")])
    cancelled, shown = await mall.redeemed(subject, cup), await mall.redeemed(subject, voucher)
    keys = uuid4(), uuid4()
    answers = await at_once(mall.cancels(subject, cancelled, key=keys[0]) for _ in range(CROWD))
    answers += await at_once(mall.shows(subject, shown, key=keys[1]) for _ in range(CROWD))
    assert kinds(answers) == {"CancelRedemptionSuccess": CROWD, "ShowVoucherCodeSuccess": CROWD}
    assert Counter(answer["replayed"] for answer in answers) == {False: 2, True: 2 * CROWD - 2}
    assert await stock_of(world, cup) == (1, 1)
    await balanced(world)


async def one_cancels_once(world: World) -> None:
    """R35: with a hundred keys; points and stock come back once."""
    mall, subject = Mall(world), new("undecided")
    await mall.has(subject, 100)
    cup = await mall.offers(points=100, stock=5)
    redemption = await mall.redeemed(subject, cup)
    answers = await at_once(mall.cancels(subject, redemption) for _ in range(CROWD))
    assert kinds(answers) == {"CancelRedemptionSuccess": 1, "RedemptionStepNotPossible": CROWD - 1}
    assert (await mall.mine(subject))["points"] == {"available": 100}
    assert await stock_of(world, cup) == (5, 5)
    await balanced(world)


async def it_is_sent_or_cancelled(world: World) -> None:
    """R35: staff fulfil it while the member cancels: one of both, never both."""
    mall, subject = Mall(world), new("late")
    await mall.has(subject, 100)
    cup = await mall.offers(points=100, stock=5)
    redemption = await mall.redeemed(subject, cup)
    done = await at_once([
        *(mall.cancels(subject, redemption) for _ in range(CROWD // 2)),
        *(_tried(mall.fulfils(redemption)) for _ in range(CROWD // 2)),
    ])  # fmt: skip
    cancelled = kinds(done[: CROWD // 2])["CancelRedemptionSuccess"]
    assert cancelled + sum(done[CROWD // 2 :]) == 1
    await _ended(mall, redemption, "CANCELED" if cancelled else "FULFILLED")


async def it_is_confirmed_and_given_back_once(world: World) -> None:
    """R35: staff confirm it while they, and the member, take it back: that happens once, and nothing comes after it."""
    mall, subject = Mall(world), new("waiting")
    await mall.has(subject, 100)
    cup = await mall.offers(points=100, stock=5, is_confirmed_by_staff=True)
    redemption = await mall.redeemed(subject, cup)
    third = CROWD // 3
    done = await at_once([
        *(mall.cancels(subject, redemption) for _ in range(CROWD - 2 * third)),
        *(_tried(step(redemption)) for _ in range(third) for step in (mall.confirms, mall.refunds)),
    ])  # fmt: skip
    cancelled = kinds(done[: CROWD - 2 * third])["CancelRedemptionSuccess"]
    confirmed, refunded = (sum(done[CROWD - 2 * third + place :: 2]) for place in (0, 1))
    assert cancelled + refunded == 1
    assert confirmed <= 1
    (node,) = (await mall.mine(subject))["redemptions"]["nodes"]
    states = ["PENDING", *["CONFIRMED"] * confirmed, "CANCELED" if cancelled else "REFUNDED"]
    assert [step["toState"] for step in node["history"]] == states
    assert (await mall.mine(subject))["points"] == {"available": 100}
    assert await stock_of(world, cup) == (5, 5)
    await _ended(mall, redemption, states[-1])


async def its_code_is_shown_or_it_is_cancelled(world: World) -> None:
    """R35: a code that was seen is never given back; one that was given back is never seen."""
    mall, subject = Mall(world), new("sly")
    await mall.has(subject, 100)
    voucher = await mall.offers(points=100, kind=RewardKind.VOUCHER, codes=[new("CODE")])
    redemption = await mall.redeemed(subject, voucher)
    half = CROWD // 2
    done = await at_once([
        *(mall.cancels(subject, redemption) for _ in range(half)),
        *(mall.shows(subject, redemption) for _ in range(half)),
    ])  # fmt: skip
    cancelled, shown = kinds(done[:half])["CancelRedemptionSuccess"], kinds(done[half:])["ShowVoucherCodeSuccess"]
    assert (cancelled, shown) in ((1, 0), (0, half))
    await _ended(mall, redemption, "CANCELED" if cancelled else "FULFILLED")


async def _tried(step: Coroutine[Any, Any, object]) -> bool:
    try:
        await step
    except Refused:
        return False
    return True


async def _ended(mall: Mall, redemption: str, state: str) -> None:
    member_id, redemption_id = pair(redemption)
    (row,) = await queries.redemptions_by_id(mall.world.database, [(member_id, redemption_id)])
    assert row is not None
    assert row.state == state
    await balanced(mall.world)


def without_condition(patch: pytest.MonkeyPatch) -> None:
    """Whether anything is left is not looked at when it is taken: then the table's own check says no, as an error."""
    mutant = copy.copy(stock.TAKE)
    mutant.sql, number = re.subn(r" AND reward_stock.left_ > 0", "", stock.TAKE.sql)
    assert number == 1
    patch.setattr(stock, "TAKE", mutant)


def stock_is_read_and_written(patch: pytest.MonkeyPatch) -> None:
    """What is left is read, and one less is written."""

    async def taken(tx: Transaction, reward_id: UUID, bucket: int) -> Piece | None:
        where = f"WHERE reward_id = '{reward_id}' AND bucket = {bucket}"
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        row = await raw.fetchrow(f"SELECT left_, taken FROM reward_stock {where}")
        if not row["left_"]:
            return None
        await raw.execute(f"UPDATE reward_stock SET left_ = {row['left_'] - 1}, taken = {row['taken'] + 1} {where}")
        return Piece(bucket, row["taken"] + 1)

    patch.setattr(stock, "_taken", taken)


def without_key(patch: pytest.MonkeyPatch) -> None:
    """No key is looked for, and none is kept."""

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    def not_kept(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(MUTATION, "recall", nothing)
    patch.setattr(MUTATION, "keep", not_kept)


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_last_of_a_stock: (without_condition, stock_is_read_and_written),
    the_last_codes_of_a_pool: (stock_is_read_and_written, any_free_code_is_taken),
    what_comes_back_is_taken_again: (any_free_code_is_taken,),
    a_limit_for_each_member_holds: (without_member_lock,),
    points_are_spent_once: (without_member_lock,),
    the_same_key_redeems_once: (without_key,),
    the_same_key_cancels_and_shows_once: (without_key,),
    one_cancels_once: (without_member_lock,),
    it_is_sent_or_cancelled: (without_member_lock,),
    it_is_confirmed_and_given_back_once: (without_member_lock,),
    its_code_is_shown_or_it_is_cancelled: (without_member_lock,),
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


async def test_who_finds_their_bucket_empty_waits_in_no_circle(crowd: World) -> None:
    """R31: many buckets with one each, and takers who go from one to the next: the database has to end nobody."""
    mall = Mall(crowd)
    subjects = await takers(mall, CROWD)
    before = await rows(crowd, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    for buckets in (5, 20, 64):
        cup = await mall.offers(points=10, stock=50, buckets=buckets)
        answers = await at_once(mall.redeems(subject, cup) for subject in subjects)
        assert kinds(answers) == {"RedeemRewardSuccess": 50, "OutOfStock": CROWD - 50}
    await run(crowd.database.settings.url, "SELECT pg_stat_force_next_flush()")
    assert await rows(crowd, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == before
    await balanced(crowd)
