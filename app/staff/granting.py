"""Benefits that staff grant: what comes of it, and who did it. No I/O here."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from .rules import StaffMember


@dataclass(frozen=True)
class BenefitGranted:
    """The member has the benefit until the end of the grant."""

    member_id: UUID
    grant_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class BenefitRevoked:
    """The grant is over before its end."""

    member_id: UUID
    grant_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class BenefitGrantOver:
    """The grant's end has come, or it was revoked: that happens once."""

    member_id: UUID
    grant_id: UUID


@dataclass(frozen=True)
class OwnBenefit:
    """Who wants to grant or revoke a benefit is the member."""

    member_id: UUID


class HasGiver(Protocol):
    @property
    def by_issuer(self) -> str: ...
    @property
    def by_subject(self) -> str: ...


class HasRevoker(Protocol):
    @property
    def revoked_issuer(self) -> str | None: ...
    @property
    def revoked_subject(self) -> str | None: ...


def granted_by(row: HasGiver) -> StaffMember:
    return StaffMember(row.by_issuer, row.by_subject)


def revoked_by(row: HasRevoker) -> StaffMember | None:
    """None: nobody did."""
    if row.revoked_issuer is None or row.revoked_subject is None:
        return None
    return StaffMember(row.revoked_issuer, row.revoked_subject)
