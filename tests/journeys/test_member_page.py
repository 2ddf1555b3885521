"""The member page: one query, the whole chain behind it, a fixed number of statements."""

from datetime import timedelta

from tests.statements import Statements
from tests.world import EXAMPLES, NOON, World, customer

HOME = (EXAMPLES / "operations" / "home.graphql").read_text("utf-8")


async def test_an_order_is_pending_then_active_and_raises_the_tier(world: World) -> None:
    """R9, R16, R17: the chain from an order to the page."""
    await world.orders("anna", "520.90", paid=NOON - timedelta(days=8), order="first")
    page = (await world.data(HOME, by=customer("anna")))["me"]
    assert page["points"] == {"available": 0, "pending": 520, "expiring": []}
    assert page["tierProgress"]["growth"] == 0
    await world.orders("anna", "520.90", paid=NOON - timedelta(days=8), completed=NOON - timedelta(days=7), order="first")
    page = (await world.data(HOME, by=customer("anna")))["me"]
    assert page["points"]["available"] == 520
    assert page["tierProgress"]["growth"] == 520
    kinds = [edge["node"]["kind"] for edge in page["pointHistory"]["edges"]]
    assert kinds == ["ACTIVATED", "EARNED"]


async def test_the_page_takes_at_most_five_statements(world: World, sql: Statements) -> None:
    """Performance target of the first page."""
    for number in range(3):
        await world.orders("anna", "100", paid=NOON - timedelta(days=30 - number), completed=NOON - timedelta(days=20))
    await world.data(HOME, by=customer("anna"))
    with sql:
        page = await world.data(HOME, by=customer("anna"))
    assert len(page["me"]["pointHistory"]["edges"]) == 6
    assert sql.count <= 5, sql.texts
