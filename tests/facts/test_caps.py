"""Caps on what orders and activities earn, through the books and the graph."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.facts.rules import Line, LineKind, left_by_caps, points_earned, points_of_lines
from app.points.rules.caps import Capped
from app.points.section import PointsSection
from app.prover import prove
from tests.databases import run
from tests.statements import Statements
from tests.world import NOON, World, customer, service

from .activities import DAY, capped_club, did, points
from .test_earning import LINES, SECTION

ORDERS = 'code = "orders-a-day"\nperiod = "DAY"\npoints = 150\nrules = ["order"]'
ALL = 'code = "all-a-day"\nperiod = "DAY"\npoints = 165'
TWICE = 'code = "twice-a-month"\nperiod = "MONTH"\ntimes = 2\nrules = ["order", "share"]'
SIMULATE = """query ($lines: [OrderLineInput!]!, $member: ID) {
  simulateOrder(lines: $lines, currency: "CNY", member: $member) {
    points lines { points } rules { code points cuts { code words points } }
  }
}"""
START = NOON + 10 * DAY
"""Noon in Greenwich is 20:00 in Shanghai, where the day ends four hours later."""
MIDNIGHT = START + timedelta(hours=4)


async def proves(world: World) -> None:
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches]


async def with_caps(world: World, *caps: str) -> World:
    """From START on, and so it is the day after."""
    await world.publishes(capped_club(*caps), effective_from=START - DAY)
    world.now = START + 20 * DAY
    return world


async def paid(world: World, amount: str, at: datetime, **more: Any) -> int:
    return (await world.orders("anna", amount, paid=at, **more)).points


async def test_orders_of_a_local_day_earn_at_most_what_its_cap_leaves(world: World) -> None:
    """R27: days by the program's clocks; what is before midnight is of another day than what is at midnight."""
    await with_caps(world, ORDERS)
    found = [
        await paid(world, "100", START),
        await paid(world, "100", START + timedelta(hours=1)),
        await paid(world, "100", MIDNIGHT - timedelta(microseconds=1)),
        await paid(world, "100", MIDNIGHT),
    ]
    assert found == [100, 50, 0, 100]
    await proves(world)


async def test_a_day_ends_where_the_next_begins(world: World) -> None:
    """R2, R27: what is at midnight fills the day that begins then, and not the one before."""
    await with_caps(world, ORDERS)
    assert await paid(world, "150", MIDNIGHT) == 150
    assert await paid(world, "150", MIDNIGHT + timedelta(hours=1)) == 0
    assert await paid(world, "150", MIDNIGHT - timedelta(hours=1)) == 150
    await proves(world)


async def test_the_day_is_that_of_payment_and_caps_fill_in_order_of_arrival(world: World) -> None:
    """R25, R27: what comes late is of its own day, whose cap is filled by what came before it, though that was paid
    later; nothing is shared out again."""
    await with_caps(world, ORDERS)
    assert await paid(world, "120", START + timedelta(hours=2)) == 120
    assert await paid(world, "500", MIDNIGHT + timedelta(hours=2)) == 150
    assert await paid(world, "120", START) == 30
    await proves(world)


async def test_what_a_refund_takes_back_leaves_its_day_as_full_as_it_was(world: World) -> None:
    """R25, R27: a cap is of what was earned, whatever became of it."""
    await with_caps(world, ORDERS)
    assert await paid(world, "150", START, order="o-1") == 150
    await world.refunds("anna", "o-1", {1: 150}, at=START + timedelta(hours=1))
    assert await paid(world, "150", START) == 0
    await proves(world)


async def test_an_order_that_is_reported_again_has_earned_what_caps_left_it_then(world: World) -> None:
    """R24, R25: also when its completion comes with it, and the cap has been filled since, by itself."""
    await with_caps(world, ORDERS)
    assert await paid(world, "100", START, order="o-1") == 100
    assert await paid(world, "100", START, order="o-2") == 50
    again = await world.orders("anna", "100", order="o-2", paid=START, completed=START + DAY)
    assert (again.points, again.replayed) == (50, False)
    assert (await world.orders("anna", "100", order="o-2", paid=START, completed=START + DAY)).points == 50
    lines = await run(world.database.settings.url, "SELECT sum(points) FROM order_lines")
    assert lines[0][0] == 150
    await proves(world)


async def test_completion_before_payment_earns_the_same(world: World) -> None:
    """R25"""
    await with_caps(world, ORDERS)
    assert await paid(world, "100", START) == 100
    await world.completes("anna", "o-2", at=START + DAY)
    assert (await world.orders("anna", "100", order="o-2", paid=START)).points == 50
    await proves(world)


async def test_orders_and_activities_fill_a_cap_together(world: World) -> None:
    """R27: all rules, if a cap names none; several caps hold at once."""
    await with_caps(world, ORDERS, ALL)
    assert await points(world, did("s-1", "SHARE", at=START)) == [5]
    assert await paid(world, "400", START) == 150
    assert await points(world, did("r-1", at=START), did("r-2", at=START), did("r-3", at=MIDNIGHT)) == [10, 0, 20]
    await proves(world)


async def test_a_cap_counts_how_often(world: World) -> None:
    """R27: so many orders and shares a month, however much each brings; what brought nothing does not count."""
    await with_caps(world, TWICE)
    assert await paid(world, "0.99", START) == 0
    assert await paid(world, "100", START) == 100
    assert await points(world, did("l-1", "LOGIN", at=START), did("s-1", "SHARE", at=START + DAY)) == [0, 5]
    assert await paid(world, "100", START + 2 * DAY) == 0
    assert await points(world, did("s-2", "SHARE", at=START), did("r-1", at=START)) == [0, 20]
    month = datetime(2026, 3, 31, 16, tzinfo=UTC)
    world.now = month + DAY
    assert await points(world, did("s-3", "SHARE", at=month - timedelta(seconds=1)), did("s-4", "SHARE", at=month)) == [
        0,
        5,
    ]
    await proves(world)


async def test_caps_are_those_of_the_rules_of_that_day(world: World) -> None:
    """R25: a lower cap that was published since does not hold for days before it; from then on what was earned by the
    version before counts."""
    await with_caps(world, ORDERS)
    await world.publishes(capped_club(ORDERS.replace("150", "70")), effective_from=START + timedelta(hours=1))
    world.now = START + 20 * DAY
    assert await paid(world, "60", START) == 60
    assert await paid(world, "60", START + timedelta(hours=1)) == 10
    assert await paid(world, "100", START) == 80
    assert await paid(world, "60", START + timedelta(hours=1)) == 0
    assert await paid(world, "100", START - 5 * DAY) == 100
    await proves(world)


async def test_a_cap_is_of_one_member_in_one_program(world: World) -> None:
    """R27"""
    await with_caps(world, ORDERS)
    assert await paid(world, "150", START) == 150
    assert (await world.orders("bella", "150", paid=START)).points == 150
    await world.joins("anna", program="brand-standard")
    assert (await world.orders("anna", "150", paid=START, program="brand-standard")).points == 150
    await proves(world)


@given(LINES, some.integers(0, 10**6))
def test_lines_share_what_a_cap_left_and_add_up_to_it(lines: Sequence[Line], most: int) -> None:
    """R12, R27: each line's part is within one point of its proportion; what earned nothing has no part."""
    (earned,) = points_earned(lines, section=SECTION, tier="v3")
    left = min(most, earned.amount)
    (capped,) = left_by_caps([earned], [Capped(earned.rule, left)])
    parts = points_of_lines(lines, [capped])
    assert sum(parts) == capped.amount == left
    weights = [line.eligible * {"books": 2.0, "phones": 0.5}.get(line.category or "", 1.0) for line in lines]
    for part, weight, line in zip(parts, weights, lines, strict=True):
        exact = left * weight / sum(weights) if any(weights) else 0
        assert abs(part - exact) < 1 + 1e-6
        assert part == 0 or line.kind is LineKind.GOODS


async def test_lines_of_a_capped_order_add_up_in_the_books(world: World) -> None:
    """R12"""
    await with_caps(world, ORDERS)
    await world.orders("anna", 0, paid=START, lines=[Line(1, 10_000), Line(2, 20_000), Line(1, 5_000)])
    found = await run(world.database.settings.url, "SELECT points FROM order_lines ORDER BY number")
    assert [row["points"] for row in found] == [43, 86, 21]
    await proves(world)


async def test_only_programs_with_caps_that_apply_look_for_what_was_used(world: World, sql: Statements) -> None:
    """One statement for all caps of an order or an activity, and none where no cap is."""

    def asked() -> int:
        return len([text for text in sql.texts if "sum(points_lots.earned)" in text])

    await paid(world, "100", NOON)
    await points(world, did("l-1", "LOGIN"))
    assert asked() == 0
    await with_caps(world, ORDERS, ALL, TWICE)
    with sql:
        await paid(world, "100", START)
    assert asked() == 1
    with sql:
        await points(world, did("l-2", "LOGIN", at=START), did("s-1", "SHARE", at=START))
    assert asked() == 1
    with sql:
        await paid(world, "0.50", START)
    assert asked() == 0


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_what_caps_would_take_is_told_beforehand_by_rule_and_in_words(world: World, language: str) -> None:
    """M11, R27: by what has been earned until now; nothing is written."""
    await with_caps(world, ORDERS, ALL)
    cart = [{"quantity": 1, "amount": "300"}, {"quantity": 1, "amount": "100"}]
    viewer = customer("anna")
    fresh = (await world.data(SIMULATE, by=viewer, language=language, lines=cart))["simulateOrder"]
    words = {"en": "A cap", "zh": "上限"}[language]
    assert fresh["rules"][0] == {
        "code": "order",
        "points": 150,
        "cuts": [{"code": "orders-a-day", "words": words, "points": 250}],
    }
    await points(world, did("r-1", at=world.now))
    told = (await world.data(SIMULATE, by=viewer, language=language, lines=cart))["simulateOrder"]
    assert (told["points"], [line["points"] for line in told["lines"]]) == (145, [109, 36])
    assert told["rules"][0]["cuts"] == [
        {"code": "orders-a-day", "words": words, "points": 250},
        {"code": "all-a-day", "words": words, "points": 5},
    ]
    assert told["rules"][1]["cuts"] == []
    done = await world.orders("anna", 0, paid=world.now, lines=[Line(1, 30_000), Line(1, 10_000)])
    assert done.points == 145
    nobody = (await world.data(SIMULATE, by=service("taobao-club"), lines=cart))["simulateOrder"]
    assert nobody["points"] == 150
    await proves(world)


def test_a_preset_caps_no_orders() -> None:
    """S0 says nothing of such a cap."""
    assert {rule.code for rule in SECTION.earning} == {"order"}
    assert isinstance(SECTION, PointsSection)
    assert not any(cap.holds("order") for cap in SECTION.caps)
