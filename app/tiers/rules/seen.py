"""Growth and what became of tiers, as they are shown: with the program whose they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import Tier, TiersSection

from .kinds import GrowthCause, ManualHold, TierChangeKind
from .ladder import is_manual, ladder_for, tier_held
from .times import lapse


class TierCause(Enum):
    """Why something became of a tier."""

    ORDER = "ORDER"
    ACTIVITY = "ACTIVITY"
    OPENING = "OPENING"
    REFUND = "REFUND"
    TIME = "TIME"
    """A period ended, or is about to; what staff set is over."""
    RULES = "RULES"
    """The ladder, or what else a tier follows from, was edited."""
    BROUGHT = "BROUGHT"
    """The member brought it along (R19)."""
    PROMISE = "PROMISE"
    """The member had been shown it: growth that was reported late took nothing of it."""
    STAFF = "STAFF"


BY_ITSELF = {TierChangeKind.BROUGHT: TierCause.BROUGHT, TierChangeKind.KEPT: TierCause.PROMISE}
BY_STAFF = {TierChangeKind.MANUAL, TierChangeKind.MANUAL_ENDED}


@dataclass(frozen=True)
class GrowthSeen:
    """A movement of growth, and the program that it is of."""

    member_id: UUID
    id: UUID
    program: str
    change: int
    growth_after: int
    cause: GrowthCause
    cause_id: UUID
    rule: str
    program_version: int
    earned_at: datetime
    counts_at: datetime
    reverses: UUID | None


@dataclass(frozen=True)
class TierChangeSeen:
    """What became of a tier, on the ladder of its version."""

    member_id: UUID
    id: UUID
    kind: TierChangeKind
    cause: TierCause
    cause_id: UUID | None
    from_tier: Tier
    to_tier: Tier
    held_tier: Tier
    tier_since: datetime | None
    tier_until: datetime | None
    growth: int
    version: ProgramVersion
    changed_at: datetime
    entered_at: datetime
    manual_tier: Tier | None
    manual_hold: ManualHold | None
    reason: str | None
    by_issuer: str | None
    by_subject: str | None


@dataclass(frozen=True)
class ManualTier:
    """What staff set, and is not over (R23)."""

    member_id: UUID
    tier: Tier
    until: datetime
    hold: ManualHold
    reason: str
    by_issuer: str
    by_subject: str


class HasManual(NamedTuple):
    """What a member's row says of what staff set."""

    id: UUID
    program: str
    tier: str | None
    manual_tier: str | None
    manual_until: datetime | None
    manual_hold: str | None


class WhoSet(Protocol):
    """The row that says who set it, and why."""

    @property
    def reason(self) -> str | None: ...
    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...


class Written(Protocol):
    """A row of what became of a tier."""

    @property
    def cause(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...
    @property
    def changed_at(self) -> datetime: ...


class HasDates(Protocol):
    @property
    def member_id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def counts_at(self) -> datetime: ...


def lapse_of(entry: HasDates, *, programs: Programs, now: datetime) -> datetime | None:
    """From when growth does not count any more, by the window of the rules of now (R18); None: it always does."""
    version = programs.for_member(entry.program, entry.member_id).at(now)
    return lapse(entry.counts_at, version.section(TiersSection).window, zone=version.zone)


def cause_of(row: Written, kind: TierChangeKind, version: ProgramVersion) -> TierCause:
    """Why it came to be so. What changed at the instant from which a version is in force, without growth, is by it."""
    if row.cause is not None:
        return TierCause[row.cause]
    if kind in BY_STAFF:
        return TierCause.TIME if row.by_subject is None else TierCause.STAFF
    by_rules = TierCause.RULES if row.changed_at == version.effective_from else TierCause.TIME
    return BY_ITSELF.get(kind, by_rules)


def tier_named(programs: Programs, version: ProgramVersion, code: str) -> Tier:
    """A tier as a version describes it or, if it came later, as the one published last does. May raise KeyError."""
    section = version.section(TiersSection)
    if section.knows(code):
        return tier_held(section, code)
    versions = programs.by_code[version.code].versions
    return tier_held(versions[max(versions)].section(TiersSection), code)


def manual_seen(member: HasManual, row: WhoSet | None, *, programs: Programs, now: datetime) -> ManualTier | None:
    """What staff set and is not over, as the ladder of now describes it; None: nothing is (R23)."""
    until, hold = member.manual_until, member.manual_hold
    if row is None or until is None or hold is None or not is_manual(member, now=now):
        return None
    section = ladder_for(member, programs=programs, now=now).section(TiersSection)
    tier = tier_held(section, member.manual_tier)
    by = (row.reason or "", row.by_issuer or "", row.by_subject or "")
    return ManualTier(member.id, tier, until, ManualHold[hold], *by)
