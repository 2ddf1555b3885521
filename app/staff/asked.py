"""What staff ask about: which member or adjustment is meant, and whose the idempotency key is."""

from typing import Any
from uuid import UUID

from app.benefits.asked import grant_named
from app.benefits.rules.outcomes import NO_GRANT
from app.db import Reader
from app.errors import BadInput
from app.graph import Context
from app.graph.ids import key_of
from app.members.queries import members_seen
from app.programs.asked import code_asked
from app.programs.rules import Programs, owner_of
from app.rewards.asked import redemption_named, reward_named
from app.rewards.queries.catalogue import rewards_seen
from app.rewards.rules.refusals import NO_REDEMPTION, NO_REWARD

from .rules import NO_ADJUSTMENT, NO_MEMBER, AuditedKind, Staff, StaffMember


def staff_asking(context: Context) -> Staff:
    """Who does it."""
    viewer = context.viewer
    return Staff(StaffMember(viewer.issuer, viewer.subject), viewer.role.name)


def member_named(asked: str) -> UUID:
    """The member in a global id. May raise BadInput."""
    key = key_of(asked, "member")
    if not isinstance(key, UUID):
        raise BadInput(NO_MEMBER)
    return key


def adjustment_named(asked: str) -> tuple[UUID, UUID]:
    """Whose adjustment is meant, and which. May raise BadInput."""
    key = key_of(asked, AuditedKind.POINTS_ADJUSTMENT.value)
    if isinstance(key, UUID):
        raise BadInput(NO_ADJUSTMENT)
    return key


async def member_to_correct(db: Reader, context: Context, given: Any) -> UUID:
    """Who an idempotency key for correcting a member belongs to: the member (R36). May raise BadInput: there is none,
    or none in the programs of the token, which nobody learns (R43)."""
    return await seen(db, context, member_named(given.member), otherwise=NO_MEMBER)


async def member_of_adjustment(db: Reader, context: Context, given: Any) -> UUID:
    """Likewise for deciding about an adjustment: whose it is. May raise BadInput."""
    return await seen(db, context, adjustment_named(given.adjustment)[0], otherwise=NO_ADJUSTMENT)


async def program_to_publish(db: Reader, context: Context, given: Any) -> UUID:
    """Likewise for publishing: the program as a whole. May raise BadInput: it is none of the caller's."""
    return owner_of(code_asked(context, given.program))


async def program_of_reward(db: Reader, context: Context, given: Any) -> UUID:
    """Likewise for what is done with a reward: its program as a whole. May raise BadInput: there is no such reward, or
    it is of none of the caller's programs, which nobody learns (R43)."""
    (reward,) = await rewards_seen(db, [reward_named(given.reward)], viewer=context.viewer)
    if reward is None:
        raise BadInput(NO_REWARD)
    return owner_of(reward.program)


async def member_of_redemption(db: Reader, context: Context, given: Any) -> UUID:
    """Likewise for deciding about a redemption: whose it is. May raise BadInput."""
    return await seen(db, context, redemption_named(given.redemption)[0], otherwise=NO_REDEMPTION)


async def member_of_grant(db: Reader, context: Context, given: Any) -> UUID:
    """Likewise for taking a benefit away: whose it is. May raise BadInput."""
    return await seen(db, context, grant_named(given.grant)[0], otherwise=NO_GRANT)


async def seen(db: Reader, context: Context, member_id: UUID, *, otherwise: str) -> UUID:
    """The member, if the caller may know of them. May raise BadInput."""
    programs, only = context.get(Programs), frozenset(("id",))
    (found,) = await members_seen(db, [member_id], viewer=context.viewer, programs=programs, columns=only)
    if found is None:
        raise BadInput(otherwise)
    return member_id
