"""An operator's rewards: made, said otherwise, retired, put into stock, and all of it on record."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.databases import run
from tests.staff.correcting import proved
from tests.staff.keeping_rewards import (
    BOSS,
    BRAND,
    CLUB,
    NAME,
    OLGA,
    OTTO,
    SARA,
    SHOWN,
    asks,
    audited,
    created,
    errors,
    has_points,
    redeemed,
    redeems,
    stocked,
    voucher,
)
from tests.world import World, customer

WHOLE: dict[str, Any] = {
    "name": {"zh": " 杯子 ", "en": "A cup"},
    "description": {"zh": "一个\n杯子", "en": "A cup\r\nof china"},
    "tierPrices": [{"tier": "v3", "points": 80}, {"tier": "v2", "points": 90}],
    "tiersFrom": "v2",
    "opensAt": "2026-03-01T20:00:00+08:00",
    "closesAt": "2026-04-01T00:00:00+08:00",
    "limit": {"times": 2, "period": "MONTH"},
    "stock": 10,
    "isConfirmedByStaff": True,
}
SAID = {
    "code": "cup",
    "kind": "GOODS",
    "name": "A cup",
    "description": "A cup\nof china",
    "points": 100,
    "tierPrices": [{"tier": {"code": "v2"}, "points": 90}, {"tier": {"code": "v3"}, "points": 80}],
    "tiersFrom": {"code": "v2"},
    "opensAt": datetime(2026, 3, 1, 12, tzinfo=UTC),
    "closesAt": datetime(2026, 3, 31, 16, tzinfo=UTC),
    "limit": {"times": 2, "period": "MONTH"},
    "amount": None,
    "isConfirmedByStaff": True,
    "left": 10,
    "total": 10,
    "buckets": 8,
    "retiredAt": None,
}


async def test_a_reward_is_as_the_operator_says_and_who_made_it_is_on_record(world: World) -> None:
    """R12. Tried: without the note of it the record is empty."""
    reward = await created(world, **WHOLE, reason="For the spring.")
    assert {name: reward[name] for name in SAID} == SAID
    assert reward["createdAt"] == world.now
    chinese = await world.data("{ rewards { nodes { name description } } }", by=customer("anna"), language="zh")
    assert chinese["rewards"]["nodes"] == [{"name": "杯子", "description": "一个\n杯子"}]
    assert await audited(world) == [
        {
            "action": "REWARD_CREATED",
            "about": reward["id"],
            "by": {"subject": "olga"},
            "role": "OPERATOR",
            "reason": "For the spring.",
            "changes": [
                {"what": "code", "before": None, "after": "cup"},
                {"what": "points", "before": None, "after": "100"},
                {"what": "left", "before": None, "after": "10"},
            ],
            "at": world.now,
        }
    ]


async def test_a_red_packet_holds_money_of_the_program_s_currency(world: World) -> None:
    """R12: kept in minor units."""
    reward = await created(world, kind="RED_PACKET", amount="8.80")
    assert reward["amount"] == {"amount": "8.80", "currency": "CNY"}
    assert (reward["left"], reward["total"]) == (None, None)
    assert await run(world.database.settings.url, "SELECT amount, currency FROM rewards") == [(880, "CNY")]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("'code' must be 2 to 40", {"code": "Cup"}),
        ("'code' must be 2 to 40", {"code": "c"}),
        ("'name' must have 1 to 60", {"name": {"zh": "杯", "en": "  "}}),
        ("'name' must have 1 to 60", {"name": {"zh": "杯" * 61, "en": "A cup"}}),
        ("'name' must have 1 to 60", {"name": {"zh": "杯\u200b子", "en": "A cup"}}),
        ("'description' must have at most 2000", {"description": {"zh": "", "en": "x" * 2001}}),
        ("'points' must be from 0", {"points": -1}),
        ("'tierPrices': the program has no tier 'v9'", {"tierPrices": [{"tier": "v9", "points": 1}]}),
        ("'tierPrices.points' must be from 0", {"tierPrices": [{"tier": "v2", "points": -1}]}),
        ("'tierPrices' names a tier twice", {"tierPrices": [{"tier": "v2", "points": 1}, {"tier": "v2", "points": 2}]}),
        ("'tiersFrom': the program has no tier 'gold'", {"tiersFrom": "gold"}),
        ("'limit.times' must be from 1", {"limit": {"times": 0, "period": "DAY"}}),
        ("'closesAt' must be after", {"opensAt": "2026-05-01T00:00:00Z", "closesAt": "2026-05-01T00:00:00Z"}),
        ("'opensAt' is out of range", {"opensAt": "0001-01-01T00:00:00+14:00"}),
        ("'stock' must be from 0", {"stock": -1}),
        ("'buckets' must be from 1 to 64", {"stock": 1, "buckets": 65}),
        ("Only a red packet", {"amount": "1.00"}),
        ("more than nothing", {"kind": "RED_PACKET"}),
        ("more than nothing", {"kind": "RED_PACKET", "amount": "0.00"}),
        ("'amount': the currency has 2 decimals", {"kind": "RED_PACKET", "amount": "0.001"}),
        ("leave 'stock' out and add codes", {"kind": "VOUCHER", "stock": 1}),
        ("'reason' must have 3 to 500", {"reason": "x"}),
    ],
)
async def test_what_makes_no_sense_is_told_and_nothing_is_made(world: World, words: str, wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"program": CLUB, "code": "cup", "kind": "GOODS", "name": NAME, "points": 1, **wrong}
    ((code, message),) = await errors(world, "CreateReward", **asked)
    assert code == "BAD_USER_INPUT"
    assert words in message
    assert await run(world.database.settings.url, "SELECT * FROM rewards", "SELECT * FROM audit_entries") == []


async def test_a_code_is_one_reward_s_in_its_program_also_when_that_is_retired(world: World) -> None:
    """R20."""
    first = await created(world)
    await asks(world, "RetireReward", reward=first["id"])
    again = await asks(world, "CreateReward", program=CLUB, code="cup", kind="GOODS", name=NAME, points=1)
    assert again["__typename"] == "RewardCodeTaken"
    assert (again["code"], again["message"]) == ("REWARD_CODE_TAKEN", "There is a reward with the code cup.")
    assert again["reward"]["id"] == first["id"]
    await created(world, by=BOSS, program=BRAND)
    assert len(await audited(world)) == 2


async def test_the_same_wish_makes_one_reward(world: World) -> None:
    """R36. Tried: without `keyed_to` the second is refused, because the code is taken."""
    key = uuid4()
    asked: dict[str, Any] = {"program": CLUB, "code": "cup", "kind": "GOODS", "name": NAME, "points": 1, "stock": 5}
    answers = [await asks(world, "CreateReward", key=key, **asked) for _ in range(2)]
    assert [answer["replayed"] for answer in answers] == [False, True]
    assert answers[0]["reward"] == answers[1]["reward"]


async def test_only_what_is_said_otherwise_changes_and_the_record_says_what(world: World) -> None:
    """Tried: writing only what is said of it leaves a limit without a period; without `removed` it stays."""
    reward = await created(world, **WHOLE)
    changed = await asks(world, "ChangeReward", by=OTTO, reward=reward["id"], points=150, tiersFrom="v3",
                         tierPrices=[{"tier": "v4", "points": 70}], remove=["LIMIT", "OPENS_AT"])  # fmt: skip
    different = {
        "points": 150,
        "tiersFrom": {"code": "v3"},
        "tierPrices": [{"tier": {"code": "v4"}, "points": 70}],
        "limit": None,
        "opensAt": None,
    }
    assert {name: changed["reward"][name] for name in SAID} == SAID | different
    entry = (await audited(world))[0]
    assert (entry["action"], entry["by"]["subject"], entry["about"]) == ("REWARD_CHANGED", "otto", reward["id"])
    told = {each["what"]: (each["before"], each["after"]) for each in entry["changes"]}
    assert told == {
        "points": ("100", "150"),
        "tiers_from": ("v2", "v3"),
        "tier_points": ('{"v2":90,"v3":80}', '{"v4":70}'),
        "per_member": ("2", None),
        "period": ("MONTH", None),
        "opens_at": ("2026-03-01T12:00:00+00:00", None),
    }


async def test_a_change_that_makes_no_sense_with_what_was_said_before_is_told(world: World) -> None:
    reward = await created(world, **WHOLE)
    wrong: list[dict[str, Any]] = [{}, {"closesAt": "2026-03-01T12:00:00Z"}, {"points": -1}, {"tiersFrom": "gold"}]
    for said in wrong:
        ((code, _),) = await errors(world, "ChangeReward", reward=reward["id"], **said)
        assert code == "BAD_USER_INPUT", said
    await asks(world, "ChangeReward", reward=reward["id"], closesAt="2026-03-01T12:00:00Z", remove=["OPENS_AT"])


async def test_what_is_removed_is_not_said_otherwise_at_once(world: World) -> None:
    """Tried: without the look at both, the limit that was just said is gone."""
    reward = await created(world, **WHOLE)
    both: dict[str, dict[str, Any]] = {
        "LIMIT": {"limit": {"times": 5, "period": "DAY"}},
        "OPENS_AT": {"opensAt": "2026-03-02T00:00:00Z"},
        "CLOSES_AT": {"closesAt": "2026-05-01T00:00:00Z"},
        "TIERS_FROM": {"tiersFrom": "v3"},
        "TIER_PRICES": {"tierPrices": []},
    }
    for term, said in both.items():
        ((code, message),) = await errors(world, "ChangeReward", reward=reward["id"], remove=[term], **said)
        assert (code, term in message) == ("BAD_USER_INPUT", True)
    (told,) = (await world.data(SHOWN["AllRewards"], by=OLGA, program=CLUB))["rewards"]["nodes"]
    assert {name: told[name] for name in SAID} == SAID


async def test_what_was_redeemed_stays_what_it_was(world: World) -> None:
    await has_points(world, "anna", 500)
    reward = await created(world)
    redemption = await redeemed(world, "anna", reward["id"])
    await asks(world, "ChangeReward", reward=reward["id"], points=300)
    found = await world.data(
        "query ($id: ID!) { node(id: $id) { ... on Redemption { points reward { points } } } }",
        by=customer("anna"),
        id=redemption,
    )
    assert found["node"] == {"points": 100, "reward": {"points": 300}}
    await proved(world)


async def test_what_is_retired_is_not_shown_nor_redeemed_nor_changed_but_still_told_of(world: World) -> None:
    """R20. Tried: without the look at `retired_at` it is changed, and shown."""
    await has_points(world, "anna", 500)
    reward = await voucher(world, "code-1", "code-2")
    redemption = await redeemed(world, "anna", reward["id"])
    retired = await asks(world, "RetireReward", reward=reward["id"], reason="It is out of fashion.")
    assert retired["reward"]["retiredAt"] == world.now

    anna = customer("anna")
    assert await world.data("{ rewards { totalCount nodes { id } } }", by=anna) == {
        "rewards": {"totalCount": 0, "nodes": []}
    }
    assert (await redeems(world, "anna", reward["id"]))["code"] == "REWARD_CLOSED"
    deeds: dict[str, Any] = {
        "ChangeReward": {"points": 1},
        "RetireReward": {},
        "AddVoucherCodes": {"codes": ["code-3"]},
    }
    for name, more in deeds.items():
        answer = await asks(world, name, reward=reward["id"], **more)
        assert (answer["code"], answer["message"]) == ("REWARD_RETIRED", "The reward is retired."), name
    named = "query ($id: ID!) { node(id: $id) { ... on Redemption { reward { name retiredAt } } } }"
    found = await world.data(named, by=anna, id=redemption)
    assert found["node"]["reward"] == {"name": "A cup", "retiredAt": world.now}
    all_of_them = await world.data(SHOWN["AllRewards"], by=OLGA, program=CLUB)
    assert [each["id"] for each in all_of_them["rewards"]["nodes"]] == [reward["id"]]
    assert (await audited(world))[0]["action"] == "REWARD_RETIRED"


async def test_only_staff_see_what_is_retired(world: World) -> None:
    result = await world.ask("{ rewards(includeRetired: true) { totalCount } }", by=customer("anna"))
    assert [(error.extensions or {})["code"] for error in result.errors or ()] == ["FORBIDDEN"]


async def test_pieces_are_put_in_and_taken_out_of_what_is_left(world: World) -> None:
    """R31: counters equal rows. Tried: taking out without looking how many are left is an internal error."""
    await has_points(world, "anna", 1000)
    reward = await created(world, stock=3)
    for _ in range(2):
        await redeemed(world, "anna", reward["id"])
    added = await asks(world, "AddRewardStock", reward=reward["id"], pieces=10)
    assert (added["added"], added["reward"]["left"], added["reward"]["total"]) == (10, 11, 13)
    too_many = await asks(world, "AddRewardStock", reward=reward["id"], pieces=-12)
    assert (too_many["code"], too_many["left"]) == ("MORE_THAN_IN_STOCK", 11)
    assert too_many["message"] == "Only 11 are left."
    taken = await asks(world, "AddRewardStock", reward=reward["id"], pieces=-11, reason="They broke.")
    assert (taken["added"], taken["reward"]["left"], taken["reward"]["total"]) == (-11, 0, 2)
    assert (await redeems(world, "anna", reward["id"]))["code"] == "OUT_OF_STOCK"
    assert [entry["changes"] for entry in await audited(world)][:2] == [
        [{"what": "left", "before": "11", "after": "0"}],
        [{"what": "left", "before": "1", "after": "11"}],
    ]
    await proved(world)


async def test_pieces_are_spread_over_all_buckets(world: World) -> None:
    reward = await created(world, stock=1, buckets=4)
    for pieces, expected in ((6, [1, 2, 2, 2]), (-3, [1, 1, 1, 1]), (1, [1, 1, 1, 2])):
        await asks(world, "AddRewardStock", reward=reward["id"], pieces=pieces)
        rows = await run(world.database.settings.url, "SELECT left_ FROM reward_stock ORDER BY left_")
        assert [left for (left,) in rows] == expected


async def test_pieces_go_only_into_a_stock_of_pieces(world: World) -> None:
    endless, codes = await created(world, "endless"), await voucher(world)
    stock = await created(world, "stock", stock=0)
    for reward, pieces, words in (
        (endless, 1, "has no stock"),
        (codes, 1, "add codes"),
        (stock, 0, "from 1"),
        (stock, 2**31 - 1, ""),
    ):
        found = await errors(world, "AddRewardStock", reward=reward["id"], pieces=pieces)
        assert [(code, words in message) for code, message in found] == ([("BAD_USER_INPUT", True)] if words else [])
    ((code, message),) = await errors(world, "AddRewardStock", reward=stock["id"], pieces=1)
    assert (code, "at most" in message) == ("BAD_USER_INPUT", True)


async def test_what_comes_back_is_counted_on_for_ever(world: World) -> None:
    """R31, R35: places in a queue go beyond what there can be of a reward. Tried: with 32 bits for them cancelling and
    refunding fail for ever; with the counter for the bound nothing can be put in again."""
    most = 2**31 - 1
    await has_points(world, "anna", 1000)
    reward = await created(world, stock=most, buckets=1)
    for _ in range(2):
        redemption = await redeemed(world, "anna", reward["id"])
        answer = await asks(world, "CancelRedemption", by=customer("anna"), redemption=redemption)
        assert answer["__typename"] == "CancelRedemptionSuccess"
    redemption = await redeemed(world, "anna", reward["id"])
    refund: dict[str, Any] = {"redemption": redemption, "reason": "It came broken.", "restock": True}
    assert (await asks(world, "RefundRedemption", by=SARA, **refund))["__typename"] == "RefundRedemptionSuccess"
    assert await stocked(world, reward["id"]) == (most, most)
    for pieces in (-1, 1):
        await asks(world, "AddRewardStock", reward=reward["id"], pieces=pieces)
    assert [code for code, _ in await errors(world, "AddRewardStock", reward=reward["id"], pieces=1)] == [
        "BAD_USER_INPUT"
    ]
    await proved(world)


async def test_a_code_beyond_32_bits_is_taken_shown_and_given_back(world: World) -> None:
    """R31: its place in the queue is one of many that were there before it."""
    await has_points(world, "anna", 1000)
    reward = await voucher(world, "code-1", "code-2", buckets=1)
    far = 2**31
    await run(world.database.settings.url, f"UPDATE voucher_codes SET number = number + {far}",
              f"UPDATE reward_stock SET taken = taken + {far}, last_number = last_number + {far}")  # fmt: skip
    first = await redeemed(world, "anna", reward["id"])
    await asks(world, "CancelRedemption", by=customer("anna"), redemption=first)
    second = await redeemed(world, "anna", reward["id"])
    shown = await asks(world, "ShowVoucherCode", by=customer("anna"), redemption=second)
    assert shown["redemption"]["voucherCode"] == "code-2"
    await asks(world, "AddVoucherCodes", reward=reward["id"], codes=["code-3"])
    await proved(world)


async def test_an_operator_of_another_program_finds_no_reward(world: World) -> None:
    """R43: told as of a reward that there is not, and nothing is done. Tried: without `rewards_seen` it is changed."""
    reward = await created(world, stock=5)
    nobody = "reward_" + "A" * 22
    await created(world, "other", by=BOSS, program=BRAND)
    deeds: dict[str, Any] = {
        "ChangeReward": {"points": 1},
        "RetireReward": {},
        "AddRewardStock": {"pieces": 1},
        "AddVoucherCodes": {"codes": ["a"]},
    }
    for name, more in deeds.items():
        for named in (reward["id"], nobody):
            expected = [("BAD_USER_INPUT", "There is no such reward.")]
            assert await errors(world, name, by=BOSS, reward=named, **more) == expected, name
    assert await world.data("query ($id: ID!) { reward(id: $id) { id } }", by=BOSS, id=reward["id"]) == {"reward": None}
    assert await errors(world, "CreateReward", by=BOSS, program=CLUB, code="x1", kind="GOODS", name=NAME, points=1) == [
        ("BAD_USER_INPUT", f"There is no program '{CLUB}'.")
    ]
    assert await stocked(world, reward["id"]) == (5, 5)
