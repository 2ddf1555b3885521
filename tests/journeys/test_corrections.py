"""Staff explain a balance and correct it: the example's own operations, over HTTP, with tokens of two people."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from app import clock
from app.graph import Role
from app.prover import prove
from tests.served import issuer_in, served, settings_in
from tests.world import EXAMPLES, World, staff, ways

TEXT = (EXAMPLES / "operations" / "corrections.graphql").read_text("utf-8")
VARIABLES = json.loads((EXAMPLES / "operations" / "corrections.json").read_text("utf-8"))
CLUB = "taobao-club"
SCOPES = ("facts:write",)
ORDER = """mutation Order($input: RecordOrderInput!) { recordOrder(input: $input) {
    ... on RecordOrderSuccess { member { id } } } }"""

Ask = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def asking(world: World, folder: Path) -> AsyncGenerator[Ask]:
    """Asks a server, as one of the shop's people or systems."""
    issuer, now = issuer_in(folder), clock.now()
    tokens = {
        "sara": issuer.token(subject="sara", now=now, role=Role.SUPPORT, programs=(CLUB,)),
        "olga": issuer.token(subject="olga", now=now, role=Role.OPERATOR, programs=(CLUB,)),
        "shop": issuer.token(
            subject="shop", now=now, role=Role.SERVICE, programs=(CLUB,), sources=("shop",), scopes=SCOPES
        ),
    }
    settings = settings_in(folder, world.database.settings.url, default_program=CLUB)
    async with served(settings) as server, httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:

        async def ask(operation: str, by: str, text: str = TEXT, **variables: Any) -> Any:
            body = {"query": text, "operationName": operation, "variables": variables}
            headers = {"authorization": f"Bearer {tokens[by]}", "accept-language": "en"}
            answer = (await http.post("/graphql", json=body, headers=headers)).json()
            assert "errors" not in answer, answer
            (value,) = answer["data"].values()
            return value

        yield ask


async def test_support_asks_and_an_operator_agrees(world: World, tmp_path: Path) -> None:
    async with asking(world, tmp_path) as ask:
        order = {"program": CLUB, "order": "o-1", "currency": "CNY", "customer": {"subject": "anna"},
                 "paidAt": "2026-01-01T00:00:00Z", "completedAt": "2026-01-02T00:00:00Z",
                 "lines": [{"quantity": 1, "amount": "100.00"}]}  # fmt: skip
        await ask("Order", "shop", ORDER, input=order)
        (member,) = (await ask("FindMembers", "sara", program=CLUB))["nodes"]

        asked = await ask("AdjustPoints", "sara", adjust=VARIABLES["adjust"] | {"member": member["id"]})
        assert (asked["__typename"], asked["adjustment"]["state"]) == ("AdjustmentWaiting", "WAITING")
        (waits,) = (await ask("AdjustmentsWaiting", "olga", program=CLUB))["nodes"]
        assert waits["member"]["id"] == member["id"]
        decided = await ask("ApproveAdjustment", "olga", approve=VARIABLES["approve"] | {"adjustment": waits["id"]})
        assert decided["__typename"] == "ApproveAdjustmentSuccess"
        again = await ask("ApproveAdjustment", "olga", approve=VARIABLES["approve"] | {"adjustment": waits["id"]})
        assert again == decided | {"replayed": True}
        late = await ask("RejectAdjustment", "olga", reject=VARIABLES["reject"] | {"adjustment": waits["id"]})
        assert (late["__typename"], late["state"]) == ("AdjustmentDecided", "APPLIED")

        explained = await ask("ExplainBalance", "sara", member=member["id"])
        newest = explained["pointHistory"]["nodes"][0]
        assert (newest["kind"], newest["change"], newest["ruleInWords"]) == (
            "ADJUSTED",
            1200,
            "Points corrected by staff",
        )
        assert newest["adjustment"]["askedBy"] == {"subject": "sara"}
        assert newest["balanceAfter"] == explained["points"]["available"] == decided["member"]["points"]["available"]
        did = await ask("WhatStaffDid", "olga", member=member["id"])
        assert [(entry["action"], entry["by"]["subject"]) for entry in did["audit"]["nodes"]] == [
            ("ADJUSTMENT_APPROVED", "olga"),
            ("ADJUSTMENT_ASKED", "sara"),
        ]
    proof = await prove(world.database, now=clock.now(), programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def test_the_operations_are_compiled(world: World) -> None:
    """Nothing of them is left to graphql-core."""
    await world.joins("anna")
    support, operator = staff(Role.SUPPORT, CLUB), staff(Role.OPERATOR, CLUB)
    run = world.execute
    found = await run(TEXT, {"program": CLUB}, "FindMembers", world.context(support))
    assert found.data is not None
    member = found.data["members"]["nodes"][0]["id"]
    for name in ("ExplainBalance", "WhatStaffDid"):
        assert not (await run(TEXT, {"member": member}, name, world.context(operator))).errors
    asked = await run(
        TEXT, {"adjust": VARIABLES["adjust"] | {"member": member}}, "AdjustPoints", world.context(support)
    )
    assert asked.data is not None
    waits = asked.data["adjustPoints"]["adjustment"]["id"]
    assert not (await run(TEXT, {}, "AdjustmentsWaiting", world.context(operator))).errors
    for name, key in (("ApproveAdjustment", "approve"), ("RejectAdjustment", "reject")):
        given = {key: VARIABLES[key] | {"adjustment": waits}}
        assert not (await run(TEXT, given, name, world.context(operator))).errors
    assert world.execution.counts == ways(7)
