"""Codes of vouchers that an operator imports: each is taken up once, given once, and told to nobody but its taker."""

from uuid import uuid4

import pytest

from app.rewards.rules.kinds import RewardKind
from tests.databases import run
from tests.rewards.mall import Mall
from tests.staff.correcting import proved
from tests.staff.keeping_rewards import (
    OLGA,
    SARA,
    asks,
    audited,
    created,
    errors,
    has_points,
    redeemed,
    redeems,
    stocked,
    tables_with,
    voucher,
)
from tests.world import World, customer

SECRET = "SECRET-OF-A-VOUCHER"
CODES = [f"{SECRET}-{number:03}" for number in range(30)]


async def test_a_voucher_begins_with_no_codes_and_has_as_many_as_are_added(world: World) -> None:
    """R31: the pool is the stock."""
    await has_points(world, "anna", 1000)
    reward = await voucher(world)
    assert (reward["left"], reward["total"]) == (0, 0)
    assert (await redeems(world, "anna", reward["id"]))["code"] == "OUT_OF_STOCK"
    added = await asks(world, "AddVoucherCodes", reward=reward["id"], codes=CODES)
    assert (added["added"], added["known"], added["repeated"]) == (30, 0, 0)
    assert (added["reward"]["left"], added["reward"]["total"]) == (30, 30)
    await redeemed(world, "anna", reward["id"])
    assert await stocked(world, reward["id"]) == (29, 30)
    await proved(world)


async def test_what_comes_twice_or_was_there_is_counted_and_taken_once(world: World) -> None:
    """Each code once, also if it is taken by now. Tried: without the claim of their keys it is an internal error;
    without what is around a code being cut off it comes twice."""
    await has_points(world, "anna", 1000)
    reward = await voucher(world, *CODES[:3])
    for _ in range(3):
        await redeemed(world, "anna", reward["id"])
    sent = [CODES[0], f" {CODES[1]}\t", CODES[3], CODES[4], CODES[3], f"{CODES[3]} "]
    added = await asks(world, "AddVoucherCodes", reward=reward["id"], codes=sent)
    assert (added["added"], added["known"], added["repeated"]) == (2, 2, 2)
    assert (added["reward"]["left"], added["reward"]["total"]) == (2, 5)
    rows = await run(world.database.settings.url, "SELECT code FROM voucher_codes ORDER BY code")
    assert [code for (code,) in rows] == CODES[:5]
    await proved(world)


async def test_a_code_is_in_one_pool_of_a_program(world: World) -> None:
    """Each code is given once: also if it is sent for another reward, or for coupons, whoever has it by now."""
    await has_points(world, "anna", 1000)
    first, second = await voucher(world, *CODES[:3]), await voucher(world, code="another")
    await redeemed(world, "anna", first["id"])
    added = await asks(world, "AddVoucherCodes", reward=second["id"], codes=CODES[1:5])
    assert (added["added"], added["known"], added["repeated"]) == (2, 2, 0)
    assert (await stocked(world, first["id"]), await stocked(world, second["id"])) == ((2, 3), (2, 2))
    elsewhere = Mall(world, "brand-standard")
    await elsewhere.offers(kind=RewardKind.VOUCHER, codes=CODES[:5])
    rows = await run(world.database.settings.url, "SELECT code FROM voucher_codes ORDER BY code")
    assert [code for (code,) in rows] == sorted(CODES[:5] * 2)
    await proved(world)


async def test_the_codes_of_a_bucket_are_numbered_without_a_gap(world: World) -> None:
    """Who takes a piece takes the code of its number. Tried: numbers from 1 for each import are refused by the key."""
    reward = await voucher(world, *CODES[:7], buckets=4)
    await asks(world, "AddVoucherCodes", reward=reward["id"], codes=CODES[5:])
    rows = await run(
        world.database.settings.url,
        "SELECT bucket, array_agg(c.number ORDER BY c.number), left_ FROM voucher_codes AS c"
        " JOIN reward_stock USING (reward_id, bucket) GROUP BY bucket, left_",
    )
    assert sum(left for _, _, left in rows) == 30
    assert all(numbers == list(range(1, left + 1)) and left in (7, 8) for _, numbers, left in rows)


async def test_a_code_is_kept_nowhere_but_in_its_pool(world: World, database_url: str) -> None:
    """R36, R41: not in the record, the outcome, the key, nor in what is told. Tried: a code in `changes` is found."""
    await has_points(world, "anna", 1000)
    key = uuid4()
    reward = await voucher(world)
    for replayed in (False, True):
        added = await asks(world, "AddVoucherCodes", key=key, reward=reward["id"], codes=CODES)
        assert (added["replayed"], added["added"]) == (replayed, 30)
    redemption = await redeemed(world, "anna", reward["id"])
    shown = await asks(world, "ShowVoucherCode", by=customer("anna"), redemption=redemption)
    assert shown["redemption"]["voucherCode"].startswith(SECRET)
    assert await tables_with(database_url, SECRET) == {"voucher_codes"}
    assert (await audited(world))[0]["changes"] == [{"what": "left", "before": "0", "after": "30"}]
    for viewer in (OLGA, SARA):
        looked = await world.data(
            "query ($id: ID!) { node(id: $id) { ... on Redemption { voucherCode } } }", by=viewer, id=redemption
        )
        assert SECRET not in looked["node"]["voucherCode"]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "Send 1 to"),
        ([SECRET, "  "], "Code 2 of those sent"),
        ([SECRET, SECRET + "\x00"], "Code 2 of those sent"),
        ([f"{SECRET}\n{SECRET}"], "Code 1 of those sent"),
        ([SECRET * 20], "Code 1 of those sent"),
    ],
)
async def test_what_is_wrong_with_a_code_is_told_by_its_place(world: World, codes: list[str], words: str) -> None:
    """R41: not by the code itself, and nothing of the rest is taken."""
    reward = await voucher(world)
    ((code, message),) = await errors(world, "AddVoucherCodes", reward=reward["id"], codes=codes)
    assert code == "BAD_USER_INPUT"
    assert words in message
    assert SECRET not in message
    assert await stocked(world, reward["id"]) == (0, 0)


async def test_only_a_voucher_has_codes(world: World) -> None:
    reward = await created(world, stock=1)
    assert await errors(world, "AddVoucherCodes", reward=reward["id"], codes=["a"]) == [
        ("BAD_USER_INPUT", "This reward has no codes.")
    ]
