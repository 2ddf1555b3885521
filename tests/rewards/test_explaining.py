"""Why points moved, where a reward was redeemed, or given back: entries lead to it, and the steps add up."""

from typing import Any

import pytest

from tests.world import NOON, World, customer

from .mall import DAY, Mall

HISTORY = """{ me { pointHistory(first: 3, kinds: [SPENT, GIVEN_BACK, EXPIRED]) { nodes {
  id kind change cause ruleInWords redemption { id state } } } } }"""
EXPLAIN = "query Explain($id: ID!) { explainPoints(entry: $id) { amount steps { code words amount } } }"


@pytest.fixture
async def mall(world: World) -> Mall:
    return Mall(world)


async def entries(mall: Mall, language: str = "en") -> list[Any]:
    found = await mall.world.data(HISTORY, by=customer("anna"), language=language)
    return found["me"]["pointHistory"]["nodes"]


async def explained(mall: Mall, entry: str) -> Any:
    found = (await mall.world.data(EXPLAIN, by=customer("anna"), id=entry))["explainPoints"]
    assert sum(step["amount"] or 0 for step in found["steps"]) == found["amount"]
    return found


async def test_movements_lead_to_what_was_redeemed(mall: Mall) -> None:
    """R5, M31: what was paid, and what came back: with the rule in both languages."""
    await mall.has("anna", 100)
    redemption = await mall.redeemed("anna", await mall.offers(points=60))
    await mall.cancels("anna", redemption)
    back, paid = await entries(mall)
    assert [(each["kind"], each["change"], each["cause"]) for each in (back, paid)] == [
        ("GIVEN_BACK", 60, "REDEMPTION"), ("SPENT", -60, "REDEMPTION")
    ]  # fmt: skip
    assert back["redemption"] == paid["redemption"] == {"id": redemption, "state": "CANCELED"}
    assert paid["ruleInWords"] == "A reward for points; cancelled or refunded, they return"
    assert (await entries(mall, "zh"))[1]["ruleInWords"] == "积分兑换；取消或退款时退回"
    for entry, amount in ((paid, -60), (back, 60)):
        found = await explained(mall, entry["id"])
        codes = [step["code"] for step in found["steps"]]
        assert found["amount"] == amount
        assert codes[0] == "REDEMPTION"
        assert "LOT" in codes


async def test_what_comes_back_too_late_says_so(mall: Mall) -> None:
    """R7: its time had passed."""
    await mall.has("anna", 0)
    paid = NOON - 363 * DAY
    await mall.world.orders("anna", 60, paid=paid - 8 * DAY, completed=paid - 7 * DAY)
    redemption = await mall.redeemed("anna", await mall.offers(points=60))
    mall.world.now += 5 * DAY
    await mall.cancels("anna", redemption)
    lapsed, back, _ = await entries(mall)
    assert [(each["kind"], each["redemption"]["id"]) for each in (lapsed, back)] == [
        ("EXPIRED", redemption), ("GIVEN_BACK", redemption)
    ]  # fmt: skip
    steps = (await explained(mall, lapsed["id"]))["steps"]
    assert steps[0]["code"] == "LATE_RETURN"
    assert "POLICY" in [step["code"] for step in (await explained(mall, back["id"]))["steps"]]
