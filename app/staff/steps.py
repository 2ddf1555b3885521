"""Steps in the life of what members have, as their histories keep them: who of staff took one."""

from typing import Protocol

from .rules import StaffMember


class HasStaff(Protocol):
    """A row of a history."""

    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...


def taken_by(row: HasStaff) -> StaffMember | None:
    """None: nobody of staff did."""
    known = row.by_issuer is not None and row.by_subject is not None
    return StaffMember(row.by_issuer or "", row.by_subject or "") if known else None
