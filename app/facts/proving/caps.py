"""What must be true of all that a member earned by rules: when it was written, no cap of its version was exceeded."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.members.proving import Claim, Published
from app.points.proving import PointsBook
from app.points.rules import Cause, EntryKind
from app.points.rules.caps import Used, period_of
from app.points.section import Cap, Period, PointsSection
from app.programs.rules import ProgramVersion

BY_RULES = frozenset((Cause.ORDER.name, Cause.ACTIVITY.name))

Scope = tuple[Period, tuple[str, ...]]
"""What a cap looks at, whatever it lets through."""


class Lot(Protocol):
    """What is written of a lot."""

    @property
    def id(self) -> UUID: ...
    @property
    def rule(self) -> str: ...
    @property
    def earned(self) -> int: ...
    @property
    def earned_at(self) -> datetime: ...
    @property
    def program_version(self) -> int: ...


def cap_claims(points: PointsBook, *, published: Published) -> Iterator[Claim]:
    """Lot by lot, in the order in which they were written: caps fill in the order of arrival, whatever day it was of,
    and what an earlier version let through counts for a later one (R25, R27)."""
    lots = _written(points)
    versions = {number: published.version(number) for number in {lot.program_version for lot in lots}}
    scopes = {_scope(cap): cap for version in versions.values() for cap in _caps(version)}
    zone = next((version.zone for version in versions.values() if version is not None), None)
    if zone is None or not scopes:
        return
    used: defaultdict[tuple[Scope, datetime], Used] = defaultdict(Used)
    for lot in lots:
        filled: dict[Scope, Used] = {}
        for scope, cap in scopes.items():
            if cap.holds(lot.rule):
                since, _ = period_of(lot.earned_at, cap.period, zone=zone)
                filled[scope] = used[scope, since] = used[scope, since].plus(Used(lot.earned, 1))
        for cap in _caps(versions[lot.program_version]):
            if cap.holds(lot.rule):
                found = filled[_scope(cap)]
                yield Claim(f"points_lots: within the cap {cap.code} (R27)", lot.id, _most(cap, found), found)


def _written(points: PointsBook) -> Sequence[Lot]:
    """Lots that rules made, in the order of their entries."""
    lots = {lot.id: lot for lot in points.lots if lot.cause in BY_RULES}
    made = (entry.lot_id for entry in points.entries if entry.kind == EntryKind.EARNED.name)
    return [lots[lot_id] for lot_id in made if lot_id is not None and lot_id in lots]


def _caps(version: ProgramVersion | None) -> Sequence[Cap]:
    return () if version is None else version.section(PointsSection).caps


def _scope(cap: Cap) -> Scope:
    return cap.period, tuple(sorted(cap.rules))


def _most(cap: Cap, total: Used) -> Used:
    """What it lets through of so much."""
    points = total.points if cap.points is None else min(total.points, cap.points)
    return Used(points, total.times if cap.times is None else min(total.times, cap.times))
