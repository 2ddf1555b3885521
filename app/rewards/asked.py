"""What a member asks of rewards: which one they mean, and what can be answered before anything is done."""

from typing import Any
from uuid import UUID

from app.benefits.rules.held import most_early_access
from app.coupons.queries.left import left_of
from app.db import Reader
from app.errors import BadInput
from app.graph import Context
from app.graph.ids import key_of
from app.offers.seen import Seen
from app.programs.asked import program_asked
from app.programs.rules import Programs

from .queries.coupons import template_of_reward
from .queries.offers import glance_at
from .rules.availability import closed
from .rules.its_coupon import ItsCoupon, OverForAll, over_for_all
from .rules.refusals import NO_REDEMPTION, NO_REWARD, NotYetOpen, Obstacle, OutOfStock

SEEN = Seen()
"""By this process."""


def reward_named(asked: str) -> UUID:
    """The reward in a global id. May raise BadInput."""
    key = key_of(asked, "reward")
    if not isinstance(key, UUID):
        raise BadInput(NO_REWARD)
    return key


def redemption_named(asked: str) -> tuple[UUID, UUID]:
    """Whose redemption is meant, and which. May raise BadInput."""
    key = key_of(asked, "redemption")
    if isinstance(key, UUID):
        raise BadInput(NO_REDEMPTION)
    return key


async def refused_ahead(db: Reader, context: Context, given: Any) -> Obstacle | None:
    """What is so for everybody at this moment, told by one read and without a lock: of a crowd who come too early or
    too late nobody waits for another (R31). None: try. May raise BadInput: not the id of a reward."""
    reward_id, program, now = reward_named(given.reward), program_asked(context, given.program), context.now
    if SEEN.lately(reward_id, now=now):
        return None
    glance = await glance_at(db, reward_id, program=program.code)
    if glance is None:
        return None
    refusal = closed(glance.reward, now=now) or (None if glance.has_left else OutOfStock(reward_id))
    if refusal is None and glance.reward.template is not None:
        refusal = await _over_for_all(db, context, program.code, glance.reward.template)
    if isinstance(refusal, NotYetOpen) and most_early_access(context.get(Programs), program.code, now=now):
        return None  # it may be open for this one: the rules say
    if refusal is None:
        SEEN.note(reward_id, now=now)
    return refusal


async def _over_for_all(db: Reader, context: Context, program: str, code: str) -> OverForAll | None:
    """Of a reward that is a coupon: two reads at most. May raise Overloaded."""
    programs, now = context.get(Programs), context.now
    if programs.by_code[program].tried_at(now):
        return None  # it may be another for this member
    template = template_of_reward(programs, program, code, now=now)
    left = await left_of(db, [template], now=now)
    return over_for_all(ItsCoupon(template, 0, left[template.id]), now=now)
