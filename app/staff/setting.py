"""Tiers that staff set: what comes of it, and who did it (R23). No I/O here."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from .rules import StaffMember


@dataclass(frozen=True)
class TierSet:
    """The member holds the tier."""

    member_id: UUID
    change_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class TierEnded:
    """What staff had set is over."""

    member_id: UUID
    change_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class NoManualTier:
    """Staff has set no tier for the member, or it is over."""

    member_id: UUID


@dataclass(frozen=True)
class OwnTier:
    """Who wants to set or end a tier is the member."""

    member_id: UUID


class HasAuthor(Protocol):
    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...


def set_by(row: HasAuthor) -> StaffMember | None:
    """Who of staff did something about a tier; None: nobody did."""
    return None if row.by_issuer is None or row.by_subject is None else StaffMember(row.by_issuer, row.by_subject)
