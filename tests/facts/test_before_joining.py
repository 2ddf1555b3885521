"""What was done before joining counts by when they joined, not by when it is reported or credited."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.clock import new_id
from app.errors import Refused
from app.facts.commands import crediting
from app.facts.queries import kept_of_report
from app.facts.rules import FactConflict, FactKept, Report
from app.members.rules import NotMember
from app.outbox import Post, deliver_some
from app.reactions import REACTIONS
from tests.databases import run
from tests.world import NOON, World

from .reacting import Held, react
from .refunding import AFTER, BOTH, COMPLETED, DAY, MEANWHILE, PAID, file, holds, stands
from .test_kept_facts import ACTIONS, REVIEW, club, kept, told

TICK = timedelta(microseconds=1)


async def is_refused(world: World, report: Report) -> None:
    with pytest.raises(Refused) as refused:
        await told(world, report)
    assert refused.value.answer == NotMember("shop")


async def joins(world: World, *, at: datetime, again: bool = False) -> UUID:
    """They join, or come back; nobody has reacted to it yet."""
    if again:
        await world.joins("anna", program="shop", at=NOON - 90 * DAY)
        await world.leaves("anna", program="shop")
        await react(world)
    return await world.joins("anna", program="shop", at=at)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("days", [0, 5])
@pytest.mark.parametrize(
    "report", [PAID, BOTH, COMPLETED, AFTER, REVIEW], ids=["paid", "both", "done", "refund", "act"]
)
async def test_what_was_before_joining_does_not_count_by_being_reported_later(
    world: World, report: Report, days: int, again: bool
) -> None:
    """Nor before they came back; whether it was reported before or not."""
    await club(world, days=days)
    await joins(world, at=NOON, again=again)
    await is_refused(world, report)
    await holds(world)


@pytest.mark.parametrize("again", [False, True])
async def test_it_counts_if_it_would_have_been_kept_until_they_joined(world: World, again: bool) -> None:
    """Half-open (R2), whenever it is reported."""
    await club(world, days=5)
    member_id = await joins(world, at=NOON, again=again)
    world.now = NOON + 90 * DAY
    await is_refused(world, replace(PAID, paid_at=NOON - 5 * DAY))
    await is_refused(world, replace(REVIEW, occurred_at=NOON - 5 * DAY))
    await told(world, replace(PAID, paid_at=NOON - 5 * DAY + TICK))
    await told(world, replace(REVIEW, occurred_at=NOON - 5 * DAY + TICK))
    found = await stands(world, member_id)
    assert (found.available, found.pending) == (7, 1100)


async def test_what_is_done_from_the_instant_of_joining_on_counts(world: World) -> None:
    """R2."""
    await club(world, days=0)
    await joins(world, at=NOON)
    await is_refused(world, replace(PAID, paid_at=NOON - TICK))
    assert (await told(world, replace(PAID, paid_at=NOON)))[0].points == 1100


async def test_where_the_first_fact_makes_the_member_facts_of_before_are_late(world: World) -> None:
    await world.publishes(f'[members]\njoin = "AUTOMATIC"\n{file()}')
    await joins(world, at=NOON)
    assert (await told(world, PAID))[0].points == 1100


async def test_an_order_that_counts_goes_on(world: World) -> None:
    """Its completion and its refunds count, though they were before they came back."""
    await club(world, days=0)
    member_id = await world.joins("anna", program="shop")
    await told(world, PAID)
    await world.leaves("anna", program="shop")
    await world.joins("anna", program="shop", at=NOON)
    replayed, _, _ = await told(world, PAID, COMPLETED, MEANWHILE)
    assert replayed.replayed
    assert (await stands(world, member_id)).available == 600
    await holds(world)


@pytest.mark.parametrize("is_paid_first", [True, False])
async def test_the_payment_must_be_in_time_whatever_is_known_of_the_order(world: World, is_paid_first: bool) -> None:
    """R25: paid before they joined and completed after is the same in either order: nothing."""
    await club(world, days=0)
    member_id = await joins(world, at=NOON - 25 * DAY)
    if is_paid_first:
        await is_refused(world, PAID)
    (completed,) = await told(world, COMPLETED)
    await is_refused(world, PAID)
    assert (completed.points, (await stands(world, member_id)).growth) == (0, 0)
    await holds(world)


@pytest.mark.parametrize("again", [False, True])
async def test_what_was_kept_stands_for_who_joined_in_time_however_late_the_next_report_comes(
    world: World, again: bool
) -> None:
    """R24: credited by when they joined or came back, not by when it is credited."""
    await club(world)
    if again:
        await world.joins("anna", program="shop", at=NOON - 90 * DAY)
        await world.leaves("anna", program="shop")
        await react(world)
    (answer,) = await told(world, PAID)
    assert isinstance(answer, FactKept)
    member_id = await world.joins("anna", program="shop", at=answer.kept_until - TICK)
    world.now = answer.kept_until + DAY
    with pytest.raises(Refused) as refused:
        await told(world, replace(PAID, lines=PAID.lines[:1]))
    assert refused.value.answer == FactConflict("shop", "o-1")
    await react(world)
    assert (await stands(world, member_id)).pending == 1100
    await holds(world)


async def test_what_was_kept_stands_though_no_version_of_now_keeps_anything(world: World) -> None:
    """R24."""
    await club(world)
    await told(world, PAID)
    text = f"[facts]\nkept_days = 0\n{file().replace('[tiers]', ACTIONS, 1)}"
    await world.publishes(text, effective_from=NOON - 5 * DAY)
    await joins(world, at=NOON - DAY)
    with pytest.raises(Refused) as refused:
        await told(world, replace(PAID, paid_at=NOON))
    assert refused.value.answer == FactConflict("shop", "o-1")


async def test_much_that_was_kept_is_credited_in_several_transactions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each as its own event, so that each is done once; the books hold in between."""
    monkeypatch.setattr(crediting, "AT_ONCE", 2)
    await club(world)
    await told(world, *(replace(REVIEW, external_id=f"a-{number}") for number in range(5)))
    member_id = await joins(world, at=NOON)
    post = Post(world.database, REACTIONS, Held(world), lambda: world.now, new_id(), at_once=1)
    for left in (3, 1, 0):
        assert await deliver_some(post) == 1
        assert len(await kept(world)) == left
        await holds(world)
    assert await deliver_some(post) == 0
    assert (await stands(world, member_id)).available == 35


async def test_of_all_that_is_kept_only_what_a_report_is_about_is_read(world: World) -> None:
    """So that keeping takes as long for who did much as for others."""
    await club(world)
    await told(
        world, BOTH, MEANWHILE, AFTER, REVIEW, replace(REVIEW, external_id="a-2"), replace(BOTH, external_id="x")
    )
    ((customer_id,),) = await run(world.database.settings.url, "SELECT id FROM customers")
    for report, found in (
        (REVIEW, {("REVIEW", "a-1")}),
        (PAID, {("ORDER_PAID", "o-1"), ("ORDER_COMPLETED", "o-1")}),
        (AFTER, {("ORDER_PAID", "o-1"), ("ORDER_COMPLETED", "o-1"), ("REFUND", "r-3")}),
    ):
        rows = await kept_of_report(world.database, customer_id, program="shop", report=report)
        assert {(row.kind, row.external_id) for row in rows} == found
