"""All that can happen to points, to anna in two programs."""

from datetime import UTC, datetime

from tests.world import NOON, World

from .programs import SHOPS
from .till import DAY, HOUR, Till

LENIENT, STRICT = SHOPS[0].code, SHOPS[1].code


async def has_order(till: Till, amount: int, *, days: int, name: str, is_completed: bool = True) -> None:
    """Paid so many days ago, and completed then."""
    world, paid = till.world, till.world.now - days * DAY
    completed = paid if is_completed else None
    await world.orders("anna", amount, program=till.program, order=name, paid=paid, completed=completed)


async def everything_happens(world: World) -> tuple[Till, Till]:
    """To anna, in a lenient program and in a strict one; three days after noon it is over."""
    tills: list[Till] = []
    for shop, buys in zip(SHOPS, (buys_leniently, buys_strictly), strict=False):
        await world.publishes(shop.file)
        tills.append(Till(world, shop.code, await world.joins("anna", program=shop.code)))
        await buys(tills[-1])
        world.now = NOON + 3 * DAY
    return tills[0], tills[1]


async def buys_leniently(till: Till) -> None:
    """Lots of all states; holds that ended in all ways, one that is open; refunds that took, and that found nothing."""
    world = till.world
    for name, amount, days in (("lapsed", 40, 500), ("lapses", 20, 371), ("first", 100, 30), ("second", 50, 20)):
        await has_order(till, amount, days=days, name=name)
    await has_order(till, 30, days=1, name="pending", is_completed=False)
    late = await till.holds(25, lasts=3 * DAY)  # all of the order that lapses tomorrow
    await till.gives_back(await till.sells(150), 60, by_shop=False)
    await till.releases(await till.holds(10))
    await till.holds(10, lasts=HOUR)
    world.now += 2 * DAY
    await till.releases(late)
    await world.refunds("anna", "second", {1: 25}, program=till.program)
    await till.holds(5, lasts=7 * DAY)
    await till.sells(30)
    await world.refunds("anna", "first", {1: 100}, program=till.program)
    await has_order(till, 20, days=10, name="last")
    await till.spends(3)


async def buys_strictly(till: Till) -> None:
    """A lot that was extended and lapsed again, and a debt that is paid in part."""
    world = till.world
    world.now = datetime(2025, 12, 20, tzinfo=UTC)
    await has_order(till, 100, days=10, name="extended")
    sold = await till.sells(30)
    world.now = NOON - 20 * DAY
    await till.gives_back(sold, 20)
    world.now = NOON - 9 * DAY
    await till.gives_back(sold, 10)
    await has_order(till, 40, days=5, name="refunded")
    await till.sells(20)
    await world.refunds("anna", "refunded", {1: 40}, program=till.program)
    await has_order(till, 10, days=5, name="pays")
