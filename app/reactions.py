"""What follows from what, on one page: the reaction to each kind of event (see `outbox.Reaction`).

A reaction calls the commands of the domains above the one that told; it is retried, and done exactly once.
"""

from datetime import datetime

from app.db import Transaction
from app.facts.commands import credit_who_joined
from app.facts.events import KeptFactsRemain
from app.members.events import MemberJoined
from app.outbox import Reactions, Told
from app.programs.versions import HeldPrograms


async def facts_kept_are_credited(
    tx: Transaction, told: Told[MemberJoined | KeptFactsRemain], *, now: datetime, held: HeldPrograms
) -> None:
    """What was kept of a customer who was not a member (see `facts.commands.kept`)."""
    await credit_who_joined(tx, programs=held.programs, member_id=told.member_id, now=now)


REACTIONS: Reactions = {MemberJoined: facts_kept_are_credited, KeptFactsRemain: facts_kept_are_credited}
