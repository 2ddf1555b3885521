"""Orders as another system reports them, through the graph."""

import pytest

from app.graph.masking import code_of
from tests.statements import Statements
from tests.world import World, customer, service

ME = "{ me { growth } }"
RECORD = """mutation Record($input: RecordOrderInput!) { recordOrder(input: $input) {
  __typename
  ... on RecordOrderSuccess { replayed points growth order { externalId amount { amount currency } lines { points } } }
  ... on Refusal { code message }
} }"""


def sent(**changes: object) -> dict[str, object]:
    """What an order system sends."""
    order: dict[str, object] = {
        "customer": {"issuer": "https://id.example", "subject": "anna"},
        "order": "o-1",
        "currency": "CNY",
        "paidAt": "2026-02-01T10:00:00Z",
        "completedAt": "2026-02-03T10:00:00Z",
        "lines": [{"quantity": 2, "amount": "19.90", "sku": "a"}, {"quantity": 1, "amount": "0.55"}],
    }
    return {name: value for name, value in {**order, **changes}.items() if value is not None}


async def test_an_order_is_recorded_once_however_often_it_is_sent(world: World, sql: Statements) -> None:
    """R12, R24: lines add up to the order; the same again is answered with what the first did."""
    shop = service("taobao-club")
    first = (await world.data(RECORD, by=shop, input=sent()))["recordOrder"]
    assert (first["points"], first["growth"], first["replayed"]) == (20, 20, False)
    assert first["order"]["amount"] == {"amount": "20.45", "currency": "CNY"}
    assert sum(line["points"] for line in first["order"]["lines"]) == 20
    again = (await world.data(RECORD, by=shop, input=sent()))["recordOrder"]
    assert again == {**first, "replayed": True}
    assert sql.count < 60


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"currency": "USD"}, "currency"),
        ({"order": ""}, "order"),
        ({"order": "a\nb"}, "order"),
        ({"order": "x" * 201}, "order"),
        ({"program": "nowhere"}, "program"),
        ({"program": "brand-standard"}, "program"),
        ({"lines": [{"quantity": -1, "amount": "1"}]}, "quantity"),
        ({"lines": [{"quantity": 0, "amount": "1"}]}, "quantity"),
        ({"lines": [{"quantity": 1, "amount": "-1"}]}, "amount"),
        ({"lines": [{"quantity": 1, "amount": "1.001"}]}, "decimals"),
        *(
            ({"lines": [{"quantity": 1, "amount": amount}]}, "Decimal")
            for amount in ("1e999999999", "1e3", "NaN", "sNaN", "Infinity", " 12 ", "1_0", "１２", "", 10.5, True)
        ),
        ({"lines": [{"quantity": 1, "amount": "99999999999999"}]}, "amount"),
        ({"lines": [{"quantity": 1, "amount": "21474836.47"}] * 2}, "amount"),
        ({"lines": [{"quantity": 1, "amount": "1"}] * 201}, "lines"),
        ({"lines": []}, "lines"),
        ({"paidAt": None}, "lines"),
        ({"paidAt": None, "completedAt": None, "lines": []}, "paidAt"),
        ({"paidAt": "2026-02-01T10:00:00"}, "time zone"),
        ({"paidAt": "20260201T100000Z"}, "DateTime"),
        ({"paidAt": "2026-02-30T10:00:00Z"}, "DateTime"),
        ({"paidAt": 1770000000}, "DateTime"),
        ({"paidAt": "2999-01-01T00:00:00Z"}, "future"),
        ({"paidAt": "9999-12-31T23:59:59-14:00"}, "paidAt"),
        ({"paidAt": "0001-01-01T00:00:00+14:00"}, "paidAt"),
        ({"completedAt": "0001-01-01T00:00:00Z"}, "before 1900"),
        ({"customer": {"issuer": "https://other.example", "subject": "a"}}, "customer"),
        ({"customer": {"subject": "s" * 256}}, "customer"),
        ({"source": "elsewhere"}, "source"),
        ({"channel": "???"}, "channel"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_and_leaves_nothing(
    world: World, changes: dict[str, object], says: str
) -> None:
    """R26, and bad input of every other kind: a code, a word that helps, nothing half done."""
    result = await world.ask(RECORD, by=service("taobao-club"), input=sent(**changes))
    assert result.errors is not None
    (error,) = result.errors
    assert code_of(error) == ("FORBIDDEN" if says == "source" else "BAD_USER_INPUT")
    assert says in error.message
    assert (await world.data(ME, by=customer("anna")))["me"] is None


async def test_the_same_order_with_other_content_is_a_conflict(world: World) -> None:
    """R24: for another amount, another time, or another customer."""
    shop = service("taobao-club")
    await world.data(RECORD, by=shop, input=sent())
    bella = {"issuer": "https://id.example", "subject": "bella"}
    others = [{"paidAt": "2026-02-01T10:00:01Z"}, {"lines": [{"quantity": 1, "amount": "1"}]}, {"customer": bella}]
    for changes in others:
        answer = (await world.data(RECORD, by=shop, input=sent(**changes)))["recordOrder"]
        assert (answer["__typename"], answer["code"]) == ("FactConflict", "FACT_CONFLICT")
    assert (await world.data(ME, by=customer("bella")))["me"] is None
    assert (await world.data(ME, by=customer("anna")))["me"]["growth"] == 20
