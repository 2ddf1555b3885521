"""Growth and what became of tiers, from rows to what is shown."""

from typing import Any

from app.programs.rules import Programs

from .rules import GrowthCause, ManualHold, TierChangeKind
from .rules.seen import GrowthSeen, TierChangeSeen, cause_of, tier_named


def growth_seen(row: Any, program: str) -> GrowthSeen:
    return GrowthSeen(
        member_id=row.member_id,
        id=row.id,
        program=program,
        change=row.change,
        growth_after=row.growth_after,
        cause=GrowthCause[row.cause],
        cause_id=row.cause_id,
        rule=row.rule,
        program_version=row.program_version,
        earned_at=row.earned_at,
        counts_at=row.counts_at,
        reverses=row.reverses,
    )


def change_seen(row: Any, program: str, programs: Programs) -> TierChangeSeen:
    """May raise Overloaded: its version was published a moment ago, and is not held here yet."""
    version, kind = programs.version(program, row.program_version), TierChangeKind[row.kind]
    return TierChangeSeen(
        member_id=row.member_id,
        id=row.id,
        kind=kind,
        cause=cause_of(row, kind, version),
        cause_id=row.cause_id,
        from_tier=tier_named(programs, version, row.from_tier),
        to_tier=tier_named(programs, version, row.to_tier),
        held_tier=tier_named(programs, version, row.held_tier),
        tier_since=row.tier_since,
        tier_until=row.tier_until,
        growth=row.growth,
        version=version,
        changed_at=row.changed_at,
        entered_at=row.entered_at,
        manual_tier=None if row.manual_tier is None else tier_named(programs, version, row.manual_tier),
        manual_hold=None if row.manual_hold is None else ManualHold[row.manual_hold],
        reason=row.reason,
        by_issuer=row.by_issuer,
        by_subject=row.by_subject,
    )
