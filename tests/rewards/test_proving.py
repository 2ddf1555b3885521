"""Books and stock of rewards: what does not follow from what was written is found, and named (R5, R7, R31, R35)."""

from uuid import UUID

import pytest

from app.db import Reader
from app.prover import NotProved, prove, prove_rewards
from app.rewards.proving_stock import StockMismatch, prove_reward
from app.rewards.queries.proving import every_reward
from app.rewards.rules.kinds import RewardKind
from tests.databases import DRIVER, run
from tests.statements import Statements
from tests.telling import capture_logs
from tests.world import World

from .mall import Mall, balanced, pair

THE = "member_id = '{member}' AND id = '{cup}'"
STEP = "member_id = '{member}' AND redemption_id = '{cup}'"
OF_MEMBERS = {
    "paid less": (f"UPDATE redemptions SET points = 9 WHERE {THE}", "points_entries of the redemption"),
    "state": (
        f"UPDATE redemptions SET state = 'CANCELED', is_restocked = true WHERE {THE}",
        "redemptions.state, by its history",
    ),
    "no such step": (
        f"UPDATE redemption_changes SET from_state = 'FULFILLED', to_state = 'CANCELED' WHERE {STEP}",
        "redemption_changes.from_state: follows the one before",
    ),
    "actor": (
        f"UPDATE redemption_changes SET actor = 'MEMBER', by_issuer = NULL, by_subject = NULL WHERE {STEP}",
        "redemption_changes.actor: who fulfils it",
    ),
    "step undone": (f"DELETE FROM redemption_changes WHERE {STEP}", "redemptions.state, by its history"),
    "ended": (
        f"UPDATE redemptions SET ended_at = ended_at + interval '1 second' WHERE {THE}",
        "redemptions.ended_at, by its history",
    ),
    "reference": (f"UPDATE redemptions SET reference = 'X' WHERE {THE}", "redemptions.reference, by its history"),
    "program": (f"UPDATE redemptions SET program = 'brand-standard' WHERE {THE}", "redemptions.program"),
    "version": (
        f"UPDATE redemptions SET program_version = 7 WHERE {THE}", "redemptions.program_version: was published"
    ),
    "reward": (
        f"UPDATE redemptions SET reward_id = id WHERE {THE}", "redemptions.reward_id: there is such a reward"
    ),
    "not stocked": (
        f"UPDATE redemptions SET bucket = NULL, number = NULL WHERE {THE}", "redemptions.bucket: is stocked"
    ),
    "amount": (
        f"UPDATE redemptions SET amount = 5, currency = 'CNY' WHERE {THE}", "redemptions.amount: there is one"
    ),
    "shown": (
        f"UPDATE redemptions SET code_shown_at = redeemed_at WHERE {THE}", "redemptions.code_shown_at, by its history"
    ),
    "nobody's points": (
        "UPDATE points_entries SET cause_id = id WHERE member_id = '{member}' AND cause = 'REDEMPTION'",
        "points_entries.cause_id: is a redemption of the member",
    ),
    "another's code": (
        "UPDATE voucher_codes SET redemption_id = '{cup}' WHERE redemption_id = '{voucher}'",
        "voucher_codes of the redemption",
    ),
}  # fmt: skip
"""What somebody did to a row, and the claim that says so."""
OF_STOCK = {
    "lost": (
        "UPDATE reward_stock SET total = total + 1 WHERE reward_id = '{reward}' AND bucket = 0",
        "redemptions that hold a piece, and what is left: together",
    ),
    "not taken": (
        "UPDATE reward_stock SET left_ = left_ + 1, taken = taken - 1 WHERE reward_id = '{reward}' AND taken > 0",
        "redemptions that hold a piece, and what is left: together",
    ),
    "redemption gone": (
        f"UPDATE redemptions SET bucket = 63 WHERE {THE}",
        "redemptions that hold a piece, and what is left: together",
    ),
    "code gone": (
        "DELETE FROM voucher_codes WHERE reward_id = '{pool}' AND redemption_id IS NULL",
        "voucher_codes: number",
    ),
    "code given to nobody": (
        "UPDATE voucher_codes SET redemption_id = NULL, taken_by = NULL WHERE redemption_id = '{voucher}'",
        "voucher_codes: number of those that are free",
    ),
    "code out of its place": (
        "UPDATE voucher_codes SET number = 9 WHERE reward_id = '{pool}' AND redemption_id IS NULL",
        "voucher_codes.number of those that are free",
    ),
    "codes of goods": (
        "INSERT INTO voucher_codes (reward_id, id, digest, code, bucket, number, added_at)"
        " SELECT '{reward}', id, digest, code, 0, 1, added_at FROM voucher_codes"
        " LIMIT 1",
        "voucher_codes: number",
    ),
}
"""Likewise, of rewards."""


async def lived(world: World) -> dict[str, object]:
    """A member with a cup that was sent and a voucher that was not seen; what it is called in the database."""
    mall = Mall(world)
    member_id = await mall.has("anna", 1000)
    reward = await mall.offers(points=10, stock=8, buckets=4)
    pool = await mall.offers(points=10, kind=RewardKind.VOUCHER, codes=["CODE-A", "CODE-B"], buckets=1)
    cup, voucher = await mall.redeemed("anna", reward), await mall.redeemed("anna", pool)
    await mall.fulfils(cup)
    await mall.cancels("anna", await mall.redeemed("anna", reward))
    await balanced(world)
    return {"member": member_id, "reward": reward, "pool": pool, "cup": pair(cup)[1], "voucher": pair(voucher)[1]}


@pytest.mark.parametrize("case", OF_MEMBERS)
async def test_what_does_not_follow_is_told_of_the_member(world: World, case: str) -> None:
    """R5, R35: by the claim that is about it."""
    names = await lived(world)
    sql, what = OF_MEMBERS[case]
    await run(world.database.settings.url, sql.format_map(names))
    proof = await prove(world.database, now=world.now, programs=world.programs)
    told = [mismatch.what.split(" of 0")[0] for mismatch in proof.mismatches]
    assert any(each.startswith(what) for each in told), told
    assert {mismatch.member_id for mismatch in proof.mismatches} == {names["member"]}


@pytest.mark.parametrize("case", OF_STOCK)
async def test_what_is_missing_is_told_of_the_reward(world: World, case: str) -> None:
    """R31: total, left, redemptions and codes say the same of each bucket."""
    names = await lived(world)
    sql, what = OF_STOCK[case]
    await run(world.database.settings.url, sql.format_map(names))
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert not proof.holds
    told = [mismatch for mismatch in proof.stock.mismatches if mismatch.what == what]
    assert told, [str(mismatch) for mismatch in proof.stock.mismatches]
    assert str(told[0]).startswith(f"reward {told[0].reward_id}, bucket ")


async def test_a_lot_is_not_extended_for_who_cancels_themselves(world: World) -> None:
    """R7: only the shop's cancelling extends."""
    mall = Mall(world)
    await mall.has("anna", 1000)
    redemption = await mall.redeemed("anna", await mall.offers(points=10))
    await mall.cancels("anna", redemption)
    url = world.database.settings.url
    await run(url, f"UPDATE points_lots SET extended_by = '{pair(redemption)[1]}'")
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any("not by the member (R7)" in mismatch.what for mismatch in proof.mismatches)


async def test_stock_takes_one_statement_a_reward_and_members_the_same_for_all(world: World, sql: Statements) -> None:
    """However much was redeemed."""
    mall = Mall(world)
    counts: list[int] = []
    rewards = [await mall.offers(points=1, stock=50) for _ in range(2)]
    pool = await mall.offers(points=1, kind=RewardKind.VOUCHER, codes=[f"CODE-{n}" for n in range(20)])
    for number in (1, 6):
        for each in range(number):
            subject = f"member-{number}-{each}"
            await mall.has(subject, 100)
            for reward in (*rewards, pool):
                await mall.redeemed(subject, reward)
        with sql:
            await balanced(world)
        counts.append(sql.count)
    assert counts[0] == counts[1]


async def test_a_reward_that_takes_too_long_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R31: it is told of, and that the job is not done. Tried: without catching it, those after it are never looked
    at."""
    await lived(world)
    slow, *others = await every_reward(world.database)
    assert others
    await run(world.database.settings.url, "UPDATE reward_stock SET total = total + 1 WHERE bucket = 0")

    async def proves(db: Reader, reward_id: UUID) -> list[StockMismatch]:
        if reward_id == slow:
            raise DRIVER.QueryCanceledError
        return await prove_reward(db, reward_id)

    monkeypatch.setattr("app.prover.rounds.prove_reward", proves)
    with capture_logs() as told, pytest.raises(NotProved):
        await prove_rewards(world.database)
    assert {log["reward"] for log in told if log["event"] == "stock_not_proved"} == {str(slow)}
    assert {log["reward"] for log in told if log["event"] == "stock_disagrees"} == {str(each) for each in others}


async def test_the_worker_tells_of_stock_that_disagrees(world: World) -> None:
    """R31: each time it looks, until somebody has mended it."""
    names = await lived(world)
    with capture_logs() as quiet:
        await prove_rewards(world.database)
    await run(world.database.settings.url, OF_STOCK["lost"][0].format_map(names))
    with capture_logs() as told:
        await prove_rewards(world.database)
    assert quiet == []
    assert {(log["event"], log["reward"]) for log in told} == {("stock_disagrees", str(names["reward"]))}
