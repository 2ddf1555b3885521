"""What a member sees of gifts for reaching tiers: on their page, and in the history of their points."""

import pytest

from tests.points.till import Till
from tests.statements import Statements
from tests.world import NOON, World, customer

from .gifting import SHOP, buys, gives_back, shopping

GIFTS = """{ me(program: "shop") { tierGifts {
  id tier { code gift { points words } } words points revoked givenAt
} } }"""
HISTORY = """{ me(program: "shop") { pointHistory(first: 20) { nodes {
  kind change pendingChange cause rule ruleInWords tierGift { tier { code } words }
} } } }"""


@pytest.fixture
async def till(world: World) -> Till:
    """Anna, who reached v2 and v3, and had the growth for v3 refunded when 20 points were spent."""
    till = await shopping(world)
    await buys(world, 200)
    await buys(world, 300, order="back")
    await till.spends(120)
    await gives_back(world, "back", 300)
    return till


@pytest.mark.parametrize(("language", "words"), [("en", "A gift for the climb"), ("zh", "升级礼")])
async def test_a_member_sees_what_was_given_and_what_of_it_was_revoked(till: Till, language: str, words: str) -> None:
    """R15, R16"""
    found = (await till.world.data(GIFTS, by=customer("anna"), language=language))["me"]["tierGifts"]
    assert [{name: value for name, value in gift.items() if name != "id"} for gift in found] == [
        {
            "tier": {"code": code, "gift": {"points": points, "words": words}},
            "words": words,
            "points": points,
            "revoked": revoked,
            "givenAt": NOON,
        }
        for code, points, revoked in (("v2", 100, 0), ("v3", 300, 280))
    ]


async def test_the_history_of_points_says_for_which_tier_they_were_given(till: Till) -> None:
    """R5: what was given and what was revoked, with the rule in words as it was then."""
    world = till.world
    world.now = NOON.replace(year=2027)
    await till.settles()
    nodes = (await world.data(HISTORY, by=customer("anna")))["me"]["pointHistory"]["nodes"]
    by_gift = [node for node in nodes if node["cause"] == "TIER_GIFT"]
    assert [(node["kind"], node["tierGift"]["tier"]["code"]) for node in by_gift] == [
        ("REVERSED", "v3"),
        ("ACTIVATED", "v3"),
        ("EARNED", "v3"),
        ("ACTIVATED", "v2"),
        ("EARNED", "v2"),
    ]
    assert {node["ruleInWords"] for node in by_gift} == {"A gift for the climb"}
    assert {node["rule"] for node in by_gift} == {"tiers.ladder.v2.gift", "tiers.ladder.v3.gift"}
    assert [node["tierGift"] for node in nodes if node["cause"] != "TIER_GIFT"] == [None] * (len(nodes) - 5)


async def test_a_gift_is_found_by_its_id_by_whose_it_is(till: Till) -> None:
    """R43"""
    world = till.world
    (first, _) = (await world.data(GIFTS, by=customer("anna")))["me"]["tierGifts"]
    await world.joins("bella", program=SHOP)
    text = f'{{ node(id: "{first["id"]}") {{ id ... on GivenTierGift {{ points tier {{ code }} }} }} }}'
    found = {"id": first["id"], "points": 100, "tier": {"code": "v2"}}
    assert (await world.data(text, by=customer("anna")))["node"] == found
    assert (await world.data(text, by=customer("bella")))["node"] is None


async def test_gifts_cost_the_same_statements_however_many_there_are(till: Till, sql: Statements) -> None:
    world, counts = till.world, list[int]()
    for page in (6, 20):
        with sql:
            await world.data(HISTORY.replace("20", str(page)), by=customer("anna"))
        counts.append(sql.count)
    assert counts[0] == counts[1]
    with sql:
        await world.data(GIFTS, by=customer("anna"))
    assert sql.count == 2
