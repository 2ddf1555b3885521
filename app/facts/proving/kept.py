"""What must be true of facts that are kept: who is a member has been credited with theirs."""

from collections.abc import Iterator, Sequence
from typing import Protocol
from uuid import UUID

from app.db import Reader
from app.facts.queries import numbers_kept
from app.members.proving import Claim
from app.members.rules import MemberStatus
from app.outbox import members_awaited


class Joined(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def customer_id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def status(self) -> str: ...


async def kept_books(db: Reader, members: Sequence[Joined]) -> list[int]:
    """How many facts are kept of each who is a member and of whom all that was told was reacted to, so that nobody
    will credit them. Two statements, however many members."""
    numbers = await numbers_kept(db, [member.customer_id for member in members])
    awaited = await members_awaited(db, [member.id for member in members])
    return [0 if _is_outside(member, awaited) else numbers.get((member.customer_id, member.program), 0)
            for member in members]  # fmt: skip


def _is_outside(member: Joined, awaited: set[UUID]) -> bool:
    return member.status != MemberStatus.ACTIVE.name or member.id in awaited


def kept_claims(number: int) -> Iterator[Claim]:
    yield Claim("kept_facts: none of who is a member", None, 0, number)
