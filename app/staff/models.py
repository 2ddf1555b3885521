"""Corrections of points by staff, and the record of all that staff did."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.columns import check, instant, key, of_member, one_of
from app.graph import STAFF

from .rules import AdjustmentState, AuditAction, AuditedKind

ROLES = sorted(STAFF, key=lambda role: role.name)
A_REASON = "char_length({}) BETWEEN 3 AND 5000"
"""The rules count characters as people see them, of each of which the database may see several."""


class AdjustmentRow(SQLModel, table=True):
    """Points that a person of staff gave or took, or asked a second one to agree to. Decided once.

    The movement is the entry of points with this as its cause: when it is applied, and only then.
    """

    __tablename__: ClassVar[Any] = "points_adjustments"
    __table_args__: ClassVar[Any] = (
        of_member("points_adjustments"),
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_points_adjustments_program"),
        one_of("points_adjustments", "state", AdjustmentState),
        check("points_adjustments", "points", "points <> 0"),
        check("points_adjustments", "reason", A_REASON.format("reason")),
        check("points_adjustments", "alone", "needs_second OR state = 'APPLIED'"),
        check("points_adjustments", "decided_at", "(needs_second AND state <> 'WAITING') = (decided_at IS NOT NULL)"),
        check(
            "points_adjustments",
            "decided_by",
            "(decided_at IS NULL) = (decided_issuer IS NULL) AND (decided_at IS NULL) = (decided_subject IS NULL)",
        ),
        check("points_adjustments", "second", "decided_issuer <> asked_issuer OR decided_subject <> asked_subject"),
        check("points_adjustments", "rejected", "(state = 'REJECTED') = (decision_reason IS NOT NULL)"),
        check("points_adjustments", "decision_reason", A_REASON.format("decision_reason")),
        Index("ix_points_adjustments_waiting", "program", "id", postgresql_where=text("state = 'WAITING'")),
    )
    member_id: UUID = key()
    id: UUID = key()
    program: str
    """The member's, for the list of what waits in it."""
    points: int
    """Above 0 given, below 0 taken."""
    reason: str
    state: str
    needs_second: bool
    """Whether a second person decides; if not, it was applied at once."""
    asked_issuer: str
    asked_subject: str
    asked_on: date
    """The local day (R1), to which what one person does alone is added up."""
    asked_at: datetime = instant()
    decided_issuer: str | None = None
    decided_subject: str | None = None
    decided_at: datetime | None = instant(default=None)
    decision_reason: str | None = None
    """Why it was rejected."""


class AuditRow(SQLModel, table=True):
    """Something that staff did: written in the transaction that did it, never changed and never deleted.

    No personal data but the name by which staff sign in, and the words that they wrote. `owner_id` is the member whom
    it is about: no foreign key, because what staff do about a whole program has its place here, too.
    """

    __tablename__: ClassVar[Any] = "audit_entries"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(["program"], ["programs.code"], name="fk_audit_entries_program"),
        one_of("audit_entries", "action", AuditAction),
        one_of("audit_entries", "about_kind", AuditedKind),
        one_of("audit_entries", "role", ROLES),
        check("audit_entries", "reason", A_REASON.format("reason")),
        check("audit_entries", "program_version", "(action = 'PROGRAM_PUBLISHED') = (program_version IS NOT NULL)"),
    )
    owner_id: UUID = key()
    id: UUID = key()
    program: str
    action: str
    about_kind: str
    about_id: UUID = Field(sa_type=Uuid)
    program_version: int | None = None
    """The version that was published."""
    issuer: str
    subject: str
    role: str
    """That of the token in hand."""
    reason: str | None = None
    changes: str | None = Field(default=None, sa_type=Text)
    """A JSON object: what was said of a reward, or is added to the file of an import, before and after, by what it is.
    Never codes of vouchers, nor what the file says."""
    at: datetime = instant()
