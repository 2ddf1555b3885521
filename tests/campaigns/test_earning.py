"""What campaigns add to points and growth, as the ledgers have it: told before, explained, taken back and proved."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from app.facts.rules import Brings, Line, LineRefund, ReportedOrder, ReportedRefund
from app.facts.rules.activities import ReportedActivity
from app.points.section import Action
from app.prover import prove
from tests.databases import run
from tests.facts.explaining import all_explained
from tests.facts.history import file_of, imported
from tests.programs.files import shop
from tests.statements import Statements
from tests.world import NOON, World, customer

from .files import SHARE, planned

DAY = timedelta(days=1)
SHOP = "shop"
LEDGER = (
    "SELECT rule, sum(earned - reversed)::int FROM points_lots WHERE member_id = '{}' AND cause = 'ORDER' GROUP BY rule"
)
GREW = "SELECT rule, sum(change)::int FROM growth_entries WHERE member_id = '{}' GROUP BY rule ORDER BY rule"
HISTORY = """{ me(program: "shop") { pointHistory { nodes { kind rule ruleInWords pendingChange } }
  growthHistory { nodes { rule ruleInWords change } } } }"""
SIMULATE = """{ simulateOrder(program: "shop", currency: "CNY", channel: "app",
  lines: [{quantity: 1, amount: "10.50"}, {quantity: 1, amount: "5.25"}]) { points growth
  rules { code words points growth multiplier } lines { points rules { code points } } } }"""
MARCH = 'window = { kind = "ONE_OFF", starts = 2026-03-01T00:00:00, ends = 2026-03-02T00:00:00 }'
DOUBLED = planned("march", 'audience = { channels = ["app"] }', effects='points = "2", growth = "3"', window=MARCH)
ORDER = ReportedOrder("shop", "o-1", NOON, None, (Line(1, 1050), Line(1, 525)), "app")


@pytest.fixture
async def spring(world: World) -> AsyncGenerator[World]:
    """A shop with a campaign on the first of March for orders from the app; all is proved in the end."""
    await world.publishes(shop() + SHARE + DOUBLED)
    world.now = NOON + timedelta(hours=1)
    await world.joins("anna", program=SHOP)
    yield world
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches


async def ledger(world: World, member_id: object, sql: str = LEDGER) -> dict[str, int]:
    return dict(tuple(row) for row in await run(world.database.settings.url, sql.format(member_id)))


async def test_what_a_campaign_adds_is_a_line_of_its_own_told_beforehand_and_in_the_history(spring: World) -> None:
    """R12, M11, M20: rounded once; lines add up; points and growth."""
    told = (await spring.data(SIMULATE, by=customer("anna")))["simulateOrder"]
    assert [(each["code"], each["points"], each["growth"], str(each["multiplier"])) for each in told["rules"]] == [
        ("order", 15, 0, "1"), ("campaign.march", 16, 0, "2"), ("order", 0, 15, "1"), ("campaign.march", 0, 32, "3"),
    ]  # fmt: skip
    assert (told["points"], told["growth"]) == (31, 47)  # 15.75 twice is 31.5, three times 47.25
    assert sum(line["points"] for line in told["lines"]) == 31
    recorded = await spring.reports("anna", replace(ORDER, completed_at=spring.now), program=SHOP)
    assert (recorded.points, recorded.growth) == (31, 47)
    shown = (await spring.data(HISTORY, by=customer("anna"), language="zh"))["me"]
    assert [(each["rule"], each["ruleInWords"], each["pendingChange"]) for each in shown["pointHistory"]["nodes"]] == [
        ("campaign.march", "march", 16), ("order", "每消费 1 元得 1 积分", 15),
    ]  # fmt: skip
    assert [(each["rule"], each["ruleInWords"], each["change"]) for each in shown["growthHistory"]["nodes"]] == [
        ("campaign.march", "march", 32), ("order", "每消费 1 元得 1 成长值", 15),
    ]  # fmt: skip


async def test_an_explanation_says_which_campaign_it_was_and_adds_up(spring: World) -> None:
    """M31: of an operator's, too, which stacks; and what refunds took of it."""
    recorded = await spring.reports("anna", replace(ORDER, completed_at=NOON), program=SHOP)
    await spring.refunds("anna", "o-1", {1: "5.25"}, program=SHOP)
    found = await all_explained(spring, recorded.member_id)
    added = next(each for each in found if any(step["code"] == "CAMPAIGN" for step in each["steps"]))
    assert [(step["code"], step["amount"]) for step in added["steps"][:2]] == [("RULE", None), ("CAMPAIGN", 16)]
    rule, times = (step["words"] for step in added["steps"][:2])
    assert rule.startswith("The campaign “march” (from 2026-03-01 00:00 until 2026-03-02 00:00): march (from 2026")
    assert times == "The rules brought 15 points; ×2 makes 16 points more."


PARTS = [[LineRefund(1, 350)], [LineRefund(1, 700), LineRefund(2, 25)], [LineRefund(2, 500)]]
REFUNDS = [ReportedRefund("shop", f"r-{number}", "o-1", NOON + DAY, part) for number, part in enumerate(PARTS)]


async def test_in_whatever_order_facts_come_the_end_is_the_same(spring: World) -> None:
    """R10, R25: the campaign of when it was paid, by the channel of the payment; refunds before or after; and after
    all of them nothing is left of points and growth."""
    completed = ReportedOrder("shop", "o-1", None, NOON + timedelta(minutes=30), (), "store")
    spring.now = NOON + 2 * DAY
    ends: set[str] = set()
    for number, reports in enumerate(permutations((ORDER, completed, REFUNDS[0]))):
        subject = f"member-{number}"
        member_id = await spring.joins(subject, program=SHOP)
        for report in reports:
            await _reports(spring, subject, report, number)
        ends.add(repr((await ledger(spring, member_id), await ledger(spring, member_id, GREW))))
        if number < 2:
            for refund in REFUNDS[1:]:
                await _reports(spring, subject, refund, number)
            assert set((await ledger(spring, member_id)).values()) == {0}
            assert set((await ledger(spring, member_id, GREW)).values()) == {0}
    assert len(ends) == 1, ends
    assert ends == {repr(({"campaign.march": 12, "order": 12}, {"campaign.march": 25, "order": 12}))}


async def _reports(world: World, subject: str, report: Any, number: int) -> None:
    if isinstance(report, ReportedOrder):
        mine: Any = replace(report, external_id=f"o-{number}")
    else:
        mine = replace(report, external_id=f"{report.external_id}-{number}", order=f"o-{number}")
    await world.reports_of(subject, mine, program=SHOP)


@pytest.mark.parametrize(
    ("channel", "paid", "points"),
    [("app", NOON, 31), ("web", NOON, 15), (None, NOON, 15), ("app", datetime(2026, 3, 1, 16, tzinfo=UTC), 15)],
)
async def test_it_is_for_what_was_paid_in_its_time_and_from_its_channel(
    spring: World, channel: str | None, paid: datetime, points: int
) -> None:
    """R2, R25: half-open, and whenever it is reported."""
    spring.now = NOON + 30 * DAY
    assert (await spring.reports("anna", replace(ORDER, paid_at=paid, channel=channel), program=SHOP)).points == points


async def test_activities_bring_more_as_well(spring: World) -> None:
    """M20: points and growth; of what the tier multiplies, and rounded once."""
    spring.now = NOON + timedelta(hours=2)
    did = ReportedActivity("shop", "s-1", Action.SHARE, spring.now, "app")
    found: Any = await spring.reports_of("anna", did, program=SHOP)
    assert (found.points, found.growth) == (10, 9)
    again: Any = await spring.reports_of("anna", did, program=SHOP)
    assert (again.points, again.growth, again.replayed) == (10, 9, True)
    other: Any = await spring.reports_of("anna", replace(did, external_id="s-2", channel=None), program=SHOP)
    assert (other.points, other.growth) == (5, 3)
    steps = [step["code"] for each in await all_explained(spring, found.member_id) for step in each["steps"]]
    assert steps.count("CAMPAIGN") == 1


async def test_history_grows_by_the_campaigns_of_its_days(world: World, database_url: str) -> None:
    """R19, R25: at once or one by one it comes to the same; points only if asked."""
    weekend = planned("weekend", effects='growth = "2", points = "3"',
                      window='window = { kind = "WEEKLY", days = ["SATURDAY"] }')  # fmt: skip
    by_tier = planned("gold", 'audience = { tiers = ["v2"] }', "stacks = true", effects='growth = "1.5"')
    lines = ("anna,2026-01-02,1,100.00", "anna,2026-01-03,1,100.00", "anna,2026-01-10,1,200.00")
    found: list[Any] = []
    for program in ("one", "two"):
        more = by_tier if program == "two" else ""
        await world.publishes(shop(code=program, currency="USD") + "[members]\njoin = 'AUTOMATIC'\n" + weekend + more)
        await imported(world, file_of(*lines), program=program, brings=Brings(points=False, gifts=False))
        grew = """SELECT rule, change FROM growth_entries g JOIN members m ON m.id = g.member_id
          WHERE m.program = '{}' ORDER BY g.id"""
        found.append(sorted(tuple(row) for row in await run(database_url, grew.format(program))))
    plain = [("order", 100), ("order", 100), ("campaign.weekend", 100), ("order", 200), ("campaign.weekend", 200)]
    assert found[0] == sorted(plain)
    assert found[1] == sorted([*plain, ("campaign.gold", 100)])  # V2 by then, because of what came before
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches
    await imported(world, file_of(*lines), program="one", source="again", brings=Brings(points=True, gifts=False))
    ((points,),) = await run(database_url, "SELECT sum(earned)::int FROM points_lots")
    assert points == 100 + 300 + 600


async def test_by_the_tier_that_was_held_when_it_was_paid(world: World) -> None:
    """R25: S0's member-day extra is for V4 and above."""
    day = datetime(2026, 3, 7, 16, tzinfo=UTC)
    world.now = day
    assert (await world.orders("anna", "8000", paid=day - DAY, completed=day - DAY)).points == 8000
    assert (await world.orders("bert", "10", paid=day - DAY, completed=day - DAY)).points == 10
    world.now = day + timedelta(hours=3)
    of_anna, of_bert = [await world.orders(who, "100", paid=day) for who in ("anna", "bert")]
    assert (of_anna.points, of_bert.points) == (200, 150)
    lots = {"order": 8000 + 100, "campaign.member-day": 50, "campaign.member-day-extra": 50}
    assert await ledger(world, of_anna.member_id) == lots
    assert (await world.orders("anna", "100", paid=day - timedelta(seconds=1))).points == 100
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, proof.mismatches


async def test_an_order_is_recorded_without_a_statement_more(spring: World, sql: Statements) -> None:
    """Campaigns are held in memory; only one that looks at tiers has them read."""
    found: list[tuple[int, int]] = []
    for number, at in enumerate((NOON - 20 * DAY, NOON - 10 * DAY, NOON)):
        order = replace(ORDER, external_id=f"n-{number}", paid_at=at)
        with sql:
            recorded = await spring.reports("anna", order, program=SHOP)
        found.append((recorded.points, sql.count))
    (_, (before, usual), (after, doubled)) = found
    assert (before, after) == (15, 31)
    assert usual == doubled


TAMPERED = {
    "more than it multiplies": (
        "UPDATE points_lots SET earned = earned + 1, remaining = remaining + 1 WHERE rule = 'campaign.march'",
        "points_lots, by the campaigns",
    ),
    "a campaign that there is not": (
        "UPDATE points_lots SET rule = 'campaign.april' WHERE rule = 'campaign.march'",
        "points_lots.rule: is of a campaign that was open",
    ),
    "growth by a campaign that was not open": (
        "UPDATE growth_entries SET rule = 'campaign.april' WHERE rule = 'campaign.march'",
        "growth_entries.rule: is of a campaign that was open",
    ),
    "growth that is missing": (
        "DELETE FROM growth_entries WHERE rule = 'campaign.march'",
        "growth_entries, by the campaigns",
    ),
    "more of an activity": (
        "UPDATE points_lots SET earned = 6, remaining = 6 WHERE rule = 'campaign.march' AND cause = 'ACTIVITY'",
        "points_lots, by the campaigns",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
async def test_what_was_tampered_with_is_named(world: World, what: str) -> None:
    """R5."""
    await world.publishes(shop() + SHARE + DOUBLED)
    world.now = NOON + timedelta(hours=1)
    await world.joins("anna", program=SHOP)
    await world.reports("anna", replace(ORDER, completed_at=world.now), program=SHOP)
    await world.reports_of("anna", ReportedActivity("shop", "s-1", Action.SHARE, NOON, "app"), program=SHOP)
    change, named = TAMPERED[what]
    await run(world.database.settings.url, change)
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any(named in mismatch.what for mismatch in proof.mismatches), proof.mismatches


async def test_in_berlin_a_sunday_has_as_many_hours_as_it_has(world: World) -> None:
    """R1: 23 on the day on which the clocks are put forward, 25 when they are put back."""
    sunday = planned("sunday", window='window = { kind = "WEEKLY", days = ["SUNDAY"] }')
    await world.publishes(shop(time_zone="Europe/Berlin") + sunday)
    await world.joins("anna", program=SHOP)
    world.now = datetime(2026, 12, 1, tzinfo=UTC)
    tick = timedelta(seconds=1)
    for opens, hours in ((datetime(2026, 3, 28, 23, tzinfo=UTC), 23), (datetime(2026, 10, 24, 22, tzinfo=UTC), 25)):
        closes = opens + timedelta(hours=hours)
        found = [
            (await world.orders("anna", "10", program=SHOP, paid=at)).points
            for at in (opens - tick, opens, closes - tick, closes)
        ]
        assert found == [10, 20, 20, 10]


async def test_a_campaign_over_new_year_goes_on_into_the_next_year_and_comes_back(world: World) -> None:
    """R1, R2: of local days, each year anew. Tried: one that ends in the year in which it begins; only
    those that begin in the year of the order."""
    season = planned("season", window='window = { kind = "YEARLY", first = "12-24", last = "01-06" }')
    await world.publishes(shop(time_zone="Europe/Berlin") + season)
    await world.joins("anna", program=SHOP)
    world.now = datetime(2028, 2, 1, tzinfo=UTC)
    tick = timedelta(seconds=1)
    for year in (2026, 2027):
        opens, closes = datetime(year, 12, 23, 23, tzinfo=UTC), datetime(year + 1, 1, 6, 23, tzinfo=UTC)
        new_year = datetime(year, 12, 31, 23, tzinfo=UTC)
        found = [
            (await world.orders("anna", "10", program=SHOP, paid=at)).points
            for at in (opens - tick, opens, new_year - tick, new_year, closes - tick, closes)
        ]
        assert found == [10, 20, 20, 20, 20, 10]
