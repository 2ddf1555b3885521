"""A member's tier over the years, settled by the job or by whoever writes: up, notice, renewal, lowering, edits."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.tiers.events import TierAtRisk, TierCorrected, TierLowered, TierReached, TierRenewed
from tests.databases import run
from tests.world import NOON, World, customer

from .growing import (
    DAY,
    ROLLING,
    SHOP,
    changes,
    disagreements,
    grows,
    held_by,
    kinds,
    passes,
    row,
    ruled,
    runs,
    shrinks,
    told,
)

ME = 'query { me(program: "shop") { growth tier { code } tierProgress { periodEnd renewRemaining atRisk } } }'
NEXT_MARCH = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def anna(world: World) -> UUID:
    """A member of a shop with the ladder 0/200/500, where growth counts for a year, and so do tiers."""
    await world.publishes(ruled(ROLLING))
    return await world.joins("anna", program=SHOP)


async def due(world: World) -> list[UUID]:
    found = await run(world.database.settings.url, f"SELECT id FROM members WHERE standing_due_at <= '{world.now}'")
    return [each["id"] for each in found]


async def test_a_tier_is_renewed_at_the_end_of_its_period_if_the_growth_is_there(world: World, anna: UUID) -> None:
    """R17, R18: for another, and nobody is told of a risk; what counts is what has not lapsed by then."""
    await grows(world, anna, 200)
    await passes(world, 30)
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH)
    until = datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON), ("RENEWED", "v2", "v2", NEXT_MARCH)]
    assert await told(world) == [TierReached(anna, "v1", "v2", NOON), TierRenewed(anna, "v2", until)]
    assert await row(world, "growth", "tier_since", "tier_until", "renewal_growth") == (200, NOON, until, 0)
    assert await disagreements(world, anna) == []
    assert await due(world) == []


async def test_who_is_at_risk_is_told_once_and_lowered_when_the_period_is_over(world: World, anna: UUID) -> None:
    """R17, R18: 45 days before; to the tier that the growth reaches."""
    await grows(world, anna, 500)
    await passes(world, 40)
    await grows(world, anna, 250)
    await passes(world, until=NEXT_MARCH - 46 * DAY)
    assert kinds(await changes(world)) == ["RAISED"]
    me = (await world.data(ME, by=customer("anna")))["me"]
    assert me["tierProgress"] | {"periodEnd": None} == {"periodEnd": None, "renewRemaining": 250, "atRisk": False}
    for _ in range(3):
        await passes(world, 1)
    told_at = NEXT_MARCH - 45 * DAY
    assert (await changes(world))[1:] == [("NOTICED", "v3", "v3", told_at)]
    assert (await told(world))[1:] == [TierAtRisk(anna, "v3", NEXT_MARCH, 250)]
    assert await row(world, "notice_at", "standing_due_at") == (told_at, NEXT_MARCH)
    assert (await world.data(ME, by=customer("anna")))["me"]["tierProgress"]["atRisk"]
    assert await disagreements(world, anna) == []
    await passes(world, until=NEXT_MARCH - DAY)
    assert (await row(world, "tier"))[0] == "v3"
    await passes(world, until=NEXT_MARCH)
    assert (await changes(world))[2:] == [("LOWERED", "v3", "v2", NEXT_MARCH)]
    assert (await told(world))[2:] == [TierLowered(anna, "v3", "v2", NEXT_MARCH)]
    assert await row(world, "growth", "tier", "tier_since", "notice_at") == (250, "v2", NEXT_MARCH, None)
    assert await disagreements(world, anna) == []


async def test_a_notice_that_comes_late_delays_the_lowering(world: World, anna: UUID) -> None:
    """R17: 30 days from when it is recorded; until then the tier is held, whoever looks, and can be renewed."""
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH + 10 * DAY)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON), ("NOTICED", "v2", "v2", world.now)]
    assert await row(world, "growth", "tier", "tier_until") == (0, "v2", NEXT_MARCH)
    await passes(world, 29)
    assert (await row(world, "tier"))[0] == "v2"
    assert await disagreements(world, anna) == []
    await passes(world, 1)
    assert (await changes(world))[2:] == [("LOWERED", "v2", "v1", world.now)]
    assert await disagreements(world, anna) == []
    await grows(world, anna, 200)
    assert (await changes(world))[3:] == [("RAISED", "v1", "v2", world.now)]


async def test_growth_that_comes_after_the_period_renews_a_tier_that_waits(world: World, anna: UUID) -> None:
    """R17: from then on."""
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH - 45 * DAY)
    await passes(world, until=NEXT_MARCH - DAY)
    await grows(world, anna, 150)
    await world.publishes(ruled(ROLLING, "grace_days = 20"), effective_from=world.now + DAY / 2)
    await passes(world, until=NEXT_MARCH + 10 * DAY)
    assert kinds(await changes(world)) == ["RAISED", "NOTICED"]
    await grows(world, anna, 50)
    until = datetime(2028, 3, 11, 12, tzinfo=UTC)
    assert (await changes(world))[2:] == [("RENEWED", "v2", "v2", NEXT_MARCH + 10 * DAY)]
    assert await row(world, "tier_since", "tier_until", "notice_at") == (NOON, until, None)
    assert await disagreements(world, anna) == []


async def test_an_order_in_time_that_is_reported_late_renews_the_tier_after_all(world: World, anna: UUID) -> None:
    """R25, R17: as if it had been told in time; the member is told, and who was lowered holds the tier again."""
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH - 45 * DAY)
    await passes(world, until=NEXT_MARCH + 5 * DAY)
    assert kinds(await changes(world)) == ["RAISED", "NOTICED", "LOWERED"]
    await grows(world, anna, 200, at=NEXT_MARCH - DAY)
    until = datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert await row(world, "tier", "tier_since", "tier_until") == ("v2", NOON, until)
    assert (await changes(world))[3:] == [("RAISED", "v1", "v2", NOON)]
    assert await disagreements(world, anna) == []


async def test_a_renewal_that_is_found_out_late_is_written_and_told(world: World, anna: UUID) -> None:
    """R25, R17: while the tier waits for its notice."""
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH + 5 * DAY)
    await grows(world, anna, 200, at=NEXT_MARCH - DAY)
    until = datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert (await changes(world))[2:] == [("RENEWED", "v2", "v2", NEXT_MARCH)]
    assert (await told(world))[2:] == [TierRenewed(anna, "v2", until)]
    assert await disagreements(world, anna) == []


async def test_a_refund_that_undoes_a_renewal_lowers_nobody_who_was_not_told(world: World, anna: UUID) -> None:
    """R15, R17: who was not told of a risk is, and keeps the tier for 30 days."""
    await grows(world, anna, 200)
    await passes(world, 30)
    order = await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH)
    await shrinks(world, anna, 1, of=order)
    assert kinds(await changes(world)) == ["RAISED", "RENEWED", "CORRECTED", "NOTICED"]
    assert await row(world, "tier", "tier_until") == ("v2", NEXT_MARCH)
    await passes(world, 30)
    assert (await changes(world))[4:] == [("LOWERED", "v2", "v1", NEXT_MARCH + 30 * DAY)]
    assert await disagreements(world, anna) == []


async def test_a_renewal_that_a_refund_undoes_is_corrected_in_the_history(world: World, anna: UUID) -> None:
    """R15: the same tier, until the end that it had before, and told so; a refund that leaves enough writes nothing."""
    await grows(world, anna, 200)
    await passes(world, 30)
    order = await grows(world, anna, 250)
    await passes(world, until=NEXT_MARCH)
    await passes(world, 1)
    await shrinks(world, anna, 50, of=order)
    assert kinds(await changes(world)) == ["RAISED", "RENEWED"]
    refund = await shrinks(world, anna, 1, of=order)
    columns = "kind, from_tier, to_tier, held_tier, tier_until, changed_at, cause, cause_id, growth"
    assert (await changes(world, columns))[2] == (
        "CORRECTED", "v2", "v2", "v2", NEXT_MARCH, world.now, "REFUND", refund, 199
    )  # fmt: skip
    assert (await told(world))[2] == TierCorrected(anna, "v2", "v2", world.now, NEXT_MARCH)
    assert await disagreements(world, anna) == []
    await grows(world, anna, 1)
    assert kinds(await changes(world))[2:] == ["CORRECTED", "NOTICED", "RENEWED"]
    assert await row(world, "tier", "tier_until") == ("v2", datetime(2028, 3, 2, 12, tzinfo=UTC))
    assert await disagreements(world, anna) == []


async def test_a_refund_that_undoes_a_renewal_after_notice_is_a_correction_from_now(world: World, anna: UUID) -> None:
    """R15: they held the tier until then, whatever would have become of it (R25)."""
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH - 45 * DAY)
    order = await grows(world, anna, 200, at=NEXT_MARCH - 50 * DAY)
    await world.publishes(ruled(ROLLING, "grace_days = 5"), effective_from=world.now + DAY)
    await passes(world, until=NEXT_MARCH)
    await passes(world, until=NEXT_MARCH + 20 * DAY)
    refund = await shrinks(world, anna, 200, of=order)
    assert (await changes(world, "kind, to_tier, changed_at, cause_id"))[-1] == ("CORRECTED", "v1", world.now, refund)
    assert kinds(await changes(world)) == ["RAISED", "NOTICED", "RENEWED", "CORRECTED"]
    for days, tier in ((-1, "v2"), (10, "v2"), (20, "v1")):
        at = NEXT_MARCH + days * DAY
        assert await held_by(world, anna, at=at) == tier
    assert await disagreements(world, anna) == []


@pytest.mark.parametrize(
    ("lines", "kind", "tier"),
    [('lowering = "ONE_DOWN"', "LOWERED", "v2"), ('lowering = "TO_MATCH"', "LOWERED", "v1"),
     ('lowering = "NEVER"', "RENEWED", "v3")],
)  # fmt: skip
async def test_a_program_says_how_far_a_tier_is_lowered(world: World, lines: str, kind: str, tier: str) -> None:
    """R17"""
    await world.publishes(ruled(ROLLING, lines))
    anna = await world.joins("anna", program=SHOP)
    await grows(world, anna, 500)
    await passes(world, until=NEXT_MARCH - 45 * DAY)
    await passes(world, until=NEXT_MARCH)
    assert (await changes(world))[-1] == (kind, "v3", tier, NEXT_MARCH)
    assert await disagreements(world, anna) == []


async def test_an_edited_ladder_raises_the_idle_and_lowers_nobody(world: World, anna: UUID) -> None:
    """R20: when it comes into force; who loses by it is told before the end of their period, as any."""
    await grows(world, anna, 300)
    bella = await world.joins("bella", program=SHOP)
    await grows(world, bella, 180)
    edit = ruled(ROLLING, ladder={"v1": 0, "v2": 150, "v3": 400})
    await world.publishes(edit, effective_from=NOON + DAY)
    await passes(world, 2)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON), ("RAISED", "v1", "v2", NOON + DAY)]
    edit = ruled(ROLLING, ladder={"v1": 0, "v2": 301, "v3": 900})
    await world.publishes(edit, effective_from=NOON + 3 * DAY)
    await passes(world, 2)
    assert len(await changes(world)) == 2
    for member in (anna, bella):
        assert await disagreements(world, member) == []
    await passes(world, until=NEXT_MARCH - 44 * DAY)
    assert kinds(await changes(world)) == ["RAISED", "NOTICED"] * 2


async def test_a_tier_without_which_there_is_only_the_first_is_over_at_once(world: World, anna: UUID) -> None:
    """R20: its successor is everybody's; nothing is renewed then, and nobody is told of a risk."""
    await grows(world, anna, 300)
    edit = ruled(ROLLING, ladder={"v1": 0, "v3": 500}, successors={"v2": "v1"})
    await world.publishes(edit, effective_from=NOON + DAY)
    await passes(world, 2)
    assert (await changes(world))[1:] == [("LOWERED", "v2", "v1", NOON + DAY)]
    assert await row(world, "tier", "tier_since", "tier_until", "standing_due_at") == (None, None, None, NEXT_MARCH)
    await passes(world, 800)
    assert len(await changes(world)) == 2
    assert await disagreements(world, anna) == []


async def test_the_period_of_a_tier_that_was_replaced_goes_on(world: World, anna: UUID) -> None:
    """R20, R17: a notice for it is good for its successor."""
    await grows(world, anna, 300)
    await passes(world, until=NEXT_MARCH - 45 * DAY)
    edit = ruled(ROLLING, ladder={"v1": 0, "gold": 250}, successors={"v2": "gold", "v3": "gold"})
    await world.publishes(edit, effective_from=world.now + DAY)
    await passes(world, 2)
    assert (await world.data(ME, by=customer("anna")))["me"]["tier"] == {"code": "gold"}
    assert await disagreements(world, anna) == []
    await passes(world, until=NEXT_MARCH)
    assert [each[:2] for each in await changes(world)] == [("RAISED", "v1"), ("NOTICED", "v2"), ("LOWERED", "v2")]
    assert await disagreements(world, anna) == []


async def test_to_settle_twice_changes_nothing(world: World, anna: UUID) -> None:
    """R2: nor does it when the job was stopped between two members."""
    await grows(world, anna, 200)
    world.now = NEXT_MARCH
    await runs(world)
    before = await row(world, "*"), await changes(world), await told(world)
    await runs(world)
    assert (await row(world, "*"), await changes(world), await told(world)) == before


async def test_whoever_writes_settles_first(world: World, anna: UUID) -> None:
    """R2: what was due is entered with its own dates, before what comes."""
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH - 45 * DAY)
    world.now = NEXT_MARCH + 9 * DAY
    await grows(world, anna, 200)
    assert (await changes(world))[2:] == [
        ("LOWERED", "v2", "v1", NEXT_MARCH),
        ("RAISED", "v1", "v2", world.now),
    ]
    assert await disagreements(world, anna) == []


async def test_a_late_order_that_is_at_risk_at_once_is_written_in_order(world: World, anna: UUID) -> None:
    """R17, R25: raised two years ago, and told now; the tier is held for 30 days."""
    world.now = NEXT_MARCH
    await grows(world, anna, 500, at=NOON - 365 * DAY)
    assert kinds(await changes(world)) == ["RAISED", "NOTICED"]
    assert await disagreements(world, anna) == []
    await passes(world, 30)
    assert kinds(await changes(world)) == ["RAISED", "NOTICED", "LOWERED"]
    assert await disagreements(world, anna) == []


async def test_a_clock_that_is_slow_tells_nobody_twice(world: World, anna: UUID) -> None:
    """R17: a notice that another machine has just given."""
    await grows(world, anna, 200)
    await passes(world, until=NEXT_MARCH - 45 * DAY + DAY / 24)
    world.now -= DAY / 48
    await grows(world, anna, 1, at=NOON - DAY)
    assert kinds(await changes(world)).count("NOTICED") == 1
    assert await disagreements(world, anna) == []
