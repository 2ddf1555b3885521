"""Benefits that staff give members for some time, and take away again: the member is locked by who calls this."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.benefits.models import BenefitGrantRow
from app.benefits.section import BenefitsSection
from app.db import Transaction, Write, insert_of
from app.errors import BadInput
from app.programs.rules import ProgramVersion

INSERT = insert_of(BenefitGrantRow)
REVOKE: Write[BenefitGrantRow] = Write(
    BenefitGrantRow,
    update(BenefitGrantRow)
    .where(col(BenefitGrantRow.member_id) == bindparam("of_member"), col(BenefitGrantRow.id) == bindparam("of_id"))
    .values(
        revoked_at=bindparam("at"),
        revoke_reason=bindparam("why"),
        revoked_issuer=bindparam("by_issuer"),
        revoked_subject=bindparam("by_subject"),
    ),
)


async def grant(
    tx: Transaction,
    *,
    member_id: UUID,
    version: ProgramVersion,
    benefit: str,
    until: datetime,
    reason: str,
    issuer: str,
    subject: str,
    now: datetime,
) -> UUID:
    """Give a member a benefit from now until an instant, as the program declares it for all; the id of it.

    May raise BadInput: there is no such benefit, or the end is not in the future.
    """
    if benefit not in version.section(BenefitsSection).by_code:
        raise BadInput(f"The program offers no benefit {benefit[:40]!r}.")
    if until <= now:
        raise BadInput("'until' must be in the future: what staff grant has an end.")
    until = _in_utc(until)
    grant_id = tx.new_id()
    tx.later(
        INSERT,
        member_id=member_id,
        id=grant_id,
        program=version.code,
        benefit=benefit,
        until=until,
        reason=reason,
        by_issuer=issuer,
        by_subject=subject,
        program_version=version.number,
        granted_at=now,
        revoked_at=None,
        revoke_reason=None,
        revoked_issuer=None,
        revoked_subject=None,
    )
    return grant_id


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:  # there it is in no year that can be written
        raise BadInput("'until' is out of range.") from None


async def revoke(
    tx: Transaction, *, member_id: UUID, grant_id: UUID, reason: str, issuer: str, subject: str, now: datetime
) -> None:
    """End a grant that is in force. What was used by it stays used."""
    tx.later(REVOKE, of_member=member_id, of_id=grant_id, at=now, why=reason, by_issuer=issuer, by_subject=subject)
