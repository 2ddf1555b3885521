"""What facts tell."""

from dataclasses import dataclass
from uuid import UUID

from app.outbox import event


@event("kept-facts-remain")
@dataclass(frozen=True)
class KeptFactsRemain:
    """Some of what was kept of a customer who joined has been credited, and the rest waits for its own transaction."""

    member_id: UUID
