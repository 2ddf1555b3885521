"""What became of a tier, kept and told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction, insert_of
from app.outbox import tell
from app.programs.rules import ProgramVersion
from app.tiers.events import (
    ManualTierEnded,
    ManualTierSet,
    TierAtRisk,
    TierCorrected,
    TierLowered,
    TierReached,
    TierRenewed,
)
from app.tiers.models import TierChangeRow
from app.tiers.rules import GrowthCause, ManualHold, Place, TierChangeKind
from app.tiers.rules.becoming import step_on

INSERT_CHANGE = insert_of(TierChangeRow)


@dataclass(frozen=True)
class Author:
    """Who of staff set a tier, and why (R23)."""

    issuer: str
    subject: str
    reason: str


@dataclass(frozen=True)
class Change:
    """What became of a tier."""

    kind: TierChangeKind
    at: datetime
    before: Place
    after: Place
    held: str
    """Code of the tier that is held then."""
    growth: int
    ladder: ProgramVersion
    cause: GrowthCause | None = None
    cause_id: UUID | None = None
    manual: str | None = None
    """Code of the tier that staff set."""
    hold: ManualHold | None = None
    until: datetime | None = None
    """Of what staff set."""
    author: Author | None = None
    missing: int = 0
    """Growth that is missing to keep it."""

    @property
    def from_tier(self) -> str:
        return self.before.tier or step_on(self.ladder, None).code

    @property
    def to_tier(self) -> str:
        return self.after.tier or step_on(self.ladder, None).code


async def keep_changes(
    tx: Transaction, *, member_id: UUID, changes: Sequence[Change], last: UUID | None, now: datetime
) -> UUID | None:
    """Write them, each after the one before; `last` is the id of the one written last. The id of the last of them."""
    rows: list[dict[str, object]] = []
    for change in changes:
        last = tx.id_after(last)
        rows.append({"member_id": member_id, "id": last, **_columns(change), "entered_at": now})
    await tx.run_many(INSERT_CHANGE, rows)
    return last


def _columns(change: Change) -> dict[str, object]:
    author = change.author
    return {
        "kind": change.kind.name,
        "from_tier": change.from_tier,
        "to_tier": change.to_tier,
        "held_tier": change.held,
        "tier_since": change.after.since,
        "tier_until": change.until or change.after.until,
        "growth": change.growth,
        "cause": None if change.cause is None else change.cause.name,
        "cause_id": change.cause_id,
        "program_version": change.ladder.number,
        "changed_at": change.at,
        "manual_tier": change.manual,
        "manual_hold": None if change.hold is None else change.hold.name,
        "reason": None if author is None else author.reason,
        "by_issuer": None if author is None else author.issuer,
        "by_subject": None if author is None else author.subject,
    }


async def tell_changes(tx: Transaction, *, member_id: UUID, changes: Sequence[Change], now: datetime) -> None:
    for change in changes:
        event = _event(member_id, change)
        if event is not None:
            await tell(tx, member_id=member_id, event=event, now=now)


def _event(member_id: UUID, change: Change) -> object | None:
    before, after, at = change.from_tier, change.to_tier, change.at
    until = change.until or change.after.until or at
    match change.kind:
        case TierChangeKind.RAISED:
            return TierReached(member_id, before, after, at)
        case TierChangeKind.CORRECTED:
            return TierCorrected(member_id, before, after, at, change.after.until)
        case TierChangeKind.LOWERED:
            return TierLowered(member_id, before, after, at)
        case TierChangeKind.RENEWED:
            return TierRenewed(member_id, after, until)
        case TierChangeKind.NOTICED:
            return TierAtRisk(member_id, after, until, change.missing)
        case TierChangeKind.MANUAL:
            return ManualTierSet(member_id, change.manual or after, until)
        case TierChangeKind.MANUAL_ENDED:
            return ManualTierEnded(member_id, change.manual or after, at)
        case _:
            return None
