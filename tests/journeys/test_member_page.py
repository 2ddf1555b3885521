"""The member page: one query, the whole chain behind it, a fixed number of statements."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.graph import Role
from tests.databases import run
from tests.statements import Statements
from tests.world import COMPILED, EXAMPLES, NOON, World, customer, staff, ways

HOME = (EXAMPLES / "operations" / "home.graphql").read_text("utf-8")
DID = (
    "mutation ($key: UUID!) { checkIn(input: {idempotencyKey: $key}) { __typename } }",
    "mutation ($key: UUID!) { createInviteCode(input: {idempotencyKey: $key}) { __typename } }",
    """mutation ($key: UUID!) { claimCoupon(input: {idempotencyKey: $key, template: "welcome"}) { __typename } }""",
)


async def test_an_order_is_pending_then_active_and_raises_the_tier(world: World) -> None:
    """R9, R16, R17: the chain from an order to the page."""
    await world.orders("anna", "520.90", paid=NOON - timedelta(days=8), order="first")
    page = (await world.data(HOME, by=customer("anna")))["me"]
    assert page["points"] == {"available": 0, "pending": 520, "held": 0, "debt": 0, "expiring": []}
    assert page["tierProgress"]["growth"] == 0
    paid, completed = NOON - timedelta(days=8), NOON - timedelta(days=7)
    await world.orders("anna", "520.90", paid=paid, completed=completed, order="first")
    page = (await world.data(HOME, by=customer("anna")))["me"]
    assert page["points"]["available"] == 520
    assert page["tierProgress"]["growth"] == 520
    locked = {each["benefit"]["code"]: (each["tier"]["code"], each["growthMissing"]) for each in page["lockedBenefits"]}
    assert locked["priority-shipping"] == ("v4", 8000 - 520)
    kinds = [edge["node"]["kind"] for edge in page["pointHistory"]["edges"]]
    assert kinds == ["ACTIVATED", "EARNED"]


async def test_the_page_takes_at_most_eight_statements(world: World, sql: Statements) -> None:
    """Performance target, for one who has something of all that there is, in one request that runs compiled: member,
    points with what lapses, benefits, coupons, check-in, the code to invite by, history and its orders. What is held
    in memory costs none: tiers, the terms of coupons and benefits, campaigns. Uncompiled a loader does not wait for
    another: what is had by benefits, and what is locked, are read by one each."""
    day = timedelta(days=1)
    await world.orders("anna", "9000", paid=NOON - 370 * day, completed=NOON - 360 * day)  # lapses soon
    for number in range(3):
        await world.orders("anna", "4000", paid=NOON - (30 - number) * day, completed=NOON - 20 * day)
    await world.orders("anna", "50", paid=NOON - day, completed=NOON)  # pending
    for document in DID:
        (done,) = (await world.data(document, by=customer("anna"), key=str(uuid4()))).values()
        assert done["__typename"].endswith("Success"), done
    ((member_id,),) = await run(world.database.settings.url, "SELECT id FROM members")
    await world.settles(member_id)
    await world.data(HOME, by=customer("anna"))
    before = world.execution.counts.total()
    with sql:
        page = (await world.data(HOME, by=customer("anna")))["me"]
    assert sql.count <= (8 if COMPILED else 9), sql.texts
    assert world.execution.counts == ways(before + 1), "neither with care nor without being compiled"
    reads = sum("benefit_grants" in text for text in sql.texts)
    assert reads == (1 if COMPILED else 2), "of what is had, locked, and on, by benefits"
    kinds = [each["node"]["kind"] for each in page["pointHistory"]["edges"]]
    assert kinds.count("EARNED") == 6  # five orders, and a check-in
    assert page["pointHistory"]["edges"][-1]["node"]["order"]["amount"]["amount"] == "9000.00"
    assert [each["amount"] for each in page["points"]["expiring"]] == [9000]
    assert page["points"]["pending"] == 50
    assert page["checkIn"]["streak"] == 1
    assert [each["template"]["code"] for each in page["coupons"]["nodes"]] == ["welcome"]
    assert page["referral"]["code"]
    assert [each["quota"]["left"] for each in page["benefits"] if each["quota"]] == [2]
    assert "promotion-618-extra" in [each["code"] for each in page["campaigns"]]


FIRST = """{ me { displayName tier { code name benefits { code } } tierProgress { growth growthRemaining ratio
  nextTier { code threshold } } points { available pending held debt expiring { amount at } }
  pointHistory(first: 20) { nodes { id kind change occurredAt order { externalId amount { amount } } }
  pageInfo { hasNextPage endCursor } totalCount } } }"""


async def test_the_page_of_tier_points_and_history_takes_at_most_five_statements(world: World, sql: Statements) -> None:
    """Performance target: member, points with what lapses, history, how much of it there is, its orders."""
    for number in range(3):
        await world.orders("anna", "4000", paid=NOON - timedelta(days=30 - number), completed=NOON - timedelta(days=20))
    ((member_id,),) = await run(world.database.settings.url, "SELECT id FROM members")
    await world.settles(member_id)
    with sql:
        page = (await world.data(FIRST, by=customer("anna")))["me"]
    assert sql.count <= 5, sql.texts
    assert page["pointHistory"]["totalCount"] == len(page["pointHistory"]["nodes"]) >= 3
    assert all(each["order"]["amount"]["amount"] == "4000.00" for each in page["pointHistory"]["nodes"])


LIST = """query List($first: Int!, $history: Int!) {
  members(first: $first) {
    totalCount
    pageInfo { hasNextPage }
    nodes {
      id
      tier { name }
      tierProgress { growthRemaining nextTier { name } }
      points { available pending expiring { amount } }
      pointHistory(first: $history) { totalCount nodes { change order { externalId lines { quantity } } } }
    }
  }
}"""


@pytest.mark.parametrize("compiled", [True, False])
async def test_a_page_of_ten_and_of_a_hundred_members_take_the_same_statements(
    world: World, sql: Statements, compiled: bool
) -> None:
    """Every list costs a fixed number of statements, compiled or not."""
    for number in range(101):
        await world.orders(f"c{number}", "300", paid=NOON - timedelta(days=9), completed=NOON - timedelta(days=8))
    counts: dict[int, int] = {}
    run_ = world.execution.execute if compiled else world.execution.uncompiled
    for first in (10, 100):
        with sql:
            result = await run_(
                LIST, {"first": first, "history": 5}, None, world.context(staff(Role.SUPPORT, "taobao-club"))
            )
        assert not result.errors
        assert result.data is not None
        assert len(result.data["members"]["nodes"]) == first
        assert result.data["members"]["totalCount"] == 101
        assert all(len(node["pointHistory"]["nodes"]) == 2 for node in result.data["members"]["nodes"])
        counts[first] = sql.count
    assert counts[10] == counts[100] == 7


async def test_history_is_paged_by_keyset_without_gaps_or_repeats(world: World) -> None:
    for number in range(1, 8):
        await world.orders("anna", number, paid=NOON - timedelta(days=number))
    text = """query ($after: String) { me { pointHistory(first: 3, after: $after) {
        nodes { id pendingChange } pageInfo { hasNextPage endCursor } } } }"""
    seen: list[int] = []
    after, more = None, True
    while more:
        page = (await world.data(text, by=customer("anna"), after=after))["me"]["pointHistory"]
        seen += [node["pendingChange"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_names_are_in_the_language_asked_for(world: World) -> None:
    await world.joins("anna")
    text = "{ me { tier { name } program { name } } }"
    english = (await world.data(text, by=customer("anna"), language="en"))["me"]
    chinese = (await world.data(text, by=customer("anna"), language="zh"))["me"]
    again = (await world.data(text, by=customer("anna"), language="en"))["me"]
    assert english == again != chinese
    assert len(chinese["tier"]["name"]) <= 5
