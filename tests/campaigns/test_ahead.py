"""What is reported a moment ahead of now has the campaigns that were known when it was recorded (R25)."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.facts.rules import Brings
from app.facts.rules.activities import ActivityRecorded, ReportedActivity
from app.points.section import Action
from app.prover import prove
from tests.databases import run
from tests.facts.explaining import all_explained
from tests.facts.history import file_of, imported
from tests.world import World

from .making import changes, has

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
GREW = """SELECT change FROM growth_entries WHERE member_id = (SELECT m.id FROM members m JOIN identities USING
  (customer_id) WHERE subject = 'member-{}')"""
BOTH = {"points": "2", "growth": "2"}
AHEAD = 4 * MINUTE


async def told(world: World) -> list[str]:
    return [str(each) for each in (await prove(world.database, now=world.now, programs=world.programs)).mismatches]


async def paid_ahead_and_paused(world: World) -> UUID:
    """An order and something done four minutes from now; in between the campaign is paused; the order is completed."""
    await has(world, effects=BOTH)
    world.now += HOUR
    order = await world.orders("anna", "100", order="before", paid=world.now + AHEAD)
    shared = await world.reports_of("anna", ReportedActivity("shop", "s-1", Action.SHARE, world.now + AHEAD))
    await changes(world, "pauseCampaign")
    world.now += HOUR
    done = await world.completes("anna", "before")
    assert (order.points, done.growth) == (200, 200)
    assert isinstance(shared, ActivityRecorded)
    assert shared.growth == 2 * 2
    return done.member_id


async def test_an_order_has_all_of_a_campaign_or_nothing_whenever_it_is_completed(world: World) -> None:
    """R25: recorded before the pause both, recorded after it neither; resumed since, it is as it was recorded."""
    await has(world, effects=BOTH)
    world.now += HOUR
    begun, paid = world.now, world.now + AHEAD
    recorded = [await world.orders("anna", "100", order="before", paid=paid)]
    await changes(world, "pauseCampaign")
    world.now += MINUTE
    recorded.append(await world.orders("anna", "100", order="paused", paid=paid))
    await changes(world, "resumeCampaign")
    world.now = begun + HOUR
    recorded.append(await world.orders("anna", "100", order="resumed", paid=paid))
    grown = [(await world.completes("anna", order)).growth for order in ("before", "paused", "resumed")]
    assert ([each.points for each in recorded], grown) == ([200, 100, 200], [200, 100, 200])
    assert await told(world) == []


async def test_completed_first_it_goes_by_when_the_payment_was_recorded(world: World) -> None:
    """R25: not by when the order came to be known."""
    await has(world, effects=BOTH)
    world.now += HOUR
    paid = world.now + AHEAD
    await world.completes("anna", "o-1")
    await changes(world, "pauseCampaign")
    world.now += MINUTE
    recorded = await world.orders("anna", "100", order="o-1", paid=paid)
    assert (recorded.points, recorded.growth) == (100, 100)
    assert await told(world) == []


async def test_it_goes_by_the_tier_that_was_held_when_the_payment_was_recorded(world: World) -> None:
    """R25: points and growth by the same tier, whatever was reached in between."""
    await has(world, effects=BOTH, audience={"tiers": ["v4"]})
    world.now += HOUR
    ahead = await world.orders("anna", "100", order="before", paid=world.now + AHEAD)
    world.now += MINUTE
    await world.orders("anna", "9000", paid=world.now, completed=world.now)
    raised = await world.orders("anna", "100", order="raised", paid=world.now + MINUTE)
    world.now += HOUR
    grown = [(await world.completes("anna", order)).growth for order in ("before", "raised")]
    assert ([ahead.points, raised.points], grown) == ([100, 200], [100, 200])
    assert await told(world) == []


@pytest.mark.parametrize("points", [True, False])
async def test_what_is_imported_ahead_goes_by_what_is_known_when_it_is(world: World, points: bool) -> None:
    """R5, R19, R25: an order of history may be dated some minutes from now. One that is imported before a pause has the
    campaign, whole, and one after it has not, though both are of one instant; and the prover says so as well."""
    await has(world, effects=BOTH)
    world.now += HOUR
    paid, found = (world.now + AHEAD).isoformat(), list[int]()
    brings = Brings(points=points, gifts=False)
    for number, what in enumerate((None, "pauseCampaign", "resumeCampaign")):
        if what is not None:
            await changes(world, what)
        world.now += MINUTE * (what is not None)
        content = file_of(f"member-{number},{paid},1,100.00")
        done = await imported(world, content, source=f"history-{number}", brings=brings)
        assert done.new == 1
        found.append(sum([row["change"] for row in await run(world.database.settings.url, GREW.format(number))]))
    assert found == [200, 100, 200]
    assert await told(world) == []
    world.now += HOUR
    await changes(world, "endCampaign")
    world.now += DAY
    assert await told(world) == []


async def test_what_was_paused_in_between_is_explained_and_proved(world: World) -> None:
    """M31, R5: it is what it was when it was recorded."""
    member_id = await paid_ahead_and_paused(world)
    steps = [step["code"] for each in await all_explained(world, member_id) for step in each["steps"]]
    assert steps.count("CAMPAIGN") == 2
    assert await told(world) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            "UPDATE points_lots SET earned = earned + 1 WHERE rule = 'campaign.spring' AND cause = 'ORDER'",
            "points_lots, by the campaigns",
        ),
        (
            "UPDATE points_lots SET earned = earned + 1 WHERE rule = 'campaign.spring' AND cause = 'ACTIVITY'",
            "points_lots, by the campaigns",
        ),
        (
            "DELETE FROM growth_entries WHERE rule = 'campaign.spring' AND cause = 'ORDER'",
            "growth_entries, by the campaigns",
        ),
    ],
)
async def test_what_was_reported_ahead_is_proved_as_well(world: World, change: str, named: str) -> None:
    """R5: nothing of it is left out."""
    await paid_ahead_and_paused(world)
    await run(world.database.settings.url, change)
    found = await told(world)
    assert any(named in each for each in found), found
