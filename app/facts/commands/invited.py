"""What is told of the orders of members who were invited: whose invitation it is, is for those above to know (R37)."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.db import Transaction
from app.facts.events import OrderOfInvited
from app.facts.rules import KnownOrder
from app.outbox import tell


class Invited(Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def id(self) -> UUID: ...
    @property
    def invited_by(self) -> UUID | None: ...


async def tell_of_order(tx: Transaction, *, member: Invited, order: KnownOrder, now: datetime) -> None:
    """Tell that an order is completed, or was refunded since: of who was invited, and of what brings anything (R19). Of
    others it takes no statement."""
    if member.invited_by is None or not order.brings_points:
        return
    if order.paid_at is not None and order.completed_at is not None:
        event = OrderOfInvited(member.id, order.id, order.completed_at)
        await tell(tx, member_id=member.id, event=event, now=now)
