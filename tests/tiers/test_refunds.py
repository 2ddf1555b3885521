"""Growth that is taken back: what is entered, the tier that rested on it, and what is told."""

from collections.abc import Mapping
from uuid import UUID

import asyncpg
import pytest

from app.clock import new_id
from app.db import Database
from app.tiers.events import TierCorrected, TierReached
from app.tiers.queries import growth_of_cause
from tests.databases import run
from tests.programs.files import shop
from tests.statements import Statements
from tests.world import NOON, World, customer

from .growing import (
    DAY,
    ORDER,
    REFUND,
    SHOP,
    an_hour_ago,
    changes,
    disagreements,
    grows,
    held_by,
    row,
    shrinks,
    stands,
    told,
)

ME = 'query { me(program: "shop") { growth tier { code } tierProgress { growthRemaining } } }'
LADDERS: Mapping[str, Mapping[str, int]] = {
    "as it was": {"v1": 0, "v2": 200, "v3": 500},
    "higher": {"v1": 0, "v2": 400, "v3": 800},
    "lower": {"v1": 0, "v2": 100, "v3": 300},
}


@pytest.fixture
async def anna(world: World) -> UUID:
    """A member of a shop with the ladder 0/200/500."""
    await world.publishes(shop())
    return await world.joins("anna", program=SHOP)


async def test_a_tier_that_rests_on_growth_which_was_refunded_is_corrected_at_once(world: World, anna: UUID) -> None:
    """R15, R17: in the transaction of the refund, dated when that is entered; and it is told."""
    first = await grows(world, anna, 250, at=NOON - 9 * DAY)
    second = await grows(world, anna, 300, at=NOON - 5 * DAY)
    world.now += DAY
    refund = await shrinks(world, anna, 51, of=second)
    assert await stands(world) == (499, "v2", NOON - 9 * DAY)
    assert await changes(world, "kind, from_tier, to_tier, held_tier, cause, cause_id, changed_at, growth") == [
        ("RAISED", "v1", "v2", "v2", "ORDER", first, NOON - 9 * DAY, 250),
        ("RAISED", "v2", "v3", "v3", "ORDER", second, NOON - 5 * DAY, 550),
        ("CORRECTED", "v3", "v2", "v2", "REFUND", refund, NOON + DAY, 499),
    ]
    assert await told(world) == [
        TierReached(anna, "v1", "v2", NOON - 9 * DAY),
        TierReached(anna, "v2", "v3", NOON - 5 * DAY),
        TierCorrected(anna, "v3", "v2", NOON + DAY, (NOON - 9 * DAY).replace(year=2027)),
    ]
    assert await disagreements(world, anna) == []


async def test_a_refund_is_entered_with_the_dates_rule_and_version_of_what_it_takes_back(
    world: World, anna: UUID
) -> None:
    """R10, R15: also when there are other rules and another ladder by now."""
    bought = await grows(world, anna, 300, at=NOON - 9 * DAY)
    await grows(world, anna, 40, rule="other", by=bought, at=NOON - 8 * DAY)
    await world.publishes(shop(ladder={"v1": 0, "v2": 250, "v3": 800}), effective_from=NOON + DAY)
    world.now += 2 * DAY
    refund = await shrinks(world, anna, 30, of=bought)
    await shrinks(world, anna, 40, of=bought, rule="other", by=refund)
    entries = await growth_of_cause(world.database, member_id=anna, cause=ORDER, cause_id=bought)
    taken = await growth_of_cause(world.database, member_id=anna, cause=REFUND, cause_id=refund)
    found = [(e.change, e.growth_after, e.rule, e.program_version, e.earned_at, e.counts_at, e.reverses) for e in taken]
    assert found == [
        (-30, 310, "order", 1, NOON - 9 * DAY, NOON - 9 * DAY, entries[0].id),
        (-40, 270, "other", 1, NOON - 8 * DAY, NOON - 8 * DAY, entries[1].id),
    ]
    assert await stands(world) == (270, "v2", NOON - 9 * DAY)
    assert await disagreements(world, anna) == []


async def test_a_refund_of_growth_on_which_the_tier_does_not_rest_changes_nothing(world: World, anna: UUID) -> None:
    """R15: the threshold is still reached, and nothing is told."""
    bought = await grows(world, anna, 250, at=NOON - DAY)
    await shrinks(world, anna, 50, of=bought)
    assert await stands(world) == (200, "v2", NOON - DAY)
    assert (len(await changes(world)), len(await told(world))) == (1, 1)


async def test_who_has_everything_refunded_is_at_the_base_tier_and_can_rise_again(world: World, anna: UUID) -> None:
    """R15, R16: no tier and no date; a second rise is told as the first was."""
    bought = await grows(world, anna, 600, at=NOON - 3 * DAY)
    for amount in (150, 400, 50):
        await shrinks(world, anna, amount, of=bought)
    assert await row(world, "growth", "tier", "tier_since", "tier_until", "standing_at") == (0, *[None] * 4)
    me = (await world.data(ME, by=customer("anna")))["me"]
    assert me == {"growth": 0, "tier": {"code": "v1"}, "tierProgress": {"growthRemaining": 200}}
    await grows(world, anna, 500, at=NOON - 2 * DAY)
    assert [step[:3] for step in await changes(world)] == [
        ("RAISED", "v1", "v3"),
        ("CORRECTED", "v3", "v2"),
        ("CORRECTED", "v2", "v1"),
        ("RAISED", "v1", "v3"),
    ]
    assert (await told(world))[2:] == [
        TierCorrected(anna, "v2", "v1", NOON),
        TierReached(anna, "v1", "v3", NOON - 2 * DAY),
    ]
    assert await disagreements(world, anna) == []


async def test_what_was_shown_and_kept_goes_with_the_growth_that_it_rested_on(world: World, anna: UUID) -> None:
    """R15: a late order kept the end of the period that was shown; refunded, nothing of it is left."""
    orders = [await grows(world, anna, amount, at=NOON - days * DAY) for amount, days in ((150, 9), (100, 2), (60, 5))]
    kept = await changes(world, "kind, from_tier, to_tier, cause_id")
    assert kept[1:] == [("KEPT", "v2", "v2", orders[2])]
    assert await stands(world) == (310, "v2", NOON - 2 * DAY)
    assert await disagreements(world, anna) == []
    await shrinks(world, anna, 60, of=orders[2])
    assert await stands(world) == (250, "v2", NOON - 2 * DAY)
    await shrinks(world, anna, 150, of=orders[0])
    assert await row(world, "growth", "tier", "tier_until") == (100, None, None)
    assert (await changes(world))[2:] == [("CORRECTED", "v2", "v1", NOON)]
    assert await disagreements(world, anna) == []


async def test_growth_without_a_tier_is_taken_back_and_nothing_is_told(world: World, anna: UUID) -> None:
    """R15: at the base tier there is none to correct."""
    bought = await grows(world, anna, 199)
    await shrinks(world, anna, 199, of=bought)
    assert await stands(world) == (0, None, None)
    assert await changes(world) == await told(world) == []


@pytest.mark.parametrize("ladder", LADDERS)
@pytest.mark.parametrize(("amount", "tier"), [(100, "v2"), (101, "v1")])
async def test_an_edit_of_the_ladder_lowers_nobody(
    world: World, anna: UUID, ladder: str, amount: int, tier: str
) -> None:
    """R20: the tier rested on growth that is still there, whatever is asked for it by now; else it is corrected, but
    for who has enough by now: on the lower ladder that is the third tier for who was not refunded."""
    bought = await grows(world, anna, 300)
    await world.publishes(shop(ladder=LADDERS[ladder]), effective_from=NOON + DAY)
    world.now += 2 * DAY
    await shrinks(world, anna, amount, of=bought)
    _, held, _ = await stands(world)
    assert (held or "v1") == ("v2" if ladder == "lower" else tier)
    assert await disagreements(world, anna) == []


@pytest.mark.parametrize(("amount", "taken"), [(301, 0), (201, 100), (1, 300), (-1, 0)])
async def test_no_more_is_taken_back_than_is_left(world: World, anna: UUID, amount: int, taken: int) -> None:
    """R10: of this order, whatever others brought; the whole is undone."""
    await grows(world, anna, 1000)
    bought = await grows(world, anna, 300)
    await shrinks(world, anna, taken, of=bought)
    before = await stands(world)
    with pytest.raises(ValueError, match=f"{amount} growth cannot be taken back of {300 - taken}"):
        await shrinks(world, anna, amount, of=bought)
    assert await stands(world) == before
    assert await disagreements(world, anna) == []


async def test_only_of_what_a_rule_brought_can_be_taken_back(world: World, anna: UUID) -> None:
    """R10: an order that brought nothing has nothing to give back."""
    bought = await grows(world, anna, 300)
    for order, rule in ((bought, "other"), (new_id(), "order")):
        with pytest.raises(LookupError):
            await shrinks(world, anna, 1, of=order, rule=rule)
        await shrinks(world, anna, 0, of=order, rule=rule)
    assert await stands(world) == (300, "v2", NOON)


async def test_a_refund_takes_back_once(world: World, anna: UUID) -> None:
    """R5: an effect has a unique cause."""
    bought = await grows(world, anna, 300)
    refund = await shrinks(world, anna, 100, of=bought)
    with pytest.raises(asyncpg.UniqueViolationError):
        await shrinks(world, anna, 100, of=bought, by=refund)
    assert await stands(world) == (200, "v2", NOON)


async def test_refunds_are_listed_in_the_order_of_writing_whatever_the_clocks_say(world: World, anna: UUID) -> None:
    """R5: ids rise under the member's lock, though one of two processes is an hour behind."""
    bought = await grows(world, anna, 300)
    fast, world.database = world.database, Database(world.database.settings, new_id=an_hour_ago)
    try:
        for amount in (100, 200):
            await shrinks(world, anna, amount, of=bought)
    finally:
        await world.database.close()
        world.database = fast
    assert [step[2] for step in await changes(world)] == ["v2", "v1"]
    assert await disagreements(world, anna) == []


async def test_what_takes_growth_back_says_of_what(world: World, anna: UUID) -> None:
    """R15: held by the database, too."""
    bought = await grows(world, anna, 300)
    refund = await shrinks(world, anna, 100, of=bought)
    for wrong in ("reverses = NULL", "change = 100", f"reverses = '{new_id()}'", "cause = 'ORDER'"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await run(world.database.settings.url, f"UPDATE growth_entries SET {wrong} WHERE cause_id = '{refund}'")


async def test_the_tier_of_an_instant_is_known_after_corrections(world: World, anna: UUID) -> None:
    """R25: that of then; a correction does not change what was held before it."""
    bought = await grows(world, anna, 600, at=NOON - 9 * DAY)
    await shrinks(world, anna, 300, of=bought)
    world.now += DAY
    await shrinks(world, anna, 300, of=bought)
    held = {-10: None, -9: "v3", -1: "v3", 0: "v2", 1: "v1", 9: "v1"}
    assert await tiers_at(world, anna, *held) == held
    world.now += 2 * DAY
    await grows(world, anna, 250)
    assert await tiers_at(world, anna, 0, 2, 3) == {0: "v2", 2: "v1", 3: "v2"}


async def test_a_tier_that_is_reached_again_by_a_late_order_is_held_from_then(world: World, anna: UUID) -> None:
    """R25: an order from before the correction, reported after it."""
    await shrinks(world, anna, 300, of=await grows(world, anna, 300, at=NOON - 9 * DAY))
    await grows(world, anna, 400, at=NOON - 5 * DAY)
    assert await stands(world) == (400, "v2", NOON - 5 * DAY)
    assert await tiers_at(world, anna, -10, -9, -5, 0, 1) == {-10: None, -9: "v2", -5: "v2", 0: "v2", 1: "v2"}


async def tiers_at(world: World, member_id: UUID, *days: int) -> dict[int, str | None]:
    return {day: await held_by(world, member_id, at=NOON + day * DAY) for day in days}


async def test_what_an_order_brought_is_found_in_one_statement(world: World, anna: UUID, sql: Statements) -> None:
    """R10: an entry for each rule; not what was taken back of them, nor what others brought, nor another member's."""
    bought = await grows(world, anna, 300)
    await grows(world, anna, 20, rule="other", by=bought)
    await grows(world, anna, 1)
    await shrinks(world, anna, 5, of=bought, by=bought)
    with sql:
        found = await growth_of_cause(world.database, member_id=anna, cause=ORDER, cause_id=bought)
    assert sql.count == 1
    assert [(entry.rule, entry.change) for entry in found] == [("order", 300), ("other", 20)]
    bella = await world.joins("bella", program=SHOP)
    assert await growth_of_cause(world.database, member_id=bella, cause=ORDER, cause_id=bought) == []
