"""What a member brings along: growth, and the tier that they held elsewhere (R19)."""

from uuid import UUID

import pytest

from app.clock import months_later
from app.tiers import commands as tiers
from app.tiers.queries import opened_at
from tests.world import NOON, World

from .growing import DAY, SHOP, changes, disagreements, grows, kinds, locked, passes, row, ruled, shrinks, stands, told

SHORT = 'period = { kind = "MONTHS", months = 2 }'
A_MONTH = 'window = { kind = "ROLLING", months = 1 }'


@pytest.fixture
async def anna(world: World) -> UUID:
    """A member of a shop with the ladder 0/200/500, where growth counts for a month, and tiers last for two."""
    await world.publishes(ruled(SHORT, A_MONTH))
    return await world.joins("anna", program=SHOP)


async def brings(world: World, member_id: UUID, *, tier: str | None = None, growth: int = 0) -> None:
    async with world.database.transaction() as tx:
        member = await locked(tx, member_id)
        if growth:
            member = await tiers.open_growth(tx, member=member, programs=world.programs, growth=growth, now=world.now)
        if tier:
            member = await tiers.bring_along(tx, member=member, programs=world.programs, tier=tier, now=world.now)
        assert member == await locked(tx, member_id)


async def test_a_tier_that_is_brought_along_is_held_for_a_period_whatever_the_growth(world: World, anna: UUID) -> None:
    """R19, R17: then it must be renewed, or is lowered after notice as any; bringing it is not told."""
    await brings(world, anna, tier="v3")
    until = months_later(NOON, 2, zone=world.programs.current(SHOP, NOON).zone)
    assert await row(world, "growth", "tier", "tier_since", "tier_until") == (0, "v3", NOON, until)
    assert await changes(world) == [("BROUGHT", "v1", "v3", NOON)]
    assert await told(world) == []
    assert await disagreements(world, anna) == []
    await passes(world, until=until - 45 * DAY)
    await passes(world, until=until)
    assert kinds(await changes(world)) == ["BROUGHT", "NOTICED", "LOWERED"]
    assert await disagreements(world, anna) == []


async def test_growth_and_tier_are_brought_along_at_one_instant(world: World, anna: UUID) -> None:
    """R19: that is no rise, and nothing is given for it or told of it."""
    await brings(world, anna, tier="v3", growth=250)
    assert await changes(world) == [("RAISED", "v1", "v2", NOON), ("BROUGHT", "v2", "v3", NOON)]
    assert await told(world) == []
    assert (await stands(world))[:2] == (250, "v3")
    assert await opened_at(world.database, member_id=anna) == NOON
    assert await disagreements(world, anna) == []


async def test_both_are_brought_once(world: World, anna: UUID) -> None:
    """R19: to repeat it changes nothing, later and with other figures neither."""
    await brings(world, anna, tier="v2", growth=100)
    before = await row(world, "*"), await changes(world)
    world.now += DAY
    await brings(world, anna, tier="v3", growth=700)
    assert (await row(world, "*"), await changes(world)) == before


async def test_the_first_tier_is_not_brought(world: World, anna: UUID) -> None:
    """R19: everybody has it."""
    await brings(world, anna, tier="v1")
    assert await changes(world) == []


async def test_who_holds_more_for_less_long_falls_back_to_what_was_brought(world: World, anna: UUID) -> None:
    """R19: a floor until its own end, also below a tier that is earned."""
    await grows(world, anna, 500, at=NOON - 40 * DAY)
    await brings(world, anna, tier="v2")
    assert await changes(world) == [("RAISED", "v1", "v3", NOON - 40 * DAY), ("NOTICED", "v3", "v3", NOON),
                                    ("BROUGHT", "v3", "v2", NOON)]  # fmt: skip
    assert (await stands(world))[1] == "v3"
    assert await disagreements(world, anna) == []
    await passes(world, 30)
    assert [each[:3] for each in (await changes(world))[3:]] == [("LOWERED", "v3", "v2"), ("NOTICED", "v2", "v2")]
    until = months_later(NOON, 2, zone=world.programs.current(SHOP, NOON).zone)
    assert await row(world, "tier", "tier_until") == ("v2", until)
    assert await disagreements(world, anna) == []


async def test_who_holds_as_much_for_as_long_brings_nothing_and_not_later_either(world: World, anna: UUID) -> None:
    """R19: that they brought it is written, so that to repeat it changes nothing, though a period would last longer."""
    await grows(world, anna, 500)
    before = await row(world, "*")
    await brings(world, anna, tier="v2")
    assert await row(world, "*") == before
    world.now += 10 * DAY
    await brings(world, anna, tier="v2")
    assert await row(world, "*") == before
    assert kinds(await changes(world)) == ["RAISED", "BROUGHT"]
    assert await disagreements(world, anna) == []


async def test_who_holds_the_same_for_longer_is_told_of_no_renewal(world: World, anna: UUID) -> None:
    """R19, R17: what was renewed before is not renewed again by what is brought along."""
    await grows(world, anna, 200)
    world.now += 40 * DAY
    await grows(world, anna, 200)
    until = (await row(world, "tier_until"))[0]
    await passes(world, until=until)
    await world.publishes(ruled('period = { kind = "MONTHS", months = 1 }', A_MONTH), effective_from=until + DAY)
    await passes(world, 2)
    before = await row(world, "tier", "tier_since", "tier_until")
    await brings(world, anna, tier="v2")
    assert await row(world, "tier", "tier_since", "tier_until") == before
    assert kinds(await changes(world)) == ["RAISED", "NOTICED", "RENEWED", "BROUGHT"]
    assert await disagreements(world, anna) == []


async def test_in_history_from_before_a_member_was_known_nothing_was_shown(world: World) -> None:
    """R19, R25: so nothing of it is kept, and growth that is played in comes to the same in any order."""
    await world.publishes(ruled())
    anna = await world.joins("anna", program=SHOP, at=NOON)
    for amount, days in ((150, 9), (100, 2), (60, 5)):
        await grows(world, anna, amount, at=NOON - days * DAY)
    assert await stands(world) == (310, "v2", NOON - 5 * DAY)
    assert kinds(await changes(world)) == ["RAISED"]
    assert await disagreements(world, anna) == []


async def test_a_refund_takes_nothing_of_what_was_brought(world: World, anna: UUID) -> None:
    """R15, R19: but the tier that was earned above it."""
    await brings(world, anna, tier="v2")
    world.now += DAY
    order = await grows(world, anna, 500)
    await shrinks(world, anna, 500, of=order)
    assert [each[:3] for each in await changes(world)] == [
        ("BROUGHT", "v1", "v2"), ("RAISED", "v2", "v3"), ("CORRECTED", "v3", "v2")
    ]  # fmt: skip
    assert await row(world, "growth", "tier", "tier_since") == (0, "v2", NOON)
    assert await disagreements(world, anna) == []
