"""Early access is had: who has it redeems a reward before it opens for others, and sees so in the list (M14, M20)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.benefits.rules.held import most_early_access
from app.benefits.section import BenefitKind
from app.prover import prove
from tests.rewards.mall import Mall, reward_named
from tests.statements import Statements
from tests.world import World, customer

from .club import CLUB, DAY, club, grants, grown, offered, opened

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
EARLY = offered("early", BenefitKind.EARLY_ACCESS, "hours = 48")
FEW = club(EARLY, gold='["early"]')
CAMPAIGN = """[[campaigns.planned]]
code = "presale"
name = { zh = "抢先", en = "Presale" }
window = { kind = "ONE_OFF", starts = 2026-03-01T00:00:00, ends = 2026-03-08T00:00:00 }
effects = { early_access_hours = 72 }
"""
FOR_ME = f"""{{ rewards(program: "{CLUB}") {{ nodes {{ forMe {{ isRedeemable availableAt
  whyNot {{ ... on NotYetOpen {{ opensAt }} }} }} }} }} }}"""


async def reward(world: World, **more: Any) -> tuple[Mall, UUID]:
    """Something for nothing, open from the day after tomorrow on."""
    mall = Mall(world, program=CLUB)
    return mall, await mall.offers(points=0, opens_at=world.now + 2 * DAY, **more)


async def for_me(world: World, who: str) -> Any:
    (node,) = (await world.data(FOR_ME, by=customer(who)))["rewards"]["nodes"]
    return node["forMe"]


async def opens_for(mall: Mall, who: str, cup: UUID) -> datetime:
    """When it is said to open for somebody: by the list and by the refusal alike."""
    answer, seen = await mall.redeems(who, cup, program=CLUB), await for_me(mall.world, who)
    assert answer["code"] == "NOT_YET_OPEN", answer
    assert seen["whyNot"]["opensAt"] == seen["availableAt"] == datetime.fromisoformat(answer["opensAt"])
    return seen["availableAt"]


async def test_who_has_it_redeems_so_much_earlier_and_nobody_else(world: World) -> None:
    """M14, R2: half-open at the earlier instant; the list and the purchase say the same."""
    await opened(world, FEW)
    for who, growth in (("gold", 500), ("basic", 0)):
        await grown(world, who, growth)
    mall, cup = await reward(world)
    world.now -= MOMENT
    opens = world.now + 2 * DAY + MOMENT
    assert await opens_for(mall, "gold", cup) == opens - 48 * HOUR
    world.now += MOMENT
    assert (await for_me(world, "gold"))["isRedeemable"] is True
    assert (await mall.redeems("gold", cup, program=CLUB))["__typename"] == "RedeemRewardSuccess"
    assert await opens_for(mall, "basic", cup) == opens
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches


async def test_staff_and_campaigns_give_it_and_the_longest_counts(world: World) -> None:
    """M20: what a campaign gives is had by all that it is for, in place of less."""
    await opened(world, FEW)
    basic = await grown(world, "basic", 0)
    mall, cup = await reward(world)
    await grants(world, basic, "early")
    assert (await mall.redeems("basic", cup, program=CLUB))["__typename"] == "RedeemRewardSuccess"
    await world.publishes(FEW + CAMPAIGN, effective_from=world.now + HOUR)
    late = await mall.offers(points=0, opens_at=world.now + HOUR + 72 * HOUR)
    assert (await mall.redeems("basic", late, program=CLUB))["code"] == "NOT_YET_OPEN"
    world.now += HOUR
    assert (await mall.redeems("basic", late, program=CLUB))["__typename"] == "RedeemRewardSuccess"


async def test_where_nobody_has_it_nothing_is_read_of_it(world: World, sql: Statements) -> None:
    """A crowd that comes too early is told so without a lock, and a list costs what it did."""
    text = club(offered("price", BenefitKind.MEMBER_PRICE), gold='["price"]')
    await opened(world, text)
    assert most_early_access(world.programs, CLUB, now=world.now) == timedelta()
    await grown(world, "gold")
    mall, cup = await reward(world)
    with sql:
        assert (await mall.redeems("gold", cup, program=CLUB))["code"] == "NOT_YET_OPEN"
        await for_me(world, "gold")
    assert not any("benefit_grants" in each or "FOR UPDATE" in each for each in sql.texts)
    assert reward_named(cup)
