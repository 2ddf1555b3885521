"""What staff and selling systems are refused, and what becomes of redemptions."""

from collections.abc import Sequence
from dataclasses import replace

from app.definition import PRESETS
from app.graph import Role
from tests.retries.asking import does
from tests.retries.keyed import (
    CLUB,
    DAY,
    OPERATOR,
    SHOP,
    SUPPORT,
    WHY,
    Request,
    asked_for,
    held,
    key,
    named,
    place,
    publish,
    redeemed,
    reward,
    set_tier,
)
from tests.world import World, staff

from .case import Prepare, Refused, after, done


async def not_enough_points(world: World) -> Refused:
    wanted = await place(world, "anna")

    async def buy() -> None:
        await world.orders("anna", 3000, paid=world.now - 40 * DAY, completed=world.now - 39 * DAY)

    return Refused("placeHold", replace(wanted, input={**wanted.input, "points": 3000}), buy)


async def hold_ended(world: World) -> Refused:
    request = Request(SHOP, {"hold": await held(world, "anna")})
    return await after(done(world, "releaseHold", request), Refused("captureHold", request))


async def hold_not_captured(world: World) -> Refused:
    hold = Request(SHOP, {"hold": await held(world, "anna")})
    request = replace(hold, input={**hold.input, "cancelledBy": "SHOP", "points": 5})
    return Refused("giveBackPoints", request, done(world, "captureHold", hold))


async def more_than_left(world: World) -> Refused:
    hold = Request(SHOP, {"hold": await held(world, "anna")})
    request = replace(hold, input={**hold.input, "cancelledBy": "SHOP", "points": 71})
    return await after(done(world, "captureHold", hold), Refused("giveBackPoints", request, instead={"points": 70}))


async def own_adjustment(world: World) -> Refused:
    given = {"member": await named(world, "anna"), "points": 5000, "reason": WHY}
    asked = await does(world, "adjustPoints", by=OPERATOR, idempotencyKey=key(), **given)
    return Refused("approveAdjustment", Request(OPERATOR, {"adjustment": asked["adjustment"]["id"]}))


async def adjustment_decided(world: World) -> Refused:
    request = Request(OPERATOR, {"adjustment": await asked_for(world, "anna")})
    return await after(done(world, "rejectAdjustment", request, reason=WHY), Refused("approveAdjustment", request))


async def wrong_program_file(world: World) -> Refused:
    right = await publish(world, "anna")
    wrong = replace(right, input={**right.input, "file": "no file"})
    return Refused("publishProgram", wrong, instead=right.input)


async def nothing_different(world: World) -> Refused:
    same = (PRESETS / f"{CLUB}.toml").read_text("utf-8")
    right = await publish(world, "anna")
    return Refused("publishProgram", replace(right, input={**right.input, "file": same}))


async def newer_version(world: World) -> Refused:
    right = await publish(world, "anna")
    return Refused("publishProgram", replace(right, input={**right.input, "expectedVersion": 7}), instead=right.input)


async def no_manual_tier(world: World) -> Refused:
    return Refused("endManualTier", Request(SUPPORT, {"member": await named(world, "anna"), "reason": WHY}))


async def own_tier(world: World) -> Refused:
    request = await set_tier(world, SUPPORT.subject)
    return Refused("setManualTier", request)


async def redemption_step_not_possible(world: World) -> Refused:
    request = Request(OPERATOR, {"redemption": await redeemed(world, "anna", isConfirmedByStaff=True)})
    fulfil = replace(request, input={**request.input, "reference": "SF-1"})
    return Refused("fulfilRedemption", fulfil, done(world, "confirmRedemption", request))


async def reward_code_taken(world: World) -> Refused:
    await reward(world, "anna")
    given = {"program": CLUB, "kind": "GOODS", "name": {"zh": "杯子", "en": "A cup"}, "points": 9}
    return Refused("createReward", Request(OPERATOR, {**given, "code": "for-anna"}), instead={"code": "for-bella"})


async def reward_retired(world: World) -> Refused:
    request = Request(OPERATOR, {"reward": await reward(world, "anna")})
    return await after(done(world, "retireReward", request), Refused("retireReward", request))


async def more_than_in_stock(world: World) -> Refused:
    request = Request(OPERATOR, {"reward": await reward(world, "anna"), "pieces": -4})
    return Refused("addRewardStock", request, instead={"pieces": -3})


async def own_redemption(world: World) -> Refused:
    both = staff(Role.OPERATOR, CLUB)
    redemption = await redeemed(world, both.subject)
    return Refused("fulfilRedemption", Request(both, {"redemption": redemption, "reference": "SF-1"}))


REFUSED: Sequence[Prepare] = (
    not_enough_points,
    hold_ended,
    hold_not_captured,
    more_than_left,
    own_adjustment,
    adjustment_decided,
    wrong_program_file,
    nothing_different,
    newer_version,
    no_manual_tier,
    own_tier,
    redemption_step_not_possible,
    reward_code_taken,
    reward_retired,
    more_than_in_stock,
    own_redemption,
)
