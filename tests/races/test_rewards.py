"""A hundred operators and staff at once, at one reward or redemption, while members redeem. Each race fails without the
lock or key that decides it (R31, R35, R36). Tried: every pair of `LOSSES`."""

import copy
from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from app.graph.in_flight import KeysInFlight
from app.offers.commands import codes
from app.rewards.commands import catalogue, catalogue_stock
from tests.staff.keeping_rewards import CLUB, NAME, SARA, asks, audited, created, has_points, redeemed, redeems, voucher
from tests.staff.keeping_rewards import stocked as stock_of
from tests.world import World, customer

from .racing import (
    CROWD,
    Mutant,
    Race,
    any_free_code_is_taken,
    at_once,
    balanced,
    fails,
    rows,
    unlocked,
    without_idempotency_key,
    without_member_lock,
)

NUMBERS = count(1)
POOL = 30


def new(name: str) -> str:
    """A name that no race before had."""
    return f"{name}-{next(NUMBERS)}"


def kinds(answers: list[Any]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def rich(world: World, number: int) -> list[str]:
    """Members who have enough for anything."""
    subjects = [new("member") for _ in range(number)]
    await at_once(has_points(world, subject, 1000) for subject in subjects)
    return subjects


async def a_hundred_make_a_reward_of_one_code_and_one_does(world: World) -> None:
    asked: dict[str, Any] = {"program": CLUB, "code": new("cup"), "kind": "GOODS", "name": NAME, "points": 1}
    answers = await at_once(asks(world, "CreateReward", stock=5, **asked) for _ in range(CROWD))
    assert kinds(answers) == {"CreateRewardSuccess": 1, "RewardCodeTaken": CROWD - 1}
    assert len({answer["reward"]["id"] for answer in answers}) == 1


async def a_hundred_change_a_reward_and_each_changes_what_they_say(world: World) -> None:
    """Also of what they do not speak of."""
    reward = (await created(world, new("cup")))["id"]
    others = ({"opensAt": "2026-03-02T00:00:00Z"}, {"tiersFrom": "v2"}, {"limit": {"times": 1, "period": "DAY"}})
    wishes: list[dict[str, Any]] = [{"points": 100 + number} for number in range(CROWD)]
    for place, other in zip((20, 50, 80), others, strict=True):
        wishes.insert(place, other)
    await at_once(asks(world, "ChangeReward", reward=reward, **said) for said in wishes)
    found = await world.data(
        "query ($id: ID!) { reward(id: $id) { opensAt tiersFrom { code } limit { times } } }",
        by=customer("anybody"),
        id=reward,
    )
    assert found["reward"].pop("opensAt") is not None
    assert found["reward"] == {"tiersFrom": {"code": "v2"}, "limit": {"times": 1}}


async def a_hundred_put_pieces_in_or_take_them_out_while_others_redeem(world: World) -> None:
    """Counters equal rows, and nothing is brought below zero."""
    reward = (await created(world, new("cup"), stock=6, buckets=1))["id"]
    takers = [redeems(world, subject, reward) for subject in await rich(world, CROWD // 2)]
    keepers = [asks(world, "AddRewardStock", reward=reward, pieces=3 if number % 2 else -3) for number in range(CROWD)]
    answers = await at_once([each for pair in zip(takers, keepers[::2], keepers[1::2], strict=True) for each in pair])
    taken, added = kinds(answers)["RedeemRewardSuccess"], sum(answer.get("added", 0) for answer in answers)
    assert kinds(answers).keys() <= {"RedeemRewardSuccess", "OutOfStock", "AddRewardStockSuccess", "MoreThanInStock"}
    assert await stock_of(world, reward) == (6 + added - taken, 6 + added)
    await balanced(world)


async def one_puts_pieces_in_a_hundred_times_with_one_key(world: World) -> None:
    """R36: each retry reaches another server."""
    reward, key = (await created(world, new("cup"), stock=0))["id"], uuid4()
    answers = await at_once(
        asks(replace(world, keys=KeysInFlight()), "AddRewardStock", key=key, reward=reward, pieces=5)
        for _ in range(CROWD)
    )
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert await stock_of(world, reward) == (5, 5)
    found = await audited(world)
    assert [(entry["action"], entry["about"]) for entry in found].count(("REWARD_STOCKED", reward)) == 1


async def a_hundred_import_the_same_codes_and_each_is_taken_up_once(world: World) -> None:
    """Into the pools of three rewards: it is in one of them."""
    pools = [(await voucher(world, code=new("voucher"), buckets=3))["id"] for _ in range(3)]
    sent = [new("CODE") for _ in range(POOL)]
    answers = await at_once(
        asks(world, "AddVoucherCodes", reward=pools[number % 3], codes=sent[number % 5 :]) for number in range(CROWD)
    )
    assert sum(answer["added"] for answer in answers) == POOL
    assert sum([(await stock_of(world, reward))[1] or 0 for reward in pools]) == POOL
    await balanced(world)


async def codes_are_added_while_others_are_taken_and_each_is_given_to_one(world: World) -> None:
    """None is given before it is there."""
    reward = (await voucher(world, code=new("voucher"), buckets=2))["id"]
    imports = [asks(world, "AddVoucherCodes", reward=reward, codes=[new("CODE")]) for _ in range(POOL)]
    wishes = [redeems(world, subject, reward) for subject in await rich(world, 90)]
    answers = await at_once([each for group in zip(*[iter(wishes)] * 3, imports, strict=True) for each in group])
    taken = kinds(answers)["RedeemRewardSuccess"]
    assert await stock_of(world, reward) == (POOL - taken, POOL)
    given = await rows(
        world,
        "SELECT redemption_id FROM voucher_codes WHERE taken_by IS NOT NULL"
        " AND reward_id = (SELECT id FROM rewards ORDER BY id DESC LIMIT 1)",
    )
    assert len({each for (each,) in given}) == len(given) == taken
    await balanced(world)


async def codes_are_added_while_others_come_back_and_each_has_its_place(world: World) -> None:
    """One that comes back is put behind the last."""
    first = [new("CODE") for _ in range(POOL)]
    reward = (await voucher(world, *first, code=new("voucher"), buckets=2))["id"]
    takers = await rich(world, POOL)
    redemptions = [await redeemed(world, subject, reward) for subject in takers]
    imports = [asks(world, "AddVoucherCodes", reward=reward, codes=[new("CODE")]) for _ in range(CROWD - POOL)]
    cancels = [
        asks(world, "CancelRedemption", by=customer(subject), redemption=redemption)
        for subject, redemption in zip(takers, redemptions, strict=True)
    ]
    await at_once([*imports[::2], *cancels, *imports[1::2]])
    assert await stock_of(world, reward) == (CROWD, CROWD)
    await balanced(world)


async def a_hundred_of_staff_send_it_or_take_it_back_and_each_happens_once(world: World) -> None:
    reward = (await created(world, new("cup"), stock=3))["id"]
    (subject,) = await rich(world, 1)
    redemption = await redeemed(world, subject, reward)
    deeds: dict[str, Any] = {
        "FulfilRedemption": {"reference": "SF-1"},
        "RefundRedemption": {"reason": "It came broken.", "restock": True},
    }
    answers = await at_once(
        asks(world, name, by=SARA, redemption=redemption, **more)
        for _ in range(CROWD // 2)
        for name, more in deeds.items()
    )
    found = kinds(answers)
    assert found["RefundRedemptionSuccess"] == 1
    assert found["FulfilRedemptionSuccess"] <= 1
    assert found["RedemptionStepNotPossible"] >= CROWD - 2
    assert await stock_of(world, reward) == (3, 3)
    await balanced(world)


def without_the_lock_of_the_reward(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(catalogue, "LOCK", unlocked(catalogue.LOCK))


def without_the_locks_of_its_buckets(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(catalogue_stock, "BUCKETS", unlocked(catalogue_stock.BUCKETS))


def the_code_is_not_claimed(patch: pytest.MonkeyPatch) -> None:
    """By its unique key: who comes second is told by the database that there is one."""
    mutant = copy.copy(catalogue.INSERT)
    mutant.sql = catalogue.INSERT.sql.replace("ON CONFLICT (program, code) DO NOTHING", "")
    assert mutant.sql != catalogue.INSERT.sql
    patch.setattr(catalogue, "INSERT", mutant)


def codes_are_not_claimed(patch: pytest.MonkeyPatch) -> None:
    """By their unique keys: likewise."""
    mutant = copy.copy(codes.CLAIM_CODES)
    mutant.sql = codes.CLAIM_CODES.sql.replace("ON CONFLICT (digest) DO NOTHING", "")
    assert mutant.sql != codes.CLAIM_CODES.sql
    patch.setattr(codes, "CLAIM_CODES", mutant)


RACES: dict[Race, tuple[Mutant, ...]] = {
    a_hundred_make_a_reward_of_one_code_and_one_does: (the_code_is_not_claimed,),
    a_hundred_change_a_reward_and_each_changes_what_they_say: (without_the_lock_of_the_reward,),
    a_hundred_put_pieces_in_or_take_them_out_while_others_redeem: (without_the_locks_of_its_buckets,),
    one_puts_pieces_in_a_hundred_times_with_one_key: (without_idempotency_key,),
    a_hundred_import_the_same_codes_and_each_is_taken_up_once: (codes_are_not_claimed,),
    codes_are_added_while_others_are_taken_and_each_is_given_to_one: (any_free_code_is_taken,),
    codes_are_added_while_others_come_back_and_each_has_its_place: (without_the_locks_of_its_buckets,),
    a_hundred_of_staff_send_it_or_take_it_back_and_each_happens_once: (without_member_lock,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)
