"""The facts of orders, in any order and however often: the books end up the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.errors import BadInput, Refused
from app.facts.rules import FactConflict, Line, ReportedOrder
from app.members.rules import NotMember
from app.prover import prove
from tests.databases import run
from tests.programs.files import shop
from tests.world import NOON, World

DAY = timedelta(days=1)
NUMBERS = count(1)
WITH_DATABASE = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ENTRIES = """SELECT o.external_id, e.kind, e.change, e.pending_change, e.balance_after, e.pending_after, e.cause,
    e.rule, e.program_version, e.occurred_at, l.earned, l.remaining, l.state, l.earned_at, l.activates_at, l.expires_at
  FROM points_entries e JOIN points_lots l ON (l.member_id, l.id) = (e.member_id, e.lot_id)
  JOIN orders o ON (o.member_id, o.id) = (e.member_id, e.cause_id) WHERE e.member_id = '{}' ORDER BY e.id"""
GROWTH = """SELECT o.external_id, g.change, g.growth_after, g.cause, g.rule, g.program_version, g.counts_at
  FROM growth_entries g JOIN orders o ON (o.member_id, o.id) = (g.member_id, g.cause_id)
  WHERE g.member_id = '{}' ORDER BY g.id"""
STORY = {
    "entries": ENTRIES,
    "growth": GROWTH,
    "members": "SELECT growth, tier, tier_since, channel FROM members WHERE id = '{}'",
    "accounts": "SELECT available, pending, due_at FROM points_accounts WHERE member_id = '{}'",
    "orders": "SELECT source, external_id, paid_at, completed_at, currency, amount, program_version, points, growth,"
    " channel FROM orders WHERE member_id = '{}' ORDER BY external_id",
    "lines": "SELECT o.external_id, l.number, l.sku, l.category, l.quantity, l.amount, l.currency, l.points"
    " FROM order_lines l JOIN orders o ON (o.member_id, o.id) = (l.member_id, l.order_id)"
    " WHERE l.member_id = '{}' ORDER BY 1, 2",
    "facts": "SELECT o.external_id, f.kind, f.occurred_at, f.digest FROM facts f"
    " JOIN orders o ON (o.member_id, o.id) = (f.member_id, f.order_id) WHERE f.member_id = '{}' ORDER BY 1, 2",
    "changes": "SELECT from_tier, to_tier, program_version, changed_at FROM tier_changes WHERE member_id = '{}'"
    " ORDER BY id",
}
"""All that is known of a member, but for ids and when it was recorded."""

EVERYTHING = " UNION ALL ".join(
    f"(SELECT to_jsonb(t) FROM {table} t)"
    for table in ("orders", "order_lines", "facts", "points_lots", "points_entries", "growth_entries", "members")
)

LINES = (Line(2, 60_033, "a", "shoes"), Line(1, 50_099, "b"), Line(3, 0))
PAID = ReportedOrder("shop", "o-1", NOON - 20 * DAY, None, LINES, "app")
COMPLETED = ReportedOrder("shop", "o-1", None, NOON - 10 * DAY, (), "store")
BOTH = replace(PAID, completed_at=COMPLETED.completed_at)


async def told(world: World, *reports: ReportedOrder, at: Sequence[datetime] = ()) -> dict[str, Any]:
    """What is known of a new customer after these reports, each at an instant of its own, and settled in the end."""
    subject = f"anna-{next(NUMBERS)}"
    instants = at or [world.now] * len(reports)
    mine = [replace(report, external_id=f"{report.external_id} of {subject}") for report in reports]
    recorded = [await world.reports(subject, each, now=now) for each, now in zip(mine, instants, strict=True)]
    await world.settles(recorded[0].member_id)
    connection = await world.database.take()
    try:
        sql = {name: text.format(recorded[0].member_id) for name, text in STORY.items()}
        found = {name: await connection.raw.fetch(text) for name, text in sql.items()}
    finally:
        world.database.give_back(connection)
    return {name: [_without(subject, tuple(row)) for row in rows] for name, rows in found.items()}


def _without(subject: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.removesuffix(f" of {subject}") if isinstance(value, str) else value for value in row)


@WITH_DATABASE
@given(some.permutations([PAID, COMPLETED, BOTH, PAID, COMPLETED]), some.integers(2, 5), some.booleans())
async def test_the_facts_of_an_order_come_to_the_same(
    world: World, reports: list[ReportedOrder], number: int, are_late: bool
) -> None:
    """R24, R25: in any order, repeated, all at once or over months, so that some come when all is due long since."""
    kinds = {kind for report in reports[:number] for kind in report.kinds}
    first = replace(reports[0], channel="app")  # the member's own channel is that of the first fact
    if len(kinds) == 2:
        times = [world.now + (n - number) * 200 * DAY for n in range(1, number + 1)] if are_late else []
        last = [max(at, NOON) for at in times]
        found = await told(world, first, *reports[1:number], at=last)
        assert found == await told(world, BOTH)
        assert found["orders"][0][5:9] == (110_132, 1, 1101, 1101)


@pytest.mark.parametrize("reports", [(PAID, COMPLETED), (COMPLETED, PAID), (BOTH,), (PAID, BOTH), (COMPLETED, BOTH)])
async def test_growth_that_counts_at_payment_counts_once(world: World, reports: Sequence[ReportedOrder]) -> None:
    """R15, R25: from the day it was paid, whatever is reported first."""
    await world.publishes(shop().replace("[tiers]\n", '[tiers]\ncounts_at = "PAID"\n'))
    await world.joins("anna", program="shop")
    recorded = [await world.reports("anna", report, program="shop") for report in reports]
    assert recorded[-1].growth == 1101
    url = world.database.settings.url
    rows = await run(url, "SELECT m.growth, m.tier_since, g.change, g.counts_at FROM members m, growth_entries g")
    assert [tuple(row) for row in rows] == [(1101, PAID.paid_at, 1101, PAID.paid_at)]
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds


ONE, OTHER = replace(BOTH, external_id="o-2"), replace(BOTH, external_id="o-3", completed_at=NOON - 9 * DAY)


@WITH_DATABASE
@given(some.permutations([PAID, COMPLETED, ONE, OTHER, replace(OTHER, completed_at=None), ONE]))
async def test_orders_that_come_in_another_order_bring_the_same(world: World, reports: list[ReportedOrder]) -> None:
    """R25: entries may be written in another order, but they are the same ones, and so is what they come to."""

    def comparable(story: dict[str, Any]) -> Any:
        entries = sorted((row[:4], row[6:]) for row in story["entries"])
        growth = sorted((row[:2], row[3:]) for row in story["growth"])
        member = [(row[:2]) for row in story["members"]]
        return entries, growth, member, *(story[name] for name in ("accounts", "lines", "facts"))

    found = await told(world, *(replace(each, channel="app") for each in reports))
    usual = await told(world, *(replace(each, channel="app") for each in (BOTH, ONE, OTHER)))
    assert comparable(found) == comparable(usual)
    assert found["members"][0][0] == 3303


OTHERWISE = {
    "another time of payment": replace(PAID, paid_at=NOON - 21 * DAY),
    "another amount": replace(PAID, lines=[Line(1, 1)]),
    "another quantity": replace(PAID, lines=[replace(LINES[0], quantity=3), *LINES[1:]]),
    "another product": replace(PAID, lines=[replace(LINES[0], sku="c"), *LINES[1:]]),
    "lines in another order": replace(PAID, lines=LINES[::-1]),
    "a line more": replace(PAID, lines=[*LINES, Line(1, 0)]),
    "another time of completion": replace(COMPLETED, completed_at=NOON - 11 * DAY),
    "paid as before, completed at another time": replace(BOTH, completed_at=NOON - 11 * DAY),
    "completed as before, paid at another time": replace(BOTH, paid_at=NOON - 21 * DAY),
}


@pytest.mark.parametrize("other", OTHERWISE.values(), ids=OTHERWISE.keys())
@pytest.mark.parametrize("is_first", [True, False], ids=["reported first", "reported second"])
async def test_the_same_fact_with_other_content_is_a_conflict_and_changes_nothing(
    world: World, other: ReportedOrder, is_first: bool
) -> None:
    """R24: whichever came first stands, whole."""
    first, second = (other, BOTH) if is_first else (BOTH, other)
    recorded = await world.reports("anna", first)
    before = await run(world.database.settings.url, EVERYTHING)
    with pytest.raises(Refused) as refused:
        await world.reports("anna", second)
    assert refused.value.answer == FactConflict("shop", "o-1")
    assert await run(world.database.settings.url, EVERYTHING) == before
    again = await world.reports("anna", first)
    assert (again.replayed, again.points, again.growth) == (True, recorded.points, recorded.growth)


async def test_an_order_may_earn_in_two_programs_and_of_two_sources_it_is_two(world: World) -> None:
    """R24: known by program, source and id."""
    await world.joins("anna", program="brand-standard")
    for program in ("taobao-club", "brand-standard"):
        assert not (await world.reports("anna", BOTH, program=program)).replayed
    assert not (await world.reports("anna", replace(BOTH, source="till"))).replayed
    rows = await run(world.database.settings.url, "SELECT growth FROM members ORDER BY growth")
    assert [row["growth"] for row in rows] == [1111, 2202]  # the brand counts orders, too


CHANGED = NOON - 15 * DAY


async def versions_of(world: World) -> None:
    """A shop whose points become dearer, and whose ladder higher and longer, at an instant."""
    await world.publishes(shop(ladder={"v1": 0, "v2": 200, "v3": 500}))
    later = shop(per="2.00", ladder={"v1": 0, "v2": 300, "gold": 400, "v3": 600, "v4": 900})
    await world.publishes(later, effective_from=CHANGED)
    await world.joins("anna", program="shop")


@pytest.mark.parametrize(
    ("paid", "version", "earned", "tier"),
    [(CHANGED - timedelta(microseconds=1), 1, 250, None), (CHANGED, 2, 125, None), (NOON - 11 * DAY, 2, 125, None)],
)
@pytest.mark.parametrize("in_one", [True, False], ids=["in one report", "completed first"])
async def test_an_order_is_reckoned_by_the_version_in_force_when_it_was_paid(
    world: World, paid: datetime, version: int, earned: int, tier: str | None, in_one: bool
) -> None:
    """R25: points and growth, whenever it is reported. The ladder is that of now: 250 were enough then."""
    await versions_of(world)
    order = replace(BOTH, paid_at=paid, lines=[Line(1, 25_000)])
    if not in_one:
        await world.reports("anna", COMPLETED, program="shop")
    recorded = await world.reports("anna", order, program="shop")
    assert (recorded.points, recorded.growth) == (earned, earned)
    ((number, held),) = await run(
        world.database.settings.url, "SELECT o.program_version, m.tier FROM orders o JOIN members m ON m.id = member_id"
    )
    assert (number, held) == (version, tier)
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds


async def test_an_order_of_former_days_counts_on_the_ladder_of_today(world: World) -> None:
    """R17, R25: what it brings is reckoned by the rules of its day, what is reached by the ladder of now."""
    await versions_of(world)
    new = replace(BOTH, external_id="new", paid_at=NOON - 11 * DAY, lines=[Line(1, 90_000)])
    assert (await world.reports("anna", new, program="shop")).growth == 450
    tier = "SELECT tier FROM members"
    assert (await run(world.database.settings.url, tier))[0]["tier"] == "gold"
    old = replace(BOTH, external_id="old", lines=[Line(1, 100)])
    assert (await world.reports("anna", old, program="shop")).growth == 1
    assert (await run(world.database.settings.url, tier))[0]["tier"] == "gold"
    for number, held in ((148, "gold"), (1, "v3")):
        older = replace(BOTH, external_id=f"older {number}", lines=[Line(1, number * 100)])
        assert (await world.reports("anna", older, program="shop")).growth == number
        assert (await run(world.database.settings.url, tier))[0]["tier"] == held
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds


async def test_more_than_a_member_can_have_is_bad_input_and_changes_nothing(world: World) -> None:
    """Points and growth are integers of 32 bits."""
    text = shop().replace("points = 1", "points = 100")
    await world.publishes(text)
    await world.publishes(shop(code="grower").replace("growth = 1", "growth = 100"))
    for program in ("shop", "grower"):
        await world.joins("anna", program=program)
        most = replace(BOTH, lines=[Line(1, 2**31 - 1)])
        assert await world.reports("anna", most, program=program)
        with pytest.raises(BadInput, match="at most 2147483647"):
            await world.reports("anna", replace(most, external_id="more"), program=program)
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds
    assert len(await run(world.database.settings.url, "SELECT FROM orders")) == 2


async def test_an_order_paid_before_they_left_is_completed_all_the_same(world: World) -> None:
    """R9, R25: points and growth are kept for a return; only orders that are new are refused."""
    await world.reports("anna", PAID)
    await world.leaves("anna")
    recorded = await world.reports("anna", COMPLETED)
    assert recorded.growth == recorded.points == 1101
    with pytest.raises(Refused) as refused:
        await world.reports("anna", replace(BOTH, external_id="new"))
    assert refused.value.answer == NotMember("taobao-club")
    await world.joins("anna")
    (row,) = await run(world.database.settings.url, "SELECT growth FROM members")
    assert row["growth"] == 1101
    assert (await prove(world.database, now=world.now, programs=world.programs)).holds


async def test_a_publish_leaves_what_was_proved_proved(world: World) -> None:
    """R20: tiers were reached on the ladder of their time; a later ladder does not judge them."""
    await versions_of(world)
    await world.reports("anna", replace(BOTH, paid_at=NOON - 11 * DAY, lines=[Line(1, 90_000)]), program="shop")
    later = shop(per="2.00", ladder={"v1": 0, "v2": 300, "v3": 600, "v4": 900, "gold": 5000})
    await world.publishes(later, effective_from=NOON + DAY)
    assert (await prove(world.database, now=NOON + 2 * DAY, programs=world.programs)).holds


async def test_an_order_keeps_the_version_it_earned_by_though_its_payment_is_said_again(world: World) -> None:
    """R25: it was said to be paid a little ahead of now, and a version published since is in force from before that."""
    first = shop(code="ahead").replace("[tiers]\n", '[tiers]\ncounts_at = "PAID"\n')
    await world.publishes(first)
    await world.joins("anna", program="ahead")
    paid = replace(PAID, paid_at=NOON + timedelta(minutes=4))
    before = await world.reports("anna", paid, program="ahead")
    await world.publishes(
        shop(code="ahead").replace('code = "order"', 'code = "other"'), effective_from=NOON + timedelta(minutes=1)
    )
    world.now = NOON + timedelta(minutes=10)
    again = replace(paid, completed_at=NOON + timedelta(minutes=9))
    after = await world.reports("anna", again, program="ahead")
    assert (after.points, after.growth) == (before.points, before.growth) == (1101, 1101)
    await world.refunds("anna", "o-1", {1: "600.33"}, program="ahead")
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.mismatches == []
