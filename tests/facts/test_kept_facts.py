"""Facts of customers who are not members: kept, credited on joining, forgotten when it is too late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.definition import read
from app.errors import Refused
from app.facts.commands import forget_kept
from app.facts.rules import FactConflict, FactKept, Report, ReportedOrder, facts_of, report_kept
from app.facts.rules import ReportedRefund as Refund
from app.facts.rules.activities import ReportedActivity
from app.members.rules import NotMember
from app.points.section import Action
from app.programs.problems import WrongDefinition
from tests.databases import run
from tests.world import NOON, World, service

from .reacting import react
from .refunding import AFTER, BOTH, COMPLETED, DAY, MEANWHILE, PAID, Stands, file, holds, stands

KEPT = "SELECT kind, external_id, kept_until FROM kept_facts ORDER BY kind, external_id"
REVIEW = ReportedActivity("shop", "a-1", Action.REVIEW, NOON - 11 * DAY, "app")
ACTIONS = """
[[points.actions]]
code = "review"
action = "REVIEW"
points = 7
words = { zh = "评价", en = "A review" }
[tiers]
"""
REPORTS: Sequence[Report] = (PAID, COMPLETED, MEANWHILE, AFTER, REVIEW)


async def club(world: World, *, days: int = 40) -> None:
    """A shop that one joins by asking, and that keeps what its customers do for so many days."""
    await world.publishes(f"[facts]\nkept_days = {days}\n{file().replace('[tiers]', ACTIONS, 1)}")


async def told(world: World, *reports: Report, subject: str = "anna", now: datetime | None = None) -> list[Any]:
    return [await world.reports_of(subject, report, program="shop", now=now) for report in reports]


async def kept(world: World) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await run(world.database.settings.url, KEPT)]


async def joins(world: World, subject: str = "anna") -> UUID:
    """They join, and what follows from that has happened."""
    member_id = await world.joins(subject, program="shop", at=world.now)
    await react(world)
    return member_id


async def test_what_is_not_kept_is_refused_and_leaves_nothing(world: World) -> None:
    """The default: 0 days."""
    await club(world, days=0)
    for report in REPORTS:
        with pytest.raises(Refused) as refused:
            await told(world, report)
        assert refused.value.answer == NotMember("shop")
    assert await run(world.database.settings.url, "SELECT digest FROM unique_keys") == []


@pytest.mark.parametrize("days", ["-1", "3661", '"7"', "1.5"])
def test_days_are_a_number_from_0_to_ten_years(days: str) -> None:
    """Of the section `[facts]`."""
    with pytest.raises(WrongDefinition, match=r"facts\.kept_days"):
        read(f"[facts]\nkept_days = {days}\n{file()}")


async def test_facts_are_kept_so_many_local_days_and_credited_on_joining(world: World) -> None:
    """Each fact by itself; they come to what they would if they had been told after joining."""
    await club(world)
    answers = await told(world, *REPORTS)
    ends = [PAID.paid_at, COMPLETED.completed_at, MEANWHILE.refunded_at, AFTER.refunded_at, REVIEW.occurred_at]
    assert answers == [FactKept(at + 40 * DAY) for at in ends if at is not None]
    assert len(await kept(world)) == 5
    assert await run(world.database.settings.url, "SELECT FROM members UNION ALL SELECT FROM facts") == []
    member_id = await joins(world)
    assert await kept(world) == []
    assert await stands(world, member_id) == Stands(350, "v2", 357, 0, 0, 357, [75_011])
    await holds(world)


async def test_all_that_was_kept_is_credited_in_the_order_in_which_it_happened(world: World) -> None:
    """R5: each as if it had been reported by itself, one after another; also in one transaction."""
    await club(world)
    newer = replace(BOTH, external_id="newer", paid_at=NOON - 5 * DAY, completed_at=NOON - 4 * DAY)
    await told(world, newer, AFTER, BOTH, REVIEW, MEANWHILE)
    member_id = await joins(world)
    assert await stands(world, member_id) == Stands(1450, "v3", 357, 1100, 0, 1457, [0, 75_011])
    rows = await run(world.database.settings.url, "SELECT occurred_at FROM facts ORDER BY id")
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    await holds(world)


async def test_a_day_of_the_programs_time_zone_is_a_day(world: World) -> None:
    """R1, R3: over the night in which clocks are put forward, a day has 23 hours."""
    text = file().replace("Asia/Shanghai", "Europe/Berlin")
    await world.publishes(f"[facts]\nkept_days = 1\n{text}")
    at = datetime(2026, 3, 28, 11, tzinfo=UTC)
    (answer,) = await told(world, replace(PAID, paid_at=at), now=at)
    assert answer == FactKept(at + timedelta(hours=23))


async def test_an_order_with_both_its_facts_is_kept_until_the_first_is_forgotten(world: World) -> None:
    """Until then joining credits all of it."""
    await club(world)
    (answer,) = await told(world, BOTH)
    assert PAID.paid_at is not None
    assert answer == FactKept(PAID.paid_at + 40 * DAY)
    assert [row[0] for row in await kept(world)] == ["ORDER_COMPLETED", "ORDER_PAID"]
    assert (await told(world, COMPLETED, PAID, BOTH))[2] == answer
    assert len(await kept(world)) == 2


async def test_the_version_of_the_facts_time_says_how_long(world: World) -> None:
    """R25."""
    await club(world)
    text = f"[facts]\nkept_days = 25\n{file().replace('[tiers]', ACTIONS, 1)}"
    await world.publishes(text, effective_from=NOON - 18 * DAY)
    answers = await told(world, COMPLETED, MEANWHILE)
    assert answers == [FactKept(NOON + 20 * DAY), FactKept(NOON + 10 * DAY)]


@pytest.mark.parametrize("report", REPORTS, ids=["paid", "completed", "refund", "refund", "activity"])
async def test_the_same_again_is_answered_the_same_and_other_content_refused(world: World, report: Report) -> None:
    """R24: also for another customer, and also when it was credited since."""
    await club(world)
    (first,) = await told(world, report)
    assert await told(world, report, report) == [first, first]
    assert len(await kept(world)) == 1
    conflict = FactConflict("shop", report.external_id)
    other = _otherwise(report)
    for subject, again in (("anna", other), ("bella", report)):
        with pytest.raises(Refused) as refused:
            await told(world, again, subject=subject)
        assert refused.value.answer == conflict
    await joins(world)
    (again,) = await told(world, report)
    assert again.replayed
    with pytest.raises(Refused) as refused:
        await told(world, other)
    assert refused.value.answer == conflict
    await joins(world, "bella")
    with pytest.raises(Refused) as refused:
        await told(world, report, subject="bella")
    assert refused.value.answer == conflict
    await holds(world)


def _otherwise(report: Report) -> Report:
    second = timedelta(seconds=1)
    if isinstance(report, ReportedOrder):
        paid_at, completed_at = report.paid_at, report.completed_at
        return replace(
            report, paid_at=paid_at and paid_at + second, completed_at=completed_at and completed_at + second
        )
    if isinstance(report, Refund):
        return replace(report, refunded_at=report.refunded_at + second)
    return replace(report, occurred_at=report.occurred_at + second)


async def test_a_refund_of_another_customers_order_is_not_kept(world: World) -> None:
    """R24."""
    await club(world)
    await joins(world)
    await told(world, BOTH)
    with pytest.raises(Refused) as refused:
        await told(world, AFTER, subject="bella")
    assert refused.value.answer == FactConflict("shop", "r-3")


async def test_who_joins_at_its_end_is_too_late_and_before_it_in_time(world: World) -> None:
    """R2: half-open, and no job needs to have run; it counts when they joined, not when they are credited."""
    await club(world)
    (answer,) = await told(world, PAID, subject="carla")
    for subject, late in (("anna", timedelta()), ("bella", timedelta(microseconds=1))):
        await told(world, replace(PAID, external_id=f"of {subject}"), subject=subject)
        world.now = answer.kept_until - late
        member_id = await world.joins(subject, program="shop", at=world.now)
        world.now = answer.kept_until + DAY
        await react(world)
        assert (await stands(world, member_id)).pending == (1100 if late else 0)
        world.now = NOON
    assert [row[1] for row in await kept(world)] == ["o-1"]


async def test_what_is_too_old_is_not_kept(world: World) -> None:
    """Not even if the same was kept and is still there."""
    await club(world)
    (answer,) = await told(world, PAID)
    for report in (PAID, replace(PAID, external_id="o-2")):
        with pytest.raises(Refused) as refused:
            await told(world, report, now=answer.kept_until)
        assert refused.value.answer == NotMember("shop")
    with pytest.raises(Refused) as refused:  # its completion alone would be kept, and be of no use
        await told(world, BOTH, now=answer.kept_until)
    assert refused.value.answer == NotMember("shop")


async def test_a_fact_after_joining_finds_what_was_kept_before(world: World) -> None:
    """R24: before anybody has reacted to their joining: whichever content came first stands."""
    await club(world)
    await told(world, PAID, REVIEW)
    member_id = await world.joins("anna", program="shop", at=world.now)
    with pytest.raises(Refused) as refused:
        await told(world, _otherwise(PAID))
    assert refused.value.answer == FactConflict("shop", "o-1")
    (completed,) = await told(world, COMPLETED)
    assert (completed.points, completed.growth) == (1100, 1100)
    assert [row[0] for row in await kept(world)] == ["REVIEW"]
    await react(world)
    assert (await stands(world, member_id)).available == 1107
    await holds(world)


async def test_what_was_done_after_leaving_is_credited_on_joining_again(world: World) -> None:
    """And what is about orders from before goes on as it comes."""
    await club(world)
    member_id = await joins(world)
    await told(world, PAID)
    await world.leaves("anna", program="shop")
    (completed, refund, review) = await told(world, COMPLETED, MEANWHILE, REVIEW)
    assert completed.points == 1100
    assert refund.refunded == 50_000
    assert isinstance(review, FactKept)
    assert (await told(world, replace(PAID, external_id="o-2")))[0] == FactKept(NOON + 10 * DAY)
    assert (await stands(world, member_id)).available == 600
    await joins(world)
    found = await stands(world, member_id)
    assert (found.available, found.pending) == (607, 1100)
    await holds(world)


async def test_who_joined_and_left_again_before_anybody_reacted_is_credited_when_they_come_back(world: World) -> None:
    """Nothing is credited to who is no member, and nothing lost."""
    await club(world)
    await told(world, REVIEW)
    member_id = await world.joins("anna", program="shop", at=world.now)
    await world.leaves("anna", program="shop")
    await react(world)
    assert len(await kept(world)) == 1
    await joins(world)
    assert (await stands(world, member_id)).available == 7


async def test_what_nobody_can_be_credited_with_any_more_is_forgotten(world: World) -> None:
    """A day later than it might be; of who is a member, nothing is, however long they wait to be credited."""
    await club(world)
    await told(world, PAID)
    (end,) = [row[2] for row in await kept(world)]
    await told(world, replace(COMPLETED, external_id="o-2"), replace(MEANWHILE, external_id="r-9", order="o-2"))
    await told(world, replace(PAID, external_id="o-3"), subject="bella")
    await world.joins("bella", program="shop", at=world.now)
    await forget_kept(world.database, now=end + DAY - timedelta(microseconds=1))
    assert len(await kept(world)) == 4
    await forget_kept(world.database, now=end + DAY)
    assert [row[1] for row in await kept(world)] == ["o-2", "o-3", "r-9"]
    await react(world)
    await forget_kept(world.database, now=end + 100 * DAY)
    assert await kept(world) == []
    world.now = end + 100 * DAY
    with pytest.raises(Refused) as refused:  # not a conflict with itself
        await told(world, PAID)
    assert refused.value.answer == NotMember("shop")
    await world.joins("anna", program="shop", at=world.now)
    with pytest.raises(Refused) as refused:
        await told(world, PAID)
    assert refused.value.answer == NotMember("shop")
    assert (await told(world, replace(PAID, paid_at=world.now)))[0].points == 1100


@pytest.mark.parametrize("report", [*REPORTS, BOTH], ids=lambda report: type(report).__name__)
def test_what_is_kept_is_read_as_it_was_reported(report: Report) -> None:
    """R24: with the same digest, and where it happened."""
    for fact in facts_of(report):
        (again,) = facts_of(report_kept(fact.kind, fact.content))
        assert (again.digest, again.occurred_at, again.external_id) == (fact.digest, fact.occurred_at, fact.external_id)
        assert again.content == fact.content


async def test_it_is_said_until_when_a_fact_is_kept(world: World) -> None:
    """Through the graph: for each kind of fact."""
    await club(world)
    by = service("shop")
    anna = '{subject: "anna"}, program: "shop"'
    documents = {
        "recordOrder": f"""input: {{customer: {anna}, order: "o-1", currency: "CNY", paidAt: "2026-02-20T12:00:00Z",
          lines: [{{quantity: 1, amount: "5"}}]}}""",
        "recordRefund": f"""input: {{customer: {anna}, order: "o-1", refund: "r-1", currency: "CNY",
          refundedAt: "2026-02-20T12:00:00Z", lines: [{{line: 1, amount: "5"}}]}}""",
        "recordActivities": """input: {program: "shop", activities: [{action: REVIEW, id: "a",
          customer: {subject: "anna"}, occurredAt: "2026-02-20T12:00:00Z"}]}""",
    }
    for name, given in documents.items():
        data = await world.data(f"mutation {{ {name}({given}) {{ ... on FactKept {{ keptUntil }} }} }}", by=by)
        answers = data[name] if isinstance(data[name], list) else [data[name]]
        assert answers == [{"keptUntil": datetime(2026, 4, 1, 12, tzinfo=UTC)}], name
