"""The record of what staff do."""

from datetime import datetime
from uuid import UUID

from app.db import Transaction, insert_of
from app.staff.audited import Changes, changes_kept
from app.staff.models import AuditRow
from app.staff.rules import AuditAction, AuditedKind, Staff

INSERT_AUDIT = insert_of(AuditRow)


async def note(
    tx: Transaction,
    *,
    owner_id: UUID,
    program: str,
    by: Staff,
    action: AuditAction,
    about: tuple[AuditedKind, UUID],
    reason: str | None,
    version: int | None = None,
    changes: Changes | None = None,
    now: datetime,
) -> None:
    """Record what a person of staff did, in the transaction that does it: both are there, or neither. `owner_id` is
    the member whom it is about, or stands for the whole program (`owner_of`); `version` is the one that was published;
    `changes` is what was different before and after. The reason is in the words of staff: no personal data is put into
    it by us (R41)."""
    kind, about_id = about
    await tx.run(
        INSERT_AUDIT,
        owner_id=owner_id,
        id=tx.new_id(),
        program=program,
        action=action.name,
        about_kind=kind.name,
        about_id=about_id,
        program_version=version,
        issuer=by.person.issuer,
        subject=by.person.subject,
        role=by.role,
        reason=reason,
        changes=changes_kept(changes),
        at=now,
    )
