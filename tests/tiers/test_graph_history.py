"""The history of growth and of tiers, as a client asks for it."""

from collections.abc import Awaitable, Callable

import pytest
from graphql import ExecutionResult

from app.facts.rules.activities import ReportedActivity
from app.graph import Role
from app.points.section import Action
from app.tiers.commands import bring_along, open_growth
from tests.statements import Statements
from tests.world import NOON, World, customer, staff

from .asking import DAY, SHOP, SUPPORT, buys, kinds, me, opened, settles_tiers, shop_of, standing

REVIEWS = """
[[tiers.actions]]
code = "review"
action = "REVIEW"
growth = 30
words = { zh = "每次评价得 30 成长值", en = "30 growth for each review" }
"""
GROWTH = """growthHistory { totalCount nodes { id change totalAfter cause rule ruleInWords ruleVersion earnedAt countsAt
  countsUntil takesBack { id change } order { externalId } refund { externalId } activity { action } } }"""
TIERS = """tierHistory { totalCount nodes { id kind cause words fromTier { code } toTier { code } heldTier { code }
  changedAt enteredAt periodEnd growth ruleVersion order { externalId } refund { externalId } activity { action } } }"""


async def reviews(world: World, name: str = "review") -> None:
    await world.reports_of("anna", ReportedActivity("shop", name, Action.REVIEW, world.now), program=SHOP)


async def test_every_movement_of_growth_says_what_it_is_and_what_made_it(world: World) -> None:
    """M4, R15: orders, activities, refunds with the date of what they take back; the last entered first."""
    await opened(world, more=REVIEWS)
    await world.joins("anna", program=SHOP)
    await buys(world, 300, order="first")
    world.now += 40 * DAY
    await reviews(world)
    await world.refunds("anna", "first", {1: 100}, program=SHOP, refund="back")
    refund, review, order = (await me(world, GROWTH))["growthHistory"]["nodes"]
    assert (order["change"], order["totalAfter"], order["cause"], order["rule"]) == (300, 300, "ORDER", "order")
    assert order["ruleInWords"] == "1 growth for each yuan"
    assert order["order"] == {"externalId": "first"}
    assert order["takesBack"] is order["refund"] is order["activity"] is None
    assert (order["countsAt"], order["countsUntil"]) == (NOON, NOON.replace(year=2027))
    assert (review["change"], review["totalAfter"], review["cause"]) == (30, 330, "ACTIVITY")
    assert review["activity"] == {"action": "REVIEW"}
    assert review["ruleInWords"] == "30 growth for each review"
    assert review["countsAt"] == world.now
    assert (refund["change"], refund["totalAfter"], refund["cause"]) == (-100, 230, "REFUND")
    assert refund["takesBack"] == {"id": order["id"], "change": 300}
    assert refund["refund"] == {"externalId": "back"}
    assert (refund["countsAt"], refund["countsUntil"]) == (order["countsAt"], order["countsUntil"])
    chinese = (await me(world, GROWTH, language="zh"))["growthHistory"]["nodes"]
    assert [node["ruleInWords"] for node in chinese] == [
        "每消费 1 元得 1 成长值",
        "每次评价得 30 成长值",
        "每消费 1 元得 1 成长值",
    ]


async def test_growth_that_never_lapses_says_so(world: World) -> None:
    """R18: by the window of the rules of now."""
    await opened(world)
    await world.joins("anna", program=SHOP)
    await buys(world, 10)
    await world.publishes(shop_of('window = { kind = "LIFETIME" }'), effective_from=world.now + DAY)
    assert (await me(world, GROWTH))["growthHistory"]["nodes"][0]["countsUntil"] is not None
    world.now += DAY
    assert (await me(world, GROWTH))["growthHistory"]["nodes"][0]["countsUntil"] is None


async def test_history_is_limited_to_causes_kinds_and_a_time(world: World) -> None:
    """The count goes with what is asked for; times are half-open (R2)."""
    await opened(world, more=REVIEWS)
    await world.joins("anna", program=SHOP)
    for number in range(4):
        await buys(world, 150)
        await reviews(world, f"review-{number}")
        world.now += DAY
    some = await me(world, "growthHistory(causes: [ACTIVITY]) { totalCount nodes { change } }")
    assert some["growthHistory"] == {"totalCount": 4, "nodes": [{"change": 30}] * 4}
    span = f'since: "{(NOON + DAY).isoformat()}", before: "{(NOON + 3 * DAY).isoformat()}"'
    some = await me(world, f"growthHistory({span}) {{ totalCount nodes {{ countsAt }} }}")
    assert some["growthHistory"]["totalCount"] == 4
    assert {node["countsAt"] for node in some["growthHistory"]["nodes"]} == {NOON + DAY, NOON + 2 * DAY}
    raised = await me(world, "tierHistory(kinds: [RAISED]) { totalCount nodes { toTier { code } } }")
    assert [node["toTier"]["code"] for node in raised["tierHistory"]["nodes"]] == ["v3", "v2"]
    assert (await me(world, "tierHistory(kinds: [LOWERED]) { totalCount }"))["tierHistory"] == {"totalCount": 0}
    assert (await me(world, f"tierHistory({span}) {{ totalCount }}"))["tierHistory"] == {"totalCount": 2}
    span = f'since: "{(NOON + DAY).isoformat()}", before: "{(NOON + 2 * DAY).isoformat()}"'
    some = await me(world, f"tierHistory({span}) {{ totalCount nodes {{ toTier {{ code }} }} }}")
    assert some["tierHistory"] == {"totalCount": 1, "nodes": [{"toTier": {"code": "v2"}}]}


async def test_history_is_paged_by_keyset_without_gaps_or_repeats(world: World) -> None:
    await opened(world)
    await world.joins("anna", program=SHOP)
    for number in range(1, 8):
        await buys(world, number)
    seen: list[int] = []
    after, more = "null", True
    while more:
        fields = (
            f"growthHistory(first: 3, after: {after}) {{ nodes {{ change }} pageInfo {{ hasNextPage endCursor }} }}"
        )
        page = (await me(world, fields))["growthHistory"]
        seen += [node["change"] for node in page["nodes"]]
        after, more = f'"{page["pageInfo"]["endCursor"]}"', page["pageInfo"]["hasNextPage"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_what_became_of_a_tier_says_why_and_in_words(world: World) -> None:
    """R15, R17, M31: a rise by an order, a correction by a refund."""
    await opened(world)
    await world.joins("anna", program=SHOP)
    await buys(world, 520, order="first")
    world.now += DAY
    await world.refunds("anna", "first", {1: 100}, program=SHOP, refund="back")
    corrected, raised = (await me(world, TIERS))["tierHistory"]["nodes"]
    assert (raised["kind"], raised["cause"], raised["order"]) == ("RAISED", "ORDER", {"externalId": "first"})
    assert (raised["fromTier"]["code"], raised["toTier"]["code"], raised["growth"]) == ("v1", "v3", 520)
    assert raised["words"] == "Raised from v1 to v3. By an order: 520 growth counted then. Held until 2027-03-01 20:00."
    assert (raised["changedAt"], raised["periodEnd"]) == (NOON, NOON.replace(year=2027))
    assert (corrected["kind"], corrected["cause"], corrected["refund"]) == (
        "CORRECTED",
        "REFUND",
        {"externalId": "back"},
    )
    assert corrected["words"].startswith("Corrected from v3 to v2. By a refund")
    chinese = (await me(world, TIERS, language="zh"))["tierHistory"]["nodes"]
    assert chinese[1]["words"] == "由v1升至v3。因一笔订单：当时计入 520 成长值。有效至 2027-03-01 20:00。"


async def test_a_renewal_that_was_undone_says_until_when_the_tier_is_held(world: World) -> None:
    """R15, M31: the same tier, by a refund."""
    await opened(world)
    await world.joins("anna", program=SHOP)
    await buys(world, 210)
    world.now += 30 * DAY
    await buys(world, 205, order="second")
    world.now = NOON.replace(year=2027)
    await settles_tiers(world)
    await world.refunds("anna", "second", {1: 100}, program=SHOP)
    _, corrected, renewed, _ = (await me(world, TIERS))["tierHistory"]["nodes"]
    assert (renewed["kind"], renewed["periodEnd"]) == ("RENEWED", NOON.replace(year=2028))
    assert (corrected["kind"], corrected["cause"], corrected["periodEnd"]) == ("CORRECTED", "REFUND", world.now)
    assert corrected["words"] == (
        "The period of v2 was corrected. By a refund: the growth that it rested on was taken back; 105 growth was "
        "left. Held until 2027-03-01 20:00."
    )


async def test_notices_renewals_and_falls_are_of_time(world: World) -> None:
    """R17: a notice says of which period, a renewal and a fall are dated when they were due."""
    await opened(world)
    await world.joins("anna", program=SHOP)
    await buys(world, 210)
    end = NOON.replace(year=2027)
    world.now = end - 45 * DAY
    await settles_tiers(world)
    world.now = end + 3 * DAY
    await settles_tiers(world)
    lowered, noticed, _ = (await me(world, TIERS))["tierHistory"]["nodes"]
    assert (noticed["kind"], noticed["cause"], noticed["periodEnd"]) == ("NOTICED", "TIME", end)
    assert noticed["words"].startswith("Notice: the period of v2 ends on 2027-03-01 20:00")
    assert (lowered["kind"], lowered["cause"], lowered["changedAt"]) == ("LOWERED", "TIME", end)
    assert (lowered["fromTier"]["code"], lowered["toTier"]["code"]) == ("v2", "v1")
    assert lowered["enteredAt"] == world.now
    assert lowered["periodEnd"] is None


async def test_a_rise_by_an_edited_ladder_is_of_the_rules(world: World) -> None:
    """R20."""
    await opened(world)
    await world.joins("anna", program=SHOP)
    await buys(world, 150)
    world.now += DAY
    await world.publishes(shop_of(ladder={"v1": 0, "v2": 100, "v3": 500}), effective_from=world.now)
    await settles_tiers(world)
    (raised,) = (await me(world, TIERS))["tierHistory"]["nodes"]
    assert (raised["kind"], raised["cause"], raised["changedAt"]) == ("RAISED", "RULES", world.now)
    assert raised["words"] == "Raised from v1 to v2. By a change of the rules. Held until 2027-03-02 20:00."


async def test_what_was_brought_along_says_so(world: World) -> None:
    """R19: growth and tier from elsewhere."""
    await opened(world)
    member_id = await world.joins("anna", program=SHOP)
    await standing(world, member_id, open_growth, growth=40)
    await standing(world, member_id, bring_along, tier="v2")
    (entry,) = (await me(world, GROWTH))["growthHistory"]["nodes"]
    assert (entry["cause"], entry["change"]) == ("OPENING", 40)
    assert entry["ruleInWords"] == "Growth from before you became known here"
    brought = (await me(world, TIERS))["tierHistory"]["nodes"][0]
    assert (brought["kind"], brought["cause"]) == ("BROUGHT", "BROUGHT")
    assert brought["words"] == "v2 was brought along. Held until 2027-03-01 20:00."


async def test_the_history_is_found_by_its_global_ids(world: World) -> None:
    """R43: for the owner and staff of the program, and nobody else."""
    await opened(world)
    await world.joins("anna", program=SHOP)
    await world.joins("bella", program=SHOP)
    await buys(world, 300)
    page = await me(world, "growthHistory { nodes { id } } tierHistory { nodes { id } }")
    ids = [page[name]["nodes"][0]["id"] for name in ("growthHistory", "tierHistory")]
    text = """query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on TierChange { toTier { code } words }
      ... on GrowthEntry { change countsUntil order { externalId } } } }"""
    for viewer in (customer("anna"), SUPPORT):
        entry, change = (await world.data(text, by=viewer, ids=ids))["nodes"]
        assert (entry["id"], change["id"]) == tuple(ids)
        assert entry["change"] == 300
        assert change["toTier"]["code"] == "v2"
    for viewer in (customer("bella"), staff(Role.SUPPORT, "taobao-club")):
        assert (await world.data(text, by=viewer, ids=ids))["nodes"] == [None, None]


LIST = """query ($n: Int!) { members(program: "shop", first: $n) { nodes { id
  growthHistory(first: 3) { totalCount nodes { change ruleInWords countsUntil takesBack { change }
    order { externalId } refund { externalId } activity { action } } }
  tierHistory(first: 3) { totalCount nodes { kind words toTier { code } order { externalId } refund { externalId } } }
} } }"""


@pytest.mark.parametrize("compiled", [True, False])
async def test_histories_of_many_members_take_a_fixed_number_of_statements(
    world: World, sql: Statements, compiled: bool
) -> None:
    """One for the list, six for growth and four for tiers: for two members as for twelve."""
    await opened(world)
    for number in range(12):
        await world.joins(f"c{number}", program=SHOP)
        await buys(world, 250 + number, order=f"o{number}", who=f"c{number}")
        await world.refunds(f"c{number}", f"o{number}", {1: 100}, program=SHOP)
    run: Callable[..., Awaitable[ExecutionResult]] = world.execution.execute if compiled else world.execution.uncompiled
    for most in (2, 12):
        with sql:
            result = await run(LIST, {"n": most}, None, world.context(SUPPORT))
        assert not result.errors
        assert result.data is not None
        nodes = result.data["members"]["nodes"]
        assert len(nodes) == most
        assert all(kinds(node["tierHistory"]["nodes"]) == ["CORRECTED", "RAISED"] for node in nodes)
        assert all(node["growthHistory"]["totalCount"] == 2 for node in nodes)
        assert sql.count == 11, sql.texts
