"""Growth of history: that of all new orders of a member is entered together, and where it leads is reckoned once."""

from collections.abc import Sequence

from app.db import Transaction
from app.facts.commands import NewOrder
from app.tiers import commands as tiers
from app.tiers.queries import newest_entry
from app.tiers.rules import GrowthCause

from .stages import Stage


async def grow_by_history(tx: Transaction, stage: Stage, *, member: tiers.Row, new: Sequence[NewOrder]) -> None:
    """Enter what new orders grow, oldest first. Gifts of tiers that are reached come of it if they are asked for."""
    grown = [
        each
        for order in new
        for each in tiers.grown_by(GrowthCause.ORDER, order.id, order.grown, program_version=order.program_version,
                                   earned_at=order.paid_at, counts_at=order.counts_at)
    ]  # fmt: skip
    manner = tiers.Manner(is_history=True, gives_gifts=stage.brings.gifts)
    standing = tiers.StandingMember.of(member)
    ordered_at = max((order.paid_at for order in new), default=None)
    await tiers.grow(tx, member=standing, programs=stage.programs, grown=grown, manner=manner, ordered_at=ordered_at,
                     now=stage.now)  # fmt: skip


async def open_growth(
    tx: Transaction, stage: Stage, *, member: tiers.StandingMember, growth: int
) -> tiers.StandingMember:
    """Enter growth that is known of who has none written here: it counts from now, and what they did before is in it
    (R19). May raise BadInput: it is more than a member can have."""
    if await newest_entry(tx, member_id=member.id) is not None:
        return member
    return await tiers.open_growth(tx, member=member, programs=stage.programs, growth=growth, now=stage.now)
