"""The ladder: which tier a growth reaches, and which one a member holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import Tier, TiersSection

from .kinds import STAFF, ManualHold, TierChangeKind

AT_LEAST = ManualHold.AT_LEAST.name


class Placed(Protocol):
    """What a member's row says of their tier."""

    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def tier(self) -> str | None: ...
    @property
    def manual_tier(self) -> str | None: ...
    @property
    def manual_until(self) -> datetime | None: ...
    @property
    def manual_hold(self) -> str | None: ...


def tier_at(ladder: Sequence[Tier], growth: int) -> Tier:
    """The highest tier whose threshold is reached (R16): on 0/200/500, 199 is the first and 200 the second."""
    return next((tier for tier in reversed(ladder) if tier.threshold <= growth), ladder[0])


def tier_below(ladder: Sequence[Tier], tier: Tier) -> Tier:
    """The next tier below one of that threshold, whether that is of this ladder or not; the base tier below itself."""
    return next((each for each in reversed(ladder) if each.threshold < tier.threshold), ladder[0])


def tier_held(section: TiersSection, code: str | None) -> Tier:
    """The tier of a code; the base tier for none."""
    return section.tiers[code]


def ladder_for(member: Placed, *, programs: Programs, now: datetime) -> ProgramVersion:
    """The version on whose ladder a member stands now.

    Unless a tier of theirs is of a version that by this machine's clock is yet to come, because another machine's is
    ahead: then the one published last, which knows every tier there ever was (R20).
    """
    present = programs.version_for(member.program, member.id, now)
    section: TiersSection = present.sections[TiersSection]
    if member.tier in section.tiers and member.manual_tier in section.tiers:  # as nearly always
        return present
    versions = programs.for_member(member.program, member.id).versions
    return versions[max(versions)]


def is_manual(member: Placed, *, now: datetime) -> bool:
    """Has staff set a tier that is not over yet (R23)?"""
    until = member.manual_until
    return until is not None and now < until


class Set(Protocol):
    """What staff set of a member's tier, or that it is over."""

    @property
    def kind(self) -> str: ...
    @property
    def to_tier(self) -> str: ...
    @property
    def changed_at(self) -> datetime: ...
    @property
    def tier_until(self) -> datetime | None: ...
    @property
    def manual_tier(self) -> str | None: ...
    @property
    def manual_hold(self) -> str | None: ...


def manual_at(changes: Sequence[Set], at: datetime) -> tuple[str | None, datetime | None, str | None]:
    """The tier that staff had set at an instant, until when, and how it was to be held, by what was written last of it
    (R23); nothing if they had not, or it was over."""
    written = [each for each in changes if each.kind in STAFF and each.changed_at <= at]
    last = written[-1] if written else None
    if last is None or last.kind != TierChangeKind.MANUAL.name or last.tier_until is None or last.tier_until <= at:
        return None, None, None
    return last.manual_tier, last.tier_until, last.manual_hold


def held_at(section: TiersSection, changes: Sequence[Set], at: datetime) -> str | None:
    """Code of the tier that a member held at an instant, by what was written last of that instant, of growth and of
    staff (R23, R25); None: they were never raised by then, and nobody had set one."""
    earned = [each.to_tier for each in changes if each.kind not in STAFF and each.changed_at <= at]
    manual, _, hold = manual_at(changes, at)
    if manual is None or not earned:
        return manual or (earned[-1] if earned else None)
    if hold == ManualHold.EXACTLY.name or not (section.knows(manual) and section.knows(earned[-1])):
        return manual
    return max((manual, earned[-1]), key=lambda code: section.tier(code).threshold)


def held_on(section: TiersSection, member: Placed, *, now: datetime) -> Tier:
    """The tier that a member holds: what staff set, until its end, or what they have earned (R23)."""
    earned, until = section.tiers[member.tier], member.manual_until
    if until is None or until <= now:  # as of nearly everybody
        return earned
    manual = section.tiers[member.manual_tier]
    is_higher = earned.threshold > manual.threshold and member.manual_hold == AT_LEAST
    return earned if is_higher else manual


def tier_of(member: Placed, *, programs: Programs, now: datetime) -> Tier:
    """The tier that a member holds, as the program's present version describes it."""
    if member.manual_tier is None:  # as of nearly everybody: what they have earned
        section: TiersSection = programs.version_for(member.program, member.id, now).sections[TiersSection]
        earned = section.tiers.get(member.tier)
        if earned is not None:
            return earned
    return held_on(ladder_for(member, programs=programs, now=now).section(TiersSection), member, now=now)


def earned_tier_of(member: Placed, *, programs: Programs, now: datetime) -> Tier:
    """The tier that a member has earned, whatever staff set (R23)."""
    return tier_held(ladder_for(member, programs=programs, now=now).section(TiersSection), member.tier)
