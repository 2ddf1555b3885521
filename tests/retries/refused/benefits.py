"""What is refused of benefits: to staff who give them."""

from collections.abc import Sequence

from tests.retries.keyed import SUPPORT, WHY, Request
from tests.retries.keyed.benefits import grant, granted
from tests.world import World

from .case import Prepare, Refused, after, done


async def benefit_grant_over(world: World) -> Refused:
    request = Request(SUPPORT, {"grant": await granted(world, "anna"), "reason": WHY})
    return await after(done(world, "revokeBenefit", request), Refused("revokeBenefit", request))


async def own_benefit(world: World) -> Refused:
    return Refused("grantBenefit", await grant(world, SUPPORT.subject))


REFUSED: Sequence[Prepare] = (benefit_grant_over, own_benefit)
