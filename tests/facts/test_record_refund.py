"""Refunds as another system reports them through the graph, and as they are read."""

from typing import Any

import pytest

from app.graph import Role
from app.graph.ids import global_id
from app.graph.masking import code_of
from tests.databases import run
from tests.points.seller import Seller
from tests.statements import Statements
from tests.world import COMPILED, EXAMPLES, World, customer, service, staff

from .refunding import DAY

OPERATIONS = (EXAMPLES / "operations" / "refund.graphql").read_text("utf-8")
RECORD, _, REST = OPERATIONS.partition("# What was refunded")
READ = f"#{REST}"
SHOP = service("taobao-club")
ORDERS = """{ me { pointHistory(first: 100) { nodes {
  kind order { externalId } refund { externalId lines { number } order { refunded { amount }
    refunds { externalId lines { number amount { amount } } } } } } } } }"""


def sent(**changes: object) -> dict[str, object]:
    """What an order system sends."""
    refund: dict[str, object] = {
        "customer": {"subject": "anna"},
        "order": "o-1",
        "refund": "r-1",
        "refundedAt": "2026-02-10T10:00:00Z",
        "currency": "CNY",
        "lines": [{"line": 1, "amount": "10.50"}],
    }
    return {name: value for name, value in {**refund, **changes}.items() if value is not None}


async def record(world: World, **changes: object) -> dict[str, Any]:
    return (await world.data(RECORD, by=SHOP, input=sent(**changes)))["recordRefund"]


async def test_a_refund_is_recorded_once_however_often_it_is_sent(world: World, sql: Statements) -> None:
    """R10, R24: what it took back, what is refunded by now, and the same again."""
    await world.orders("anna", "100", order="o-1", paid=world.now - 30 * DAY, completed=world.now - 25 * DAY)
    with sql:
        first = await record(world)
    assert sql.count <= 31
    assert (first["refunded"], first["pointsTakenBack"]) == ({"amount": "10.50", "currency": "CNY"}, 11)
    assert first["refund"]["lines"] == [{"number": 1, "amount": {"amount": "10.50", "currency": "CNY"}}]
    assert (first["order"]["externalId"], first["replayed"]) == ("o-1", False)
    with sql:
        assert await record(world) == {**first, "replayed": True}
    assert sql.count <= 14
    points = await world.data("{ me { growth points { available } } }", by=customer("anna"))
    assert points["me"] == {"growth": 89, "points": {"available": 89}}


async def test_a_refund_is_reported_over_http(world: World) -> None:
    """The whole way, in the language asked for; a refusal is an answer of status 200."""
    await world.orders("anna", "100", order="o-1")
    shop = Seller(world, viewer=SHOP, language="zh")
    for replayed in (False, True):
        answered = await shop.sends(OPERATIONS, "RecordRefund", input=sent())
        found = answered.json["data"]["recordRefund"]
        assert (answered.status, found["replayed"], found["pointsTakenBack"]) == (200, replayed, 11)
    other = await shop.sends(OPERATIONS, "RecordRefund", input=sent(order="o-2"))
    assert (other.status, other.json["data"]["recordRefund"]["message"]) == (
        200,
        "来源 shop 此前已上报 r-1，但内容或客户不同。",
    )


async def test_a_refund_may_come_before_its_order(world: World) -> None:
    """R25: nothing is refunded, and nothing taken back, until the order is paid; then what each refund did is told."""
    first = await record(world)
    await record(world, refund="r-2", lines=[{"line": 1, "amount": "20"}])
    assert (first["refunded"]["amount"], first["pointsTakenBack"]) == ("0.00", 0)
    assert first["order"] == {"id": first["order"]["id"], "externalId": "o-1", "amount": None}
    await world.orders("anna", "100", order="o-1", paid=world.now - 30 * DAY, completed=world.now - 25 * DAY)
    again = await record(world)
    assert (again["refunded"]["amount"], again["pointsTakenBack"], again["replayed"]) == ("30.50", 11, True)
    again = await record(world, refund="r-2", lines=[{"line": 1, "amount": "20"}])
    assert again["pointsTakenBack"] == 20


async def test_a_refund_with_other_content_is_a_conflict(world: World) -> None:
    """R24: for another amount, or another customer; in words that fit any fact."""
    await record(world)
    for changes in ({"lines": [{"line": 1, "amount": "10.51"}]}, {"customer": {"subject": "bella"}}):
        answer = await record(world, **changes)
        assert (answer["__typename"], answer["code"]) == ("FactConflict", "FACT_CONFLICT")
        assert answer["message"] == "shop has reported r-1 before with other content, or for another customer."


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"currency": "USD"}, "currency"),
        ({"refund": ""}, "refund"),
        ({"order": "a\nb"}, "order"),
        ({"program": "nowhere"}, "program"),
        ({"lines": []}, "lines"),
        ({"lines": [{"line": 0, "amount": "1"}]}, "line"),
        ({"lines": [{"line": 1, "amount": "-1"}]}, "amount"),
        ({"lines": [{"line": 1, "amount": "1.001"}]}, "decimals"),
        ({"lines": [{"line": 1, "amount": "1"}] * 2}, "twice"),
        ({"lines": [{"line": number, "amount": "1"} for number in range(1, 202)]}, "lines"),
        ({"refundedAt": "2026-02-01T10:00:00"}, "time zone"),
        ({"refundedAt": "2999-01-01T00:00:00Z"}, "future"),
        ({"refundedAt": "9999-12-31T23:59:59-14:00"}, "refundedAt"),
        ({"customer": {"issuer": "https://other.example", "subject": "a"}}, "customer"),
        ({"source": "elsewhere"}, "source"),
    ],
)
async def test_a_refund_that_makes_no_sense_is_refused_and_leaves_nothing(
    world: World, changes: dict[str, object], says: str
) -> None:
    """R26, and bad input of every other kind: a code, a word that helps, nothing half done."""
    result = await world.ask(RECORD, by=SHOP, input=sent(**changes))
    assert result.errors is not None
    (error,) = result.errors
    assert code_of(error) == ("FORBIDDEN" if says == "source" else "BAD_USER_INPUT")
    assert says in error.message
    assert await run(world.database.settings.url, "SELECT FROM customers") == []


async def test_an_entry_leads_to_the_refund_and_the_order_behind_it(world: World) -> None:
    """M9: every balance is explained by its entries."""
    recorded = await world.orders("anna", "100", order="o-1", paid=world.now - 30 * DAY)
    await world.refunds("anna", "o-1", {1: "30"}, refund="r-1")
    member = global_id("member", recorded.member_id)
    found = await world.data(READ, by=staff(Role.SUPPORT, "taobao-club"), member=member)
    (entry,) = found["node"]["pointHistory"]["nodes"]
    assert (entry["kind"], entry["change"], entry["pendingChange"]) == ("REVERSED", 0, -30)
    assert entry["refund"]["externalId"] == "r-1"
    assert entry["refund"]["order"]["refunded"] == {"amount": "30.00", "currency": "CNY"}
    assert [refund["externalId"] for refund in entry["refund"]["order"]["refunds"]] == ["r-1"]


@pytest.mark.parametrize("number", [1, 10])
async def test_refunds_are_read_with_a_fixed_number_of_statements(world: World, sql: Statements, number: int) -> None:
    """However many orders, refunds and lines there are."""
    for order in range(number):
        await world.orders("anna", "100", order=f"o-{order}")
        for part in range(3):
            await world.refunds("anna", f"o-{order}", {1: 10 + part}, refund=f"r-{order}-{part}")
    with sql:
        page = await world.data(ORDERS, by=customer("anna"))
    assert sql.count == (8 if COMPILED else 7)  # a loader gathers orders of entries and of refunds
    nodes = page["me"]["pointHistory"]["nodes"]
    assert len([node for node in nodes if node["refund"]]) == 3 * number
    assert all((node["refund"] is None) == (node["kind"] == "EARNED") for node in nodes)
    (first,) = [node for node in nodes if node["refund"] and node["refund"]["externalId"] == "r-0-0"]
    assert first["refund"]["order"]["refunded"]["amount"] == "33.00"
    assert [each["lines"] for each in first["refund"]["order"]["refunds"]] == [
        [{"number": 1, "amount": {"amount": f"{10 + part}.00"}}] for part in range(3)
    ]
