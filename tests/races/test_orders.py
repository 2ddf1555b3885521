"""A hundred reports of orders at once, through the graph. Each race fails without the lock or key that decides it."""

from collections import Counter
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import pytest

from tests.world import ISSUER, World, service

from .racing import (
    CROWD,
    Mutant,
    Race,
    at_once,
    balanced,
    drop_constraint,
    everybody_is_one_customer,
    fails,
    identity_is_looked_up_first,
    membership_is_looked_up_first,
    order_key_is_looked_up_first,
    rows,
    without_member_lock,
    without_order_key,
)

DAY = timedelta(days=1)
SHOP = service("taobao-club")
NUMBERS = count(1)
RECORD = """mutation Record($input: RecordOrderInput!) { recordOrder(input: $input) {
  __typename
  ... on RecordOrderSuccess { replayed points growth order { id } member { id } }
  ... on Refusal { code }
} }"""


async def record(
    world: World, subject: str, order: str, *, amount: str = "100", paid: bool = True, completed: bool = True
) -> dict[str, Any]:
    """What the order system is told: also when the order was paid and completed is always the same."""
    told: dict[str, Any] = {"customer": {"issuer": ISSUER, "subject": subject}, "order": order, "currency": "CNY"}
    if paid:
        told |= {"paidAt": (world.now - 20 * DAY).isoformat(), "lines": [{"quantity": 1, "amount": amount}]}
    if completed:
        told["completedAt"] = (world.now - 10 * DAY).isoformat()
    return (await world.data(RECORD, by=SHOP, input=told))["recordOrder"]


def new(name: str) -> str:
    """A name that no race before had."""
    return f"{name}-{next(NUMBERS)}"


async def standing(world: World, subject: str) -> Any:
    """Growth, tier, points and number of orders of a customer, who is one member."""
    ((found),) = await rows(
        world,
        f"""
        SELECT m.growth, m.tier, a.available, a.pending,
               (SELECT count(*) FROM orders WHERE member_id = m.id) AS orders,
               (SELECT count(*) FROM points_entries WHERE member_id = m.id) AS entries
        FROM identities i JOIN members m USING (customer_id) JOIN points_accounts a ON a.member_id = m.id
        WHERE i.subject = '{subject}'""",
    )
    return tuple(found)


async def the_same_order_earns_once(world: World) -> None:
    """R24, R36: all are answered with the same; one of them did it."""
    subject, order = new("anna"), new("order")
    answers = await at_once(record(world, subject, order) for _ in range(CROWD))
    assert Counter(answer["__typename"] for answer in answers) == {"RecordOrderSuccess": CROWD}
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert len({answer["order"]["id"] for answer in answers}) == 1
    assert {(answer["points"], answer["growth"]) for answer in answers} == {(100, 100)}
    assert await standing(world, subject) == (100, None, 100, 0, 1, 2)
    await balanced(world)


async def different_orders_add_up(world: World) -> None:
    """R5, R16: nothing of a member is lost, and the tier is that of the sum."""
    subject = new("anna")
    await record(world, subject, new("order"))
    await at_once(record(world, subject, new("order"), amount="19.99") for _ in range(CROWD))
    assert await standing(world, subject) == (2000, "v2", 2000, 0, CROWD + 1, 2 * (CROWD + 1))
    await balanced(world)


async def first_facts_make_a_member_each(world: World) -> None:
    """R24: a hundred customers who were not known."""
    subjects = [new("anna") for _ in range(CROWD)]
    answers = await at_once(record(world, subject, new("order")) for subject in subjects)
    assert len({answer["member"]["id"] for answer in answers}) == CROWD
    for subject in subjects[:3]:
        assert await standing(world, subject) == (100, None, 100, 0, 1, 2)
    await balanced(world)


async def first_facts_of_one_make_one_member(world: World) -> None:
    """R24: a customer who was not known is registered once, is one member, and has it all."""
    subject = new("anna")
    answers = await at_once(record(world, subject, new("order"), amount="10") for _ in range(CROWD))
    assert len({answer["member"]["id"] for answer in answers}) == 1
    assert await standing(world, subject) == (1000, "v2", 1000, 0, CROWD, 2 * CROWD)
    await balanced(world)


async def first_facts_of_a_known_customer_make_one_member(world: World) -> None:
    """R24: the customer already is a member of another program."""
    subject = new("anna")
    await world.joins(subject, program="brand-standard")
    answers = await at_once(record(world, subject, new("order"), amount="10") for _ in range(CROWD))
    assert len({answer["member"]["id"] for answer in answers}) == 1
    assert await standing(world, subject) == (1000, "v2", 1000, 0, CROWD, 2 * CROWD)
    await balanced(world)


async def an_order_is_never_for_two(world: World) -> None:
    """R24: reported for two customers, it earns for one; the other is no member because of it."""
    subjects, order = [new("anna"), new("bella")], new("order")
    answers = await at_once(record(world, subjects[number % 2], order) for number in range(CROWD))
    assert Counter(answer["__typename"] for answer in answers) == {
        "RecordOrderSuccess": CROWD // 2,
        "FactConflict": CROWD // 2,
    }
    members = await rows(world, f"SELECT * FROM identities WHERE subject IN ('{subjects[0]}', '{subjects[1]}')")
    assert len(members) == 1
    assert await standing(world, members[0]["subject"]) == (100, None, 100, 0, 1, 2)
    await balanced(world)


async def paid_and_completed_come_to_the_same(world: World) -> None:
    """R25: fifty orders of one member, each paid and completed in two reports, all of them at once."""
    subject, orders = new("anna"), [new("order") for _ in range(CROWD // 2)]
    reports = [(order, paid) for order in orders for paid in (True, False)]
    Random(7).shuffle(reports)
    await at_once(record(world, subject, order, amount="20", paid=paid, completed=not paid) for order, paid in reports)
    assert await standing(world, subject) == (1000, "v2", 1000, 0, len(orders), 2 * len(orders))
    await balanced(world)


async def paid_and_completed_of_one_order_are_one_each(world: World) -> None:
    """R24, R25: both reports, fifty times each."""
    subject, order = new("anna"), new("order")
    answers = await at_once(
        record(world, subject, order, paid=number % 2 == 0, completed=number % 2 == 1) for number in range(CROWD)
    )
    assert Counter(answer["replayed"] for answer in answers) == {False: 2, True: CROWD - 2}
    assert await standing(world, subject) == (100, None, 100, 0, 1, 2)
    await balanced(world)


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_same_order_earns_once: (without_order_key, identity_is_looked_up_first),
    different_orders_add_up: (without_member_lock,),
    first_facts_make_a_member_each: (everybody_is_one_customer,),
    first_facts_of_one_make_one_member: (identity_is_looked_up_first, without_member_lock),
    first_facts_of_a_known_customer_make_one_member: (membership_is_looked_up_first,),
    an_order_is_never_for_two: (order_key_is_looked_up_first, without_order_key),
    paid_and_completed_come_to_the_same: (without_member_lock,),
    paid_and_completed_of_one_order_are_one_each: (without_order_key,),
}
"""Each race, and what it cannot do without."""
LOSSES = [(race, mutant) for race, mutants in RACES.items() for mutant in mutants]


def name_of(function: Any) -> str:
    return function.__name__


@pytest.mark.parametrize("race", RACES, ids=name_of)
async def test_a_hundred_at_once(crowd: World, race: Race) -> None:
    await race(crowd)


@pytest.mark.parametrize(("race", "mutant"), LOSSES, ids=name_of)
async def test_without_its_lock_or_key_it_goes_wrong(
    crowd: World, monkeypatch: pytest.MonkeyPatch, race: Race, mutant: Mutant
) -> None:
    """The races above can fail: each does without what decides it."""
    mutant(monkeypatch)
    assert await fails(race, crowd)


async def test_where_the_key_fails_the_constraint_lets_an_order_earn_once(
    crowd: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R24: constraints in the database, too. Without the key, all but one report fail; without them, too, all earn."""
    without_order_key(monkeypatch)
    subject, order = new("anna"), new("order")
    with pytest.raises(AssertionError, match="uq_orders_external_id"):
        await at_once(_recorded(crowd, subject, order) for _ in range(CROWD))
    assert await standing(crowd, subject) == (100, None, 100, 0, 1, 2)
    put_back_facts = await drop_constraint(crowd.database, "facts", "uq_facts_external_id")
    put_back = await drop_constraint(crowd.database, "orders", "uq_orders_external_id")
    try:
        other = new("order")
        await at_once(_recorded(crowd, subject, other) for _ in range(CROWD))
        earned = 100 * (CROWD + 1)
        assert await standing(crowd, subject) == (earned, "v4", earned, 0, CROWD + 1, 2 * (CROWD + 1))
    finally:
        await put_back_facts()
        await put_back()


async def _recorded(world: World, subject: str, order: str) -> None:
    """As the graph does it, but what goes wrong is raised as it is."""
    paid = world.now - 20 * DAY
    await world.orders(subject, "100", order=order, paid=paid, completed=paid + 10 * DAY)
