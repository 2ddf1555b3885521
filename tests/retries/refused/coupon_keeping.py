"""What staff who keep coupons are refused."""

from collections.abc import Sequence

from app.graph.ids import global_id
from tests.retries.keyed import DAY, OPERATOR, REQUESTS, SUPPORT, WHY, Request
from tests.retries.keyed.coupons import template
from tests.world import World

from .case import Prepare, Refused, after, done, wait


async def coupon_template_code_taken(world: World) -> Refused:
    request = await REQUESTS["createCouponTemplate"](world, "anna")
    refused = Refused("createCouponTemplate", request, instead={"code": "for-bella"})
    return await after(done(world, "createCouponTemplate", request), refused)


async def coupon_template_retired(world: World) -> Refused:
    request = Request(OPERATOR, {"template": (await template(world, "anna"))["id"]})
    return await after(done(world, "retireCouponTemplate", request), Refused("retireCouponTemplate", request))


async def own_coupon(world: World) -> Refused:
    member = global_id("member", await world.joins(OPERATOR.subject))
    asked = {"member": member, "template": (await template(world, "anna"))["id"], "reason": WHY}
    return Refused("issueCoupon", Request(OPERATOR, asked))


async def support_limit_reached(world: World) -> Refused:
    """Until tomorrow."""
    member = global_id("member", await world.joins("anna"))
    request = Request(SUPPORT, {"member": member, "template": (await template(world, "anna"))["id"], "reason": WHY})
    for _ in range(5):
        await done(world, "issueCoupon", request)()
    return Refused("issueCoupon", request, wait(world, DAY))


REFUSED: Sequence[Prepare] = (coupon_template_code_taken, coupon_template_retired, own_coupon, support_limit_reached)
