"""A member and staff look into a tier, and staff set one: the example's own operations, over HTTP."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from app import clock
from app.graph import Role
from app.prover import prove
from tests.programs.files import shop
from tests.served import issuer_in, served, settings_in
from tests.world import EXAMPLES, World, customer, staff, ways

TEXT = (EXAMPLES / "operations" / "explain-tier.graphql").read_text("utf-8")
VARIABLES = json.loads((EXAMPLES / "operations" / "explain-tier.json").read_text("utf-8"))
SHOP = "shop"
CAPPED = """
[members]
join = "AUTOMATIC"

[[tiers.orders]]
code = "count"
growth = 50
words = { zh = "每笔订单得 50 成长值", en = "50 growth for each order" }

[[tiers.caps]]
code = "orders-a-day"
period = "DAY"
growth = 50
rules = ["count"]
words = { zh = "每天最多 50", en = "At most 50 a day" }

[[tiers.actions]]
code = "review"
action = "REVIEW"
growth = 30
words = { zh = "每次评价得 30 成长值", en = "30 growth for each review" }
"""
SIMULATE = """query Simulate { simulateOrder(program: "shop", currency: "CNY", lines: [{quantity: 1, amount: "100"}]) {
  growth rules { code growth cuts { code growth } } } }"""
ORDER = """mutation Order($input: RecordOrderInput!) { recordOrder(input: $input) {
  ... on RecordOrderSuccess { growth member { id tier { code } } } } }"""
REVIEW = """mutation Review($input: RecordActivitiesInput!) { recordActivities(input: $input) {
  ... on RecordActivitySuccess { growth } } }"""

Ask = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def asking(world: World, folder: Path) -> AsyncGenerator[Ask]:
    """Asks a server, as one of the shop's people or systems."""
    issuer, now = issuer_in(folder), clock.now()
    tokens = {
        "anna": issuer.token(subject="anna", now=now, role=Role.MEMBER),
        "sara": issuer.token(subject="sara", now=now, role=Role.SUPPORT, programs=(SHOP,)),
        "shop": issuer.token(
            subject="shop", now=now, role=Role.SERVICE, programs=(SHOP,), sources=("shop",), scopes=("facts:write",)
        ),
    }
    settings = settings_in(folder, world.database.settings.url, default_program=SHOP)
    async with served(settings) as server, httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:

        async def ask(operation: str, by: str, text: str = TEXT, **variables: Any) -> Any:
            body = {"query": text, "operationName": operation, "variables": variables}
            headers = {"authorization": f"Bearer {tokens[by]}", "accept-language": "en"}
            answer = (await http.post("/graphql", json=body, headers=headers)).json()
            assert "errors" not in answer, answer
            (value,) = answer["data"].values()
            return value

        yield ask


async def test_a_tier_is_simulated_earned_explained_and_set(world: World, tmp_path: Path) -> None:
    """M4, M5, M11, M31, R23: what `simulateOrder` says of growth and its caps is what then comes."""
    moment = clock.now()
    noon = f"Etc/GMT{moment.hour - 12:+d}"  # where it is about noon: all is of one local day
    await world.publishes(shop(time_zone=noon) + CAPPED)
    paid = (moment - timedelta(minutes=9)).isoformat()
    order = {"program": SHOP, "currency": "CNY", "customer": {"subject": "anna"}, "paidAt": paid, "completedAt": paid,
             "lines": [{"quantity": 1, "amount": "100.00"}]}  # fmt: skip
    async with asking(world, tmp_path) as ask:
        for number, growth, cuts in ((1, 150, []), (2, 100, [{"code": "orders-a-day", "growth": 50}])):
            simulated = await ask("Simulate", "anna", SIMULATE)
            assert simulated["growth"] == growth
            by_rule = {rule["code"]: rule for rule in simulated["rules"] if rule["growth"] or rule["cuts"]}
            assert by_rule["count"] == {"code": "count", "growth": growth - 100, "cuts": cuts}
            recorded = await ask("Order", "shop", ORDER, input=order | {"order": f"o-{number}"})
            assert recorded["growth"] == growth
        member = recorded["member"]["id"]
        assert recorded["member"]["tier"] == {"code": "v2"}
        review = {"action": "REVIEW", "customer": {"subject": "anna"}, "id": "r-1", "occurredAt": paid}
        (done,) = await ask("Review", "shop", REVIEW, input={"program": SHOP, "activities": [review]})
        assert done == {"growth": 30}

        mine = (await ask("MyTier", "anna", program=SHOP))["explainTier"]
        assert (mine["basis"], mine["growth"]) == ("GROWTH", 280)
        assert {part["rule"]: part["growth"] for part in mine["byRule"]} == {"order": 200, "count": 50, "review": 30}
        assert mine["ways"][0]["words"] == "Another 220 growth reaches v3."

        explained = await ask("ExplainTier", "sara", member=member)
        assert explained["explainTier"] == mine
        assert [entry["change"] for entry in explained["growthHistory"]["nodes"]] == [30, 100, 50, 100]
        given = {"member": member, "tier": "v3", "until": (moment + timedelta(days=9)).isoformat()}
        done = await ask("SetManualTier", "sara", set=VARIABLES["set"] | given)
        assert (done["member"]["tier"]["code"], done["member"]["earnedTier"]["code"]) == ("v3", "v2")
        again = await ask("SetManualTier", "sara", set=VARIABLES["set"] | given)
        assert again == done | {"replayed": True}
        ended = await ask("EndManualTier", "sara", end=VARIABLES["end"] | {"member": member})
        assert ended["member"]["tier"]["code"] == "v2"
    proof = await prove(world.database, now=clock.now(), programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def test_the_operations_are_compiled(world: World) -> None:
    """Nothing of them is left to graphql-core."""
    await world.publishes(shop())
    await world.joins("anna", program=SHOP)
    run = world.execute
    mine = await run(TEXT, {"program": SHOP}, "MyTier", world.context(customer("anna")))
    assert mine.data is not None
    member, support = mine.data["me"]["id"], staff(Role.SUPPORT, SHOP)
    given = VARIABLES["set"] | {"member": member, "tier": "v2"}
    for name, variables in (
        ("ExplainTier", {"member": member}),
        ("SetManualTier", {"set": given}),
        ("EndManualTier", {"end": VARIABLES["end"] | {"member": member}}),
    ):
        assert not (await run(TEXT, variables, name, world.context(support))).errors
    assert world.execution.counts == ways(4)
