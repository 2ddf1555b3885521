"""A hundred refunds at once, through the graph. Each race fails without the lock or key that decides it (R10, R24)."""

from collections import Counter
from itertools import count
from random import Random
from typing import Any

import pytest

from tests.points.seller import Seller
from tests.world import World, service

from .racing import (
    CROWD,
    Mutant,
    Race,
    at_once,
    balanced,
    fails,
    order_key_is_looked_up_first,
    rows,
    without_member_lock,
    without_order_key,
)
from .test_orders import DAY, record

NUMBERS = count(1)
SHOP = service("taobao-club")
RECORD = """mutation Record($input: RecordRefundInput!) { recordRefund(input: $input) {
  __typename
  ... on RecordRefundSuccess { replayed pointsTakenBack refund { externalId } order { externalId } }
  ... on Refusal { code }
} }"""
STANDS = """SELECT m.growth, a.available, a.pending, a.held,
    (SELECT coalesce(sum(reversed), 0) FROM points_lots l WHERE l.member_id = m.id) AS reversed,
    (SELECT coalesce(sum(owed), 0) FROM points_lots l WHERE l.member_id = m.id) AS owed,
    (SELECT count(*) FROM facts f WHERE f.member_id = m.id AND kind = 'REFUND') AS refunds
  FROM identities i JOIN members m USING (customer_id) LEFT JOIN points_accounts a ON a.member_id = m.id
  WHERE i.subject = '{}'"""


def new(name: str) -> str:
    """A name that no race before had."""
    return f"{name}-{next(NUMBERS)}"


async def refund(world: World, subject: str, order: str, refund: str, *, amount: str = "10") -> dict[str, Any]:
    told: dict[str, Any] = {
        "customer": {"subject": subject},
        "order": order,
        "refund": refund,
        "refundedAt": (world.now - 5 * DAY).isoformat(),
        "currency": "CNY",
        "lines": [{"line": 1, "amount": amount}],
    }
    return (await world.data(RECORD, by=SHOP, input=told))["recordRefund"]


async def stands(world: World, subject: str) -> Any:
    ((found),) = await rows(world, STANDS.format(subject))
    return found


async def the_same_refund_takes_back_once(world: World) -> None:
    """R24: all are answered with the same; one of them did it."""
    subject, order, name = new("anna"), new("order"), new("refund")
    await record(world, subject, order)
    answers = await at_once(refund(world, subject, order, name) for _ in range(CROWD))
    assert Counter(answer["__typename"] for answer in answers) == {"RecordRefundSuccess": CROWD}
    assert Counter(answer["replayed"] for answer in answers) == {False: 1, True: CROWD - 1}
    assert {answer["pointsTakenBack"] for answer in answers} == {10}
    assert tuple(await stands(world, subject)) == (90, 90, 0, 0, 10, 0, 1)
    await balanced(world)


async def different_refunds_add_up(world: World) -> None:
    """R10: a hundred parts of one line end at exactly nothing; of what is refunded twice, no more counts."""
    subject, order = new("anna"), new("order")
    await record(world, subject, order, amount="99.99")
    await at_once(refund(world, subject, order, new("refund"), amount="1.01") for _ in range(CROWD))
    assert tuple(await stands(world, subject)) == (0, 0, 0, 0, 99, 0, CROWD)
    await balanced(world)


async def a_refund_is_never_for_two(world: World) -> None:
    """R24: reported of two customers' orders, it is of one."""
    people = [(new("anna"), new("order")), (new("bella"), new("order"))]
    for subject, order in people:
        await record(world, subject, order)
    name = new("refund")
    answers = await at_once(refund(world, *people[number % 2], name) for number in range(CROWD))
    assert Counter(answer["__typename"] for answer in answers) == {
        "RecordRefundSuccess": CROWD // 2,
        "FactConflict": CROWD // 2,
    }
    found = [await stands(world, subject) for subject, _ in people]
    assert sorted(row["available"] for row in found) == [90, 100]
    await balanced(world)


async def an_order_and_its_refunds_may_come_together(world: World) -> None:
    """R25: fifty orders that nobody knew, each paid, completed and refunded in three reports, all of them at once."""
    subject, orders = new("anna"), [new("order") for _ in range(CROWD // 2)]
    reports = [(order, kind) for order in orders for kind in ("paid", "completed", "refunded")]
    Random(7).shuffle(reports)

    def report(order: str, kind: str) -> Any:
        if kind == "refunded":
            return refund(world, subject, order, f"of {order}", amount="5.50")
        return record(world, subject, order, amount="20", paid=kind == "paid", completed=kind == "completed")

    await at_once(report(*each) for each in reports)
    left = 20 - 6  # of 20 points 5.5 are taken back, rounded half up
    count = len(orders)
    assert tuple(await stands(world, subject)) == (left * count, left * count, 0, 0, 6 * count, 0, count)
    await balanced(world)


async def refunds_completions_and_holds_meet(world: World) -> None:
    """R8, R10, R11, R14: of twenty orders each is completed and wholly refunded while its points are taken for holds;
    what is held stays held, and what could not be taken back is owed."""
    subject, orders = new("anna"), [new("order") for _ in range(20)]
    for order in orders:
        await record(world, subject, order, amount="20", completed=False)
    seller = Seller(world)
    works = [lambda order=order: record(world, subject, order, paid=False) for order in orders]
    works += [lambda order=order: refund(world, subject, order, f"of {order}", amount="20") for order in orders]
    works += [lambda: seller.place(subject, 7)] * (CROWD - len(works))
    Random(3).shuffle(works)
    answers = await at_once(work() for work in works)
    held = 7 * sum(answer["__typename"] == "PlaceHoldSuccess" for answer in answers)
    found = await stands(world, subject)
    assert (found["growth"], found["pending"], found["held"]) == (0, 0, held)
    assert found["reversed"] + found["owed"] == 20 * len(orders)
    assert (found["available"], found["owed"]) == (0, held)
    await balanced(world)


RACES: dict[Race, tuple[Mutant, ...]] = {
    the_same_refund_takes_back_once: (without_order_key,),
    different_refunds_add_up: (without_member_lock,),
    a_refund_is_never_for_two: (order_key_is_looked_up_first, without_order_key),
    an_order_and_its_refunds_may_come_together: (without_member_lock,),
    refunds_completions_and_holds_meet: (without_member_lock,),
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
