"""The list of what was redeemed: what is read of it does not grow with what there is (M17)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.clock import least_id_of, new_id
from app.db import Page
from app.graph import Role
from app.rewards.queries.worklist import CLOCKS_APART, Wanted, redemptions_wanted
from app.rewards.rules.kinds import RedemptionState
from tests.databases import run
from tests.rewards.mall import Mall
from tests.staff.keeping_rewards import CLUB, SHOWN
from tests.world import World, staff

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MANY, FEW = 5_000, 20
SPREAD = """INSERT INTO redemptions (member_id, id, program, reward_id, state, points, tier, needs_confirming,
    is_restocked, redeemed_at, ended_at, program_version)
  SELECT '{member}', (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000a000'
    || lpad(to_hex(n), 12, '0'))::uuid, 'taobao-club', '{reward}', 'FULFILLED', 1, 'v1', false, false, at, at, 1
  FROM (SELECT n, timestamptz '{begin}' + n * interval '1 minute' AS at FROM generate_series(1, {many}) n) x"""


@pytest.fixture
async def crowded(world: World) -> tuple[World, UUID, UUID]:
    """A program of which very much was redeemed, of two rewards; one a minute, until now."""
    mall = Mall(world)
    member = await mall.has("anna", 0)
    rewards = [await mall.offers(points=1, stock=None) for _ in range(2)]
    begin = world.now - MANY * timedelta(minutes=1)
    for reward in rewards:
        sql = SPREAD.format(member=member, reward=reward, begin=begin.isoformat(), many=MANY)
        await run(world.database.settings.url, sql.replace("7000a000", f"7000a{rewards.index(reward)}00"))
    await run(world.database.settings.url, "ANALYZE redemptions")
    return world, rewards[0], rewards[1]


@pytest.mark.parametrize("is_falling", [True, False])
async def test_a_page_reads_few_rows_of_very_many(crowded: tuple[World, UUID, UUID], is_falling: bool) -> None:
    """Whatever is asked for, also if there is nothing of it. Tried: without the bound of ids, or without the state in
    the index, thousands are read."""
    world, reward, _ = crowded
    recent, closed = world.now - timedelta(minutes=10), [RedemptionState.CANCELED, RedemptionState.REFUNDED]
    wanted = (
        Wanted(CLUB),
        Wanted(CLUB, states=closed),
        Wanted(CLUB, states=[RedemptionState.FULFILLED]),
        Wanted(CLUB, states=[RedemptionState.PENDING]),
        Wanted(CLUB, since=world.now + DAY),
        Wanted(CLUB, since=recent),
        Wanted(CLUB, since=recent, states=closed),
        Wanted(CLUB, reward_id=reward, states=closed),
        Wanted(CLUB, reward_id=reward, since=recent),
        Wanted("brand-standard", reward_id=reward),
    )
    most = FEW + 1 + 2 * CLOCKS_APART // timedelta(minutes=1)
    for each in wanted:
        async with world.database.transaction() as tx:
            before = await _read(tx)
            await redemptions_wanted(tx, each, page=Page(FEW, None), is_falling=is_falling)
            read = await _read(tx) - before
            assert read <= most, (each, read)


async def _read(tx: Any) -> int:
    """Rows of the table that this transaction has read so far, whether they were wanted or not."""
    sql = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'redemptions'"
    return await tx._connection.raw.fetchval(sql)


async def test_every_redemption_since_an_instant_is_there_though_a_clock_was_late(
    crowded: tuple[World, UUID, UUID],
) -> None:
    """Its id says when it was made; clocks may be put back in between. Tried: without the leeway it is missing, and
    with a bound by ids alone there are some that are older."""
    world, reward, _ = crowded
    late = least_id_of(world.now, leeway=CLOCKS_APART)
    await run(
        world.database.settings.url,
        f"""INSERT INTO redemptions SELECT (jsonb_populate_record(r, jsonb_build_object('id', '{late}', 'redeemed_at',
            '{world.now.isoformat()}'))).* FROM redemptions r WHERE reward_id = '{reward}' LIMIT 1""",
    )
    since = world.now - 2 * timedelta(minutes=1)
    for order in ("ASC", "DESC"):
        document = SHOWN["RedemptionsToSeeTo"].replace("ASC", order)
        variables: dict[str, Any] = {"program": CLUB, "filter": {"since": since.isoformat()}, "first": 100}
        page = (await world.data(document, by=staff(Role.SUPPORT, CLUB), **variables))["redemptions"]
        assert page["totalCount"] == len(page["nodes"]) == 2 * 3 + 1


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
async def test_since_long_ago_is_everything(crowded: tuple[World, UUID, UUID], at: datetime) -> None:
    """Ids know no time before 1970."""
    world, _, __ = crowded
    page = await world.data(
        SHOWN["RedemptionsToSeeTo"], by=staff(Role.SUPPORT, CLUB), program=CLUB, filter={"since": at.isoformat()}
    )
    assert page["redemptions"]["totalCount"] == 2 * MANY


def test_no_id_comes_before_the_least_of_its_time() -> None:
    made = new_id()
    at = datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
    assert least_id_of(at, leeway=timedelta()) <= made < least_id_of(at + SECOND, leeway=timedelta())
    assert least_id_of(at + HOUR, leeway=HOUR) == least_id_of(at, leeway=timedelta())
