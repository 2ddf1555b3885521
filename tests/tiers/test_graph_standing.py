"""Where a member stands, as a client sees it: the way to the next tier, the ladder, what the program gives."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from graphql import ExecutionResult

from app.graph.viewer import VISITOR
from tests.statements import Statements
from tests.world import NOON, World

from .asking import DAY, SHOP, SUPPORT, TICK, buys, me, opened, shop_of

PROGRESS = """tierProgress { growth countedUntil nextTier { code } growthRemaining ratio periodEnd renewRemaining atRisk
  newBenefits { code } }"""
LADDER = "tiers { tier { code } isHeld isReached growthMissing newBenefits { code } }"
PAGE = f"growth tier {{ code }} earnedTier {{ code }} manualTier {{ reason }} {LADDER} {PROGRESS}"
LIST = f'query ($n: Int!) {{ members(program: "{SHOP}", first: $n) {{ nodes {{ {PAGE} }} }} }}'
NEXT_YEAR = NOON.replace(year=2027)
GIFT = 'gift = { points = 100, words = { zh = "升级礼", en = "A gift for the climb" } }'


def generous() -> str:
    """The shop, with benefits of its upper tiers and a gift for reaching the second."""

    def benefit(code: str) -> str:
        both = f'{{ zh = "{code}", en = "{code}" }}'
        return (
            f'[[benefits.offered]]\ncode = "{code}"\nkind = "TRIAL_PRIORITY"\nname = {both}\ndescription = {both}\n'
            "parameters = { chances = 2 }\n"
        )

    upper = {200: f'{GIFT}\nbenefits = ["silver"]', 500: 'benefits = ["silver", "gold"]'}
    text = f"{shop_of()}\n{benefit('silver')}{benefit('gold')}"
    for threshold, more in upper.items():
        text = text.replace(f"threshold = {threshold}", f"threshold = {threshold}\n{more}")
    return text


async def test_progress_says_what_is_missing_for_the_next_tier_and_to_renew_the_present_one(world: World) -> None:
    """M6, R17, R18."""
    await opened(world)
    await world.joins("anna", program=SHOP)
    base = (await me(world, PROGRESS))["tierProgress"]
    assert (base["growth"], base["nextTier"], base["growthRemaining"], base["ratio"]) == (0, {"code": "v2"}, 200, 0.0)
    assert base["countedUntil"] is base["periodEnd"] is None
    assert (base["renewRemaining"], base["atRisk"]) == (0, False)
    await buys(world, 290)
    world.now += DAY
    middle = (await me(world, PROGRESS))["tierProgress"]
    assert (middle["nextTier"], middle["growthRemaining"], middle["ratio"]) == ({"code": "v3"}, 210, 0.3)
    assert (middle["countedUntil"], middle["periodEnd"]) == (NEXT_YEAR, NEXT_YEAR)
    assert (middle["renewRemaining"], middle["atRisk"]) == (200, False)
    world.now = NEXT_YEAR - 45 * DAY
    assert (await me(world, PROGRESS))["tierProgress"]["atRisk"]
    await buys(world, 250)
    top = (await me(world, PROGRESS))["tierProgress"]
    assert (top["nextTier"], top["growthRemaining"], top["ratio"], top["newBenefits"]) == (None, 0, 1.0, [])
    assert (top["renewRemaining"], top["atRisk"]) == (500, False)  # what reached it lapses as its period ends


async def test_growth_that_lapsed_since_is_not_counted_whether_or_not_a_job_has_run(world: World) -> None:
    """R2, R18: half-open; the tier is held until its period is over."""
    await opened(world, 'period = { kind = "MONTHS", months = 24 }')
    await world.joins("anna", program=SHOP)
    await buys(world, 210)
    world.now += 100 * DAY
    await buys(world, 100)
    fields = f"growth tier {{ code }} {LADDER} {PROGRESS}"
    world.now = NEXT_YEAR - TICK
    assert (await me(world, fields))["growth"] == 310
    world.now = NEXT_YEAR
    seen = await me(world, fields)
    assert (seen["growth"], seen["tier"]["code"]) == (100, "v2")
    progress = seen["tierProgress"]
    assert (progress["growth"], progress["growthRemaining"], progress["ratio"]) == (100, 400, 0.0)
    assert progress["countedUntil"] == NEXT_YEAR + 100 * DAY
    assert [step["growthMissing"] for step in seen["tiers"]] == [0, 0, 400]


async def test_the_ladder_says_what_is_reached_and_what_is_missing_for_the_rest(world: World) -> None:
    """M6, S3: all tiers with their benefits; what is new is what the tier held does not give."""
    await world.publishes(generous())
    await world.joins("anna", program=SHOP)
    await buys(world, 250)
    steps = (await me(world, LADDER.replace("tier {", "tier { benefits { code }")))["tiers"]
    told = [(step["tier"]["code"], step["isHeld"], step["isReached"], step["growthMissing"]) for step in steps]
    assert told == [("v1", False, True, 0), ("v2", True, True, 0), ("v3", False, False, 250)]
    assert [[benefit["code"] for benefit in step["newBenefits"]] for step in steps] == [[], [], ["gold"]]
    assert [len(step["tier"]["benefits"]) for step in steps] == [0, 1, 2]
    progress = (await me(world, PROGRESS))["tierProgress"]
    assert progress["newBenefits"] == [{"code": "gold"}]


async def test_everybody_sees_all_tiers_with_their_benefits_and_gifts(world: World) -> None:
    """M6, S3: also who is not signed in."""
    await world.publishes(generous())
    text = """{ program(code: "shop") { tiers { code threshold benefits { code name } gift { points words } } } }"""
    for language, words in (("en", "A gift for the climb"), ("zh", "升级礼")):
        tiers = (await world.data(text, by=VISITOR, language=language))["program"]["tiers"]
        assert [tier["threshold"] for tier in tiers] == [0, 200, 500]
        assert [[benefit["code"] for benefit in tier["benefits"]] for tier in tiers] == [
            [],
            ["silver"],
            ["silver", "gold"],
        ]
        assert [tier["gift"] for tier in tiers] == [None, {"points": 100, "words": words}, None]


@pytest.mark.parametrize("compiled", [True, False])
async def test_where_members_stand_costs_no_statement_beside_that_for_the_members(
    world: World, sql: Statements, compiled: bool
) -> None:
    """Performance: one statement for ten as for a hundred, and one more for each list once something is due of some."""
    await opened(world)
    for number in range(101):
        await world.joins(f"c{number}", program=SHOP)
    for number in range(5):
        await buys(world, 250, who=f"c{number}")
    run: Callable[..., Awaitable[ExecutionResult]] = world.execution.execute if compiled else world.execution.uncompiled

    async def statements(most: int) -> tuple[int, list[Any]]:
        with sql:
            result = await run(LIST, {"n": most}, None, world.context(SUPPORT))
        assert not result.errors
        assert result.data is not None
        return sql.count, result.data["members"]["nodes"]

    for most in (10, 100):
        count, nodes = await statements(most)
        assert (count, len(nodes)) == (1, most), sql.texts
    world.now = NEXT_YEAR
    for most in (10, 100):
        count, nodes = await statements(most)
        assert count == (4 if any(node["tier"]["code"] == "v2" for node in nodes) else 1), sql.texts
        assert {node["growth"] for node in nodes} == {0}
    assert sum(node["tier"]["code"] == "v2" for node in nodes) == 4


async def test_the_whole_page_of_one_member_takes_one_statement(world: World, sql: Statements) -> None:
    await opened(world)
    await world.joins("anna", program=SHOP)
    await buys(world, 250)
    with sql:
        seen = await me(world, PAGE.replace("manualTier { reason }", "manualTier { until }"))
    assert sql.count == 1, sql.texts
    assert seen["growth"] == 250
