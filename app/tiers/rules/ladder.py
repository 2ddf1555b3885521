"""The ladder: which tier a growth reaches, and which one a member holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import Tier, TiersSection

from .kinds import ManualHold


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


def tier_held(section: TiersSection, code: str | None) -> Tier:
    """The tier of a code; the base tier for none."""
    return section.ladder[0] if code is None else section.tier(code)


def ladder_for(member: Placed, *, programs: Programs, now: datetime) -> ProgramVersion:
    """The version on whose ladder a member stands now.

    Unless a tier of theirs is of a version that by this machine's clock is yet to come, because another machine's is
    ahead: then the one published last, which knows every tier there ever was (R20).
    """
    program = programs.for_member(member.program, member.id)
    present = program.at(now)
    section = present.section(TiersSection)
    if all(code is None or section.knows(code) for code in (member.tier, member.manual_tier)):
        return present
    return program.versions[max(program.versions)]


def is_manual(member: Placed, *, now: datetime) -> bool:
    """Has staff set a tier that is not over yet (R23)?"""
    return member.manual_until is not None and now < member.manual_until


def held_on(section: TiersSection, member: Placed, *, now: datetime) -> Tier:
    """The tier that a member holds: what staff set, until its end, or what they have earned (R23)."""
    earned = tier_held(section, member.tier)
    if not is_manual(member, now=now):
        return earned
    manual = tier_held(section, member.manual_tier)
    is_higher = earned.threshold > manual.threshold and member.manual_hold == ManualHold.AT_LEAST.name
    return earned if is_higher else manual


def tier_of(member: Placed, *, programs: Programs, now: datetime) -> Tier:
    """The tier that a member holds, as the program's present version describes it."""
    return held_on(ladder_for(member, programs=programs, now=now).section(TiersSection), member, now=now)


def earned_tier_of(member: Placed, *, programs: Programs, now: datetime) -> Tier:
    """The tier that a member has earned, whatever staff set (R23)."""
    return tier_held(ladder_for(member, programs=programs, now=now).section(TiersSection), member.tier)
