"""What facts tell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.outbox import event


@event("kept-facts-remain")
@dataclass(frozen=True)
class KeptFactsRemain:
    """Some of what was kept of a customer who joined has been credited, and the rest waits for its own transaction."""

    member_id: UUID


@event("order-of-invited")
@dataclass(frozen=True)
class OrderOfInvited:
    """An order of a member who was invited is completed, or was refunded since (R37)."""

    member_id: UUID
    order_id: UUID
    completed_at: datetime
