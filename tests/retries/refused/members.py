"""What members are refused."""

from collections.abc import Sequence

from tests.retries.keyed import (
    DAY,
    OPERATOR,
    Request,
    code,
    reward,
    rich,
    set_tier,
)
from tests.world import World

from .case import BRAND, Prepare, Refused, after, by_anna, done, local_day, wait


async def not_a_member(world: World) -> Refused:
    return Refused("checkIn", by_anna(), lambda: world.joins("anna"), is_kept=False)


async def already_a_member(world: World) -> Refused:
    await world.joins("anna")
    return Refused("joinProgram", by_anna())


async def check_in_not_offered(world: World) -> Refused:
    await world.joins("anna", program=BRAND)
    return Refused("checkIn", by_anna(program=BRAND))


async def day_not_past(world: World) -> Refused:
    await rich(world, "anna")
    return Refused("makeUpCheckIn", by_anna(day=await local_day(world, 0)))


async def day_too_long_ago(world: World) -> Refused:
    await rich(world, "anna")
    return Refused("makeUpCheckIn", by_anna(day=await local_day(world, 60)), wait(world, DAY))


async def day_before_joining(world: World) -> Refused:
    await world.joins("anna", at=world.now)
    return Refused("makeUpCheckIn", by_anna(day=await local_day(world, 2)), wait(world, DAY))


async def already_checked_in(world: World) -> Refused:
    await rich(world, "anna")
    request = by_anna(day=await local_day(world, 2))
    return await after(done(world, "makeUpCheckIn", request), Refused("makeUpCheckIn", request))


async def invite_code_not_valid(world: World) -> Refused:
    right = await code(world, "host")
    await world.joins("anna", at=world.now - DAY)
    return Refused("bindInviteCode", by_anna(code="AAAAABBBBB"), instead={"code": right})


async def already_invited(world: World) -> Refused:
    request = by_anna(code=await code(world, "host"))
    await world.joins("anna", at=world.now - DAY)
    return await after(done(world, "bindInviteCode", request), Refused("bindInviteCode", request))


async def not_a_newcomer(world: World) -> Refused:
    request = by_anna(code=await code(world, "host"))
    await world.joins("anna", at=world.now - 60 * DAY)
    return Refused("bindInviteCode", request, wait(world, DAY))


async def referrals_not_offered(world: World) -> Refused:
    await world.joins("anna", program=BRAND)
    return Refused("createInviteCode", by_anna(program=BRAND))


async def limit_reached(world: World) -> Refused:
    await rich(world, "anna")
    request = by_anna(reward=await reward(world, "anna", limit={"times": 1, "period": "DAY"}))
    return await after(done(world, "redeemReward", request), Refused("redeemReward", request, wait(world, DAY)))


async def not_yet_open(world: World) -> Refused:
    await rich(world, "anna")
    request = by_anna(reward=await reward(world, "anna", opensAt=(world.now + DAY).isoformat()))
    return Refused("redeemReward", request, wait(world, DAY))


async def reward_closed(world: World) -> Refused:
    """The shop opens it again."""
    await rich(world, "anna")
    wanted = await reward(world, "anna", closesAt=(world.now + DAY).isoformat())
    longer = Request(OPERATOR, {"reward": wanted, "closesAt": (world.now + 2 * DAY).isoformat()})
    again = done(world, "changeReward", longer)
    return await after(wait(world, DAY), Refused("redeemReward", by_anna(reward=wanted), again))


async def out_of_stock(world: World) -> Refused:
    await rich(world, "anna")
    wanted = await reward(world, "anna")
    more = done(world, "addRewardStock", Request(OPERATOR, {"reward": wanted}), pieces=1)
    less = done(world, "addRewardStock", Request(OPERATOR, {"reward": wanted}), pieces=-3)
    return await after(less, Refused("redeemReward", by_anna(reward=wanted), more))


async def price_raised(world: World) -> Refused:
    """The person agrees to what it costs by now."""
    await rich(world, "anna")
    wanted = await reward(world, "anna", points=100)
    more = done(world, "changeReward", Request(OPERATOR, {"reward": wanted, "points": 120}))
    request = by_anna(reward=wanted, points=100)
    return await after(more, Refused("redeemReward", request, instead={"points": 120}))


async def tier_too_low(world: World) -> Refused:
    tier = await set_tier(world, "anna")
    wanted = await reward(world, "anna", tiersFrom="v5")
    return Refused("redeemReward", by_anna(reward=wanted), done(world, "setManualTier", tier))


REFUSED: Sequence[Prepare] = (
    not_a_member,
    already_a_member,
    check_in_not_offered,
    day_not_past,
    day_too_long_ago,
    day_before_joining,
    already_checked_in,
    invite_code_not_valid,
    already_invited,
    not_a_newcomer,
    referrals_not_offered,
    limit_reached,
    not_yet_open,
    reward_closed,
    out_of_stock,
    price_raised,
    tier_too_low,
)
