"""What is refused of coupons: to members who want them, and to systems that use them."""

from collections.abc import Sequence

from tests.campaigns.making import has_one_to_come
from tests.retries.keyed import CLUB, DAY, OPERATOR, REQUESTS, SHOP, Request
from tests.retries.keyed.coupons import CART, ORDER, coupon, reserved, template
from tests.staff.keeping_coupons import passes
from tests.world import World

from .case import Prepare, Refused, by_anna, done


async def coupon_not_claimable(world: World) -> Refused:
    await world.joins("anna")
    made = await template(world, "anna", ways=["GRANT"])
    return Refused("claimCoupon", by_anna(template=made["code"]))


async def coupon_offer_closed(world: World) -> Refused:
    """The shop opens it again, which is in force everywhere a little later."""
    await world.joins("anna")
    made = await template(world, "anna", closesAt=world.now.isoformat())
    longer = Request(OPERATOR, {"template": made["id"], "closesAt": (world.now + DAY).isoformat()})

    async def opened() -> None:
        await done(world, "changeCouponTemplate", longer)()
        await passes(world)

    return Refused("claimCoupon", by_anna(template=made["code"]), opened)


async def coupon_budget_used(world: World) -> Refused:
    await coupon(world, "anna", budget="10.00")
    made = (await world.data(
        "query ($program: String!) { couponTemplates(program: $program) { nodes { id code } } }",
        by=OPERATOR, program=CLUB,
    ))["couponTemplates"]["nodes"][-1]  # fmt: skip
    more = Request(OPERATOR, {"template": made["id"], "amount": "10.00"})
    return Refused("claimCoupon", by_anna(template=made["code"]), done(world, "addCouponBudget", more))


async def campaign_not_on(world: World) -> Refused:
    await world.joins("anna")
    await has_one_to_come(world, "to-come")
    made = await template(world, "anna", campaign="to-come")
    another = await template(world, "another")
    return Refused("claimCoupon", by_anna(template=made["code"]), instead={"template": another["code"]})


async def coupon_code_not_valid(world: World) -> Refused:
    request = await REQUESTS["redeemCouponCode"](world, "anna")
    return Refused("redeemCouponCode", by_anna(code="no-such-code"), instead={"code": request.input["code"]})


async def coupon_step_not_possible(world: World) -> Refused:
    """Reserved for another order, which then does not come about."""
    of = await reserved(world, "anna")
    freed = done(world, "releaseCoupon", Request(SHOP, {"coupon": of, **ORDER}))
    return Refused("reserveCoupon", Request(SHOP, {"coupon": of, "cart": CART, "order": "order-2"}), freed)


async def coupon_not_usable(world: World) -> Refused:
    of = await coupon(world, "anna", kind="THRESHOLD", threshold="50.00")
    small = {"currency": "CNY", "lines": [{"quantity": 1, "amount": "20.00"}]}
    return Refused("reserveCoupon", Request(SHOP, {"coupon": of, "cart": small, **ORDER}), instead={"cart": CART})


REFUSED: Sequence[Prepare] = (
    coupon_not_claimable,
    coupon_offer_closed,
    coupon_budget_used,
    campaign_not_on,
    coupon_code_not_valid,
    coupon_step_not_possible,
    coupon_not_usable,
)
