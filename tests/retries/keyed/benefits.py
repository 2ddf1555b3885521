"""Benefits that staff give and take away."""

from tests.retries.asking import does
from tests.world import World

from .request import DAY, SUPPORT, WHY, Request, key, named


async def grant(world: World, who: str) -> Request:
    until = (world.now + 9 * DAY).isoformat()
    given = {"member": await named(world, who), "benefit": "trial-priority", "until": until, "reason": WHY}
    return Request(SUPPORT, given)


async def granted(world: World, who: str) -> str:
    """What staff gave somebody."""
    request = await grant(world, who)
    return (await does(world, "grantBenefit", by=SUPPORT, idempotencyKey=key(), **request.input))["grant"]["id"]


async def revoke(world: World, who: str) -> Request:
    return Request(SUPPORT, {"grant": await granted(world, who), "reason": WHY})
