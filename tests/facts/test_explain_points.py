"""Why points moved so much: for every kind of movement, step by step, adding up to it (M31)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from app.facts.rules import Line, LineKind
from app.facts.rules.activities import ReportedActivity
from app.graph import Role
from app.graph.ids import global_id
from app.points.queries import ledgers_of_members
from app.points.section import Action
from tests.databases import run
from tests.points.programs import SHOPS
from tests.points.scenes import everything_happens
from tests.points.test_machine import SEED, Ledger
from tests.points.till import DAY, Till
from tests.programs.files import shop
from tests.staff.correcting import codes
from tests.statements import Statements
from tests.world import NOON, World, customer, service, staff

from .explaining import EXPLAIN, all_explained, amounts, check, explained, words

GENEROUS = SHOPS[2].code
KINDS = {
    "EARNED", "ACTIVATED", "EXPIRED", "SPENT", "HELD", "CAPTURED", "RELEASED", "GIVEN_BACK", "REVERSED", "RESTORED",
    "DEBT_PAID", "ADJUSTED",
}  # fmt: skip
RULES = """rounding = "HALF_UP"
[[points.earning]]
code = "order"
points = 1
per = "3.00"
categories = { books = "2" }
tiers = { v2 = "1.5" }
words = { zh = "每消费 3 元得 1 积分", en = "A point for three yuan" }
[[points.actions]]
code = "review"
action = "REVIEW"
points = 9
tiers = { v2 = "1.5" }
pending_days = 2
words = { zh = "评价得 9 积分", en = "Nine points for a review" }
[[points.caps]]
code = "month"
period = "MONTH"
points = 100
words = { zh = "每月最多 100 积分", en = "At most a hundred a month" }
"""


def file() -> str:
    """A brand whose points depend on category, tier and caps."""
    text = shop(code="bookshop")
    start, end = text.index("[[points.earning]]"), text.index("[tiers]")
    return text[:start] + RULES + text[end:]


@pytest.fixture
async def bookshop(world: World) -> World:
    await world.publishes(file())
    await world.joins("anna", program="bookshop")
    return world


async def entry_of(world: World, member_id: UUID, place: int = -1) -> str:
    """The id of a movement: the last one."""
    entries = await ledgers_of_members(world.database, [member_id])
    return global_id("pointsEntry", member_id, entries[place].id)


async def restores(world: World) -> Till:
    """A refund that was after its order's points could be used is reported before it is known when that was."""
    await world.publishes(SHOPS[2].file)
    till = Till(world, GENEROUS, await world.joins("anna", program=GENEROUS))
    await world.orders("anna", 90, program=GENEROUS, order="restored", paid=world.now - 20 * DAY)
    await world.refunds("anna", "restored", {1: 30}, program=GENEROUS, at=world.now - DAY)
    await world.completes("anna", "restored", program=GENEROUS, at=world.now - 19 * DAY)
    await till.adjusts(40)
    await till.adjusts(-10)
    return till


async def owes_while_held(world: World) -> Till:
    """A refund finds points held, and takes them when the hold is released."""
    recorded = await world.orders("anna", 50, order="held", paid=world.now - 20 * DAY, completed=world.now - 20 * DAY)
    till = Till(world, "taobao-club", recorded.member_id)
    hold = await till.holds(50)
    await world.refunds("anna", "held", {1: 50})
    await till.releases(hold)
    return till


async def test_every_movement_is_explained_by_steps_that_add_up_to_it(world: World) -> None:
    """R5–R14: whatever kind it is of."""
    tills = [*await everything_happens(world), await restores(world), await owes_while_held(world)]
    found = [each for till in tills for each in await all_explained(world, till.member_id)]
    assert {each["entry"]["kind"] for each in found} == KINDS
    causes = {(each["entry"]["kind"], each["entry"]["cause"]) for each in found}
    assert {("REVERSED", "REFUND"), ("REVERSED", "HOLD"), ("EXPIRED", "ORDER"), ("EXPIRED", "HOLD")} <= causes
    assert not [each for each in found if words(each, "AS_KNOWN_THEN")]


class Explained(Ledger):
    """What happens at random, and at the end each movement is explained."""

    async def ends_well(self) -> None:
        await super().ends_well()
        for side in self.sides:
            assert side.member_id is not None
            await all_explained(self.world, side.member_id, by=customer(side.subject))


async def test_whatever_happens_is_explained_by_steps_that_add_up_to_it(
    world: World, played: Callable[[object], None]
) -> None:
    """R5: as the ledger's state machine plays it."""
    for each in SHOPS:
        await world.publishes(each.file)
    machine = seed(SEED)(type("TheExplained", (Explained,), {"world": world, "loop": asyncio.get_running_loop()}))
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=15, stateful_step_count=25, deadline=None, database=None,
                      suppress_health_check=unhurried)  # fmt: skip
    played(f"LEDGER_SEED={SEED}")
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)


async def test_what_an_order_earned_is_explained_line_by_line(bookshop: World) -> None:
    """R12, R13, R25: what is eligible, its category's weight, the tier held when it was paid, rounded once."""
    paid = NOON - 40 * DAY
    await bookshop.orders("anna", 250, program="bookshop", paid=paid - DAY, completed=paid - DAY)
    lines = [
        Line(1, 4000, category="books", by_coupons=500),
        Line(1, 2000),
        Line(1, 900, kind=LineKind.SHIPPING),
    ]
    recorded = await bookshop.orders("anna", 0, program="bookshop", lines=lines, paid=paid)
    each = await explained(bookshop, await entry_of(bookshop, recorded.member_id))
    # (35.00 × 2 + 20.00) ÷ 3.00 = 30; × 1.5 = 45, of which the month's cap had left 100 − 83
    assert amounts(each) == [("LINE", 23), ("LINE", 7), ("LINE", 0), ("TIER", 15), ("CAPS", -28)]
    assert [step["line"] for step in each["steps"] if step["code"] == "LINE"] == [1, 2, 3]
    assert words(each, "LINE")[0] == "Line 1: of 40.00 CNY, 35.00 CNY earn ×2: 23 points."
    assert "×1.5 is 45" in words(each, "TIER")[0]
    assert words(each, "CAPS") == [
        "The rule gives 45 points; caps left 17 points of them then: “At most a hundred a month”."
    ]
    (rule,) = words(each, "RULE")
    assert rule.startswith("The rule “A point for three yuan” (version 1, in force since ever): ")
    assert "not known yet" in words(each, "ACTIVATION")[-1]


async def test_the_tier_is_the_one_held_when_it_was_paid(bookshop: World) -> None:
    """R25: not the one of today."""
    recorded = await bookshop.orders("anna", 30, program="bookshop", paid=NOON - 60 * DAY)
    await bookshop.orders("anna", 250, program="bookshop", paid=NOON - 2 * DAY, completed=NOON - 2 * DAY)
    each = await explained(bookshop, await entry_of(bookshop, recorded.member_id, 0))
    assert amounts(each) == [("LINE", 10)]
    assert words(each, "TIER") == []


async def test_what_facts_that_came_later_changed_is_not_held_against_it(bookshop: World) -> None:
    """R25: an order that is reported later raised the tier before this one was paid."""
    recorded = await bookshop.orders("anna", 30, program="bookshop", paid=NOON - 10 * DAY)
    await bookshop.orders("anna", 250, program="bookshop", paid=NOON - 60 * DAY, completed=NOON - 60 * DAY)
    each = await explained(bookshop, await entry_of(bookshop, recorded.member_id, 0))
    check(each)
    assert amounts(each) == [("LINE", 10)]


async def test_what_cannot_be_explained_is_said_and_adds_up_all_the_same(world: World) -> None:
    """If it is not written any more which tier was held, nobody is told of caps that there are not."""
    text = file()
    await world.publishes(text[: text.index("[[points.caps]]")] + text[text.index("[tiers]") :])
    await world.joins("anna", program="bookshop")
    await world.orders("anna", 250, program="bookshop", paid=NOON - 60 * DAY, completed=NOON - 60 * DAY)
    recorded = await world.orders("anna", 30, program="bookshop")
    await run(world.database.settings.url, "UPDATE facts SET credited_by = NULL")
    each = await explained(world, await entry_of(world, recorded.member_id))
    check(each)
    assert amounts(each) == [("LINE", 10), ("AS_KNOWN_THEN", 5)]


async def test_rounding_is_told_where_it_mattered(bookshop: World) -> None:
    """R12: once for the whole order."""
    recorded = await bookshop.orders("anna", 5, program="bookshop", completed=NOON)
    each = await explained(bookshop, await entry_of(bookshop, recorded.member_id))
    assert amounts(each) == [("LINE", 2)]
    assert words(each, "ROUNDING") == [
        "Rounded once for the whole order: of 1.6666, half a point and more is rounded up: 2 points."
    ]
    assert words(each, "ACTIVATION")[-1] == (
        "The order was completed on 2026-03-01 20:00:00. They can be used from 2026-03-08 20:00:00."
    )
    assert words(each, "EXPIRY")[-1] == "They lapse on 2027-03-08 20:00:00."


async def test_what_an_activity_earned_is_explained(bookshop: World) -> None:
    """R24, R25."""
    recorded = await bookshop.orders("anna", 250, program="bookshop", paid=NOON - 60 * DAY, completed=NOON - 60 * DAY)
    await bookshop.reports_of("anna", ReportedActivity("shop", "r1", Action.REVIEW, NOON), program="bookshop")
    each = await explained(bookshop, await entry_of(bookshop, recorded.member_id), language="zh")
    assert amounts(each) == [("ACTION", 9), ("TIER", 5)]
    assert "评价得 9 积分" in words(each, "RULE")[0]
    assert words(each, "ACTIVATION") == ["自 2026-03-03 20:00:00 起可用。"]


async def test_a_version_says_from_when_until_when_it_was_in_force(bookshop: World) -> None:
    """M31: rules are those of the day; they are told with the words of that version."""
    await bookshop.publishes(file().replace("A point for three", "One for three"), effective_from=NOON + 10 * DAY)
    for days in (0, 20):
        paid = NOON + days * DAY
        recorded = await bookshop.orders("anna", 30, program="bookshop", paid=paid, now=paid)
        each = await explained(bookshop, await entry_of(bookshop, recorded.member_id))
        name, version = ("One", "2, in force from 2026-03-11 20:00:00") if days else (
            "A point", "1, in force since ever until 2026-03-11 20:00:00")  # fmt: skip
        assert f"“{name} for three yuan” (version {version})" in words(each, "RULE")[0]


async def test_points_taken_back_are_explained_by_all_refunds_so_far(world: World) -> None:
    """R10, R11: cumulatively, and what could not be taken."""
    recorded = await world.orders("anna", 100, order="a", paid=NOON - 30 * DAY, completed=NOON - 30 * DAY)
    await world.refunds("anna", "a", {1: "20.50"}, refund="first")
    till = Till(world, "taobao-club", recorded.member_id)
    await till.sells(60)
    await world.refunds("anna", "a", {1: "50"}, refund="second")
    each = await explained(world, await entry_of(world, recorded.member_id))
    assert amounts(each) == [("LOT", -19)]
    assert words(each, "REFUND") == [
        "Refund second of order a on 2026-03-01 20:00:00: 50.00 CNY. With it 70.50 CNY of 100.00 CNY were refunded."
    ]
    assert words(each, "SHARE") == [
        "The order earned 100 points by this rule. In proportion, all refunds so far take back 71 points: earlier ones "
        "21 points, this one 50 points."
    ]
    assert words(each, "SHORTFALL") == ["31 points of them were not taken: they had been spent, or had lapsed."]
    assert len(words(each, "POLICY")) == 1


async def test_lots_pay_in_the_order_in_which_they_lapse(world: World) -> None:
    """R6: each lot with its part, in the order in which it paid; what was captured is what those paid."""
    await world.orders("anna", 10, order="late", paid=NOON - 20 * DAY, completed=NOON - 20 * DAY)
    recorded = await world.orders("anna", 20, order="early", paid=NOON - 90 * DAY, completed=NOON - 90 * DAY)
    till = Till(world, "taobao-club", recorded.member_id)
    await till.sells(25)
    held, captured = [await explained(world, await entry_of(world, till.member_id, place)) for place in (-2, -1)]
    assert amounts(held) == amounts(captured) == [("LOT", -20), ("LOT", -5)]
    first, second = words(held, "LOT")
    assert "by order early" in first
    assert "by order late" in second
    assert all(step["lot"] for step in held["steps"] if step["code"] == "LOT")
    assert "until" in words(held, "HOLD")[0]


async def many_lines(world: World, number: int) -> UUID:
    paid = NOON - 30 * DAY
    lines = [Line(1, 100 * each) for each in range(1, number + 1)]
    recorded = await world.orders(f"buyer-{number}", 0, order=f"o-{number}", lines=lines, paid=paid, completed=paid)
    for each in range(number):
        await world.orders(f"buyer-{number}", 1, order=f"x-{number}-{each}", paid=paid, completed=paid)
        await world.refunds(f"buyer-{number}", f"o-{number}", {each + 1: "1.00"})
    till = Till(world, "taobao-club", recorded.member_id)
    await till.gives_back(await till.sells(number * (number + 1) // 2))
    return recorded.member_id


async def test_an_explanation_takes_as_many_statements_however_much_moved(world: World, sql: Statements) -> None:
    """Lines, lots, refunds: none of them adds a statement; and there is a most."""
    counts: list[list[tuple[str, int]]] = []
    for number in (2, 12):
        member_id = await many_lines(world, number)
        entries = await ledgers_of_members(world.database, [member_id])
        found: set[tuple[str, int]] = set()
        for kind in ("EARNED", "HELD", "CAPTURED", "GIVEN_BACK", "REVERSED"):
            (entry, *_) = [each for each in entries if each.kind == kind]
            with sql:
                await explained(world, global_id("pointsEntry", member_id, entry.id), by=customer(f"buyer-{number}"))
            found.add((kind, sql.count))
        counts.append(sorted(found))
    assert counts[0] == counts[1]
    assert max(count for _, count in counts[0]) <= 16


async def test_strangers_find_nothing_to_explain(world: World) -> None:
    """R43: whoever may see the movement may have it explained, and for all others there is none."""
    recorded = await world.orders("anna", 100)
    entry = await entry_of(world, recorded.member_id)
    for by in (customer("bella"), staff(Role.SUPPORT, "brand-standard"), customer("anna", programs=frozenset())):
        assert (await explained(world, entry, by=by) is None) == (by.subject != "anna")
    for role in (Role.SUPPORT, Role.OPERATOR, Role.AUDITOR):
        assert await explained(world, entry, by=staff(role, "taobao-club")) is not None
    assert await codes(world, EXPLAIN, by=service("taobao-club"), entry=entry) == ["FORBIDDEN"]
    nobody = global_id("pointsEntry", recorded.member_id, UUID(int=5))
    assert await explained(world, nobody) is None


@pytest.mark.parametrize("entry", ["", "pointsEntry_", "member_AAAAAAAAAAAAAAAAAAAAAA", "x" * 200])
async def test_what_is_no_id_of_a_movement_is_bad_input(world: World, entry: str) -> None:
    assert await codes(world, EXPLAIN, by=customer("anna"), entry=entry) == ["BAD_USER_INPUT"]


async def test_reading_an_explanation_writes_nothing_though_something_is_due(world: World, sql: Statements) -> None:
    """R2, R4."""
    recorded = await world.orders("anna", 100, completed=NOON)
    entry = await entry_of(world, recorded.member_id)
    world.now = NOON + timedelta(days=500)
    with sql:
        each: Any = await explained(world, entry)
    check(each)
    assert not [text for text in sql.texts if not text.lstrip("(").startswith("SELECT")]
