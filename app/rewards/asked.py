"""What a member asks of rewards: which one they mean, and what can be answered before anything is done."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.benefits.rules.held import most_early_access
from app.db import Reader
from app.errors import BadInput
from app.graph import Context
from app.graph.ids import key_of
from app.programs.asked import program_asked
from app.programs.rules import Programs

from .queries.offers import glance_at
from .rules.availability import closed
from .rules.refusals import NO_REDEMPTION, NO_REWARD, NotYetOpen, OutOfStock, RewardClosed

AGAIN_AFTER = timedelta(milliseconds=100)
MOST_SEEN = 1_000


class Seen:
    """When something was last seen left of rewards that are open: while a crowd takes of one, not each of them looks.
    Whoever goes on because of it is answered by the rules, under their lock."""

    def __init__(self) -> None:
        self._at: dict[UUID, datetime] = {}

    def lately(self, reward_id: UUID, *, now: datetime) -> bool:
        at = self._at.get(reward_id)
        return at is not None and timedelta() <= now - at < AGAIN_AFTER

    def note(self, reward_id: UUID, *, now: datetime) -> None:
        if len(self._at) >= MOST_SEEN:
            self._at.clear()
        self._at[reward_id] = now


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


async def refused_ahead(db: Reader, context: Context, given: Any) -> NotYetOpen | RewardClosed | OutOfStock | None:
    """What is so for everybody at this moment, told by one read and without a lock: of a crowd who come too early or
    too late nobody waits for another (R31). None: try. May raise BadInput: not the id of a reward."""
    reward_id, program, now = reward_named(given.reward), program_asked(context, given.program), context.now
    if SEEN.lately(reward_id, now=now):
        return None
    glance = await glance_at(db, reward_id, program=program.code)
    if glance is None:
        return None
    refusal = closed(glance.reward, now=now) or (None if glance.has_left else OutOfStock(reward_id))
    if isinstance(refusal, NotYetOpen) and most_early_access(context.get(Programs), program.code, now=now):
        return None  # it may be open for this one: the rules say
    if refusal is None:
        SEEN.note(reward_id, now=now)
    return refusal
