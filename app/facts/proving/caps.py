"""What must be true of all that rules brought a member: when it was written, no cap of its version was exceeded."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.members.proving import Claim, Published
from app.points.proving import PointsBook
from app.points.rules import Cause, EntryKind
from app.points.rules.caps import Used, period_of, used_by
from app.points.section import Limit, Period, PointsSection
from app.programs.rules import ProgramVersion
from app.tiers.proving import GrowthBook
from app.tiers.rules import GrowthCause
from app.tiers.section import TiersSection

EARNED_BY_RULES = frozenset((Cause.ORDER.name, Cause.ACTIVITY.name))
GROWN_BY_RULES = frozenset((GrowthCause.ORDER.name, GrowthCause.ACTIVITY.name))

Scope = tuple[Period, tuple[str, ...]]
"""What a cap looks at, whatever it lets through."""


@dataclass(frozen=True)
class Brought:
    """What a rule brought: a lot, or an entry of growth."""

    id: UUID
    rule: str
    amount: int
    at: datetime
    """The local day, and so on, of this instant is whose cap it fills (R25)."""
    program_version: int


def cap_claims(points: PointsBook, growth: GrowthBook, *, published: Published) -> Iterator[Claim]:
    yield from _within("points_lots", _lots(points), lambda version: version.section(PointsSection).caps, published)
    yield from _within(
        "growth_entries", _entries(growth), lambda version: version.section(TiersSection).caps, published
    )


def _within(
    table: str, brought: Sequence[Brought], caps_of: Callable[[ProgramVersion], Sequence[Limit]], published: Published
) -> Iterator[Claim]:
    """One by one, in the order in which they were written: caps fill in the order of arrival, whatever day it was of,
    and what an earlier version let through counts for a later one (R25, R27)."""
    held = {number: published.version(number) for number in {each.program_version for each in brought}}
    versions = {number: version for number, version in held.items() if version is not None}
    scopes = {_scope(cap): cap for version in versions.values() for cap in caps_of(version)}
    if not scopes:
        return
    zone = next(iter(versions.values())).zone
    used: defaultdict[tuple[Scope, datetime], Used] = defaultdict(Used)
    for each in brought:
        filled: dict[Scope, Used] = {}
        for scope, cap in scopes.items():
            if cap.holds(each.rule):
                since, _ = period_of(each.at, cap.period, zone=zone)
                filled[scope] = used[scope, since] = used[scope, since].plus(used_by(each.rule, each.amount))
        version = versions.get(each.program_version)
        for cap in () if version is None else caps_of(version):
            if cap.holds(each.rule):
                found = filled[_scope(cap)]
                yield Claim(f"{table}: within the cap {cap.code} (R27)", each.id, _most(cap, found), found)


def _lots(points: PointsBook) -> list[Brought]:
    """Lots that rules made, in the order of their entries."""
    lots = {lot.id: lot for lot in points.lots if lot.cause in EARNED_BY_RULES}
    made = (lots.get(entry.lot_id) for entry in points.entries if entry.lot_id and entry.kind == EntryKind.EARNED.name)
    return [Brought(lot.id, lot.rule, lot.earned, lot.earned_at, lot.program_version) for lot in made if lot]


def _entries(growth: GrowthBook) -> list[Brought]:
    """Entries that rules made, whatever was taken back of them since."""
    made = (entry for entry in growth.entries if entry.cause in GROWN_BY_RULES)
    return [Brought(entry.id, entry.rule, entry.change, entry.earned_at, entry.program_version) for entry in made]


def _scope(cap: Limit) -> Scope:
    return cap.period, tuple(sorted(cap.rules))


def _most(cap: Limit, total: Used) -> Used:
    """What it lets through of so much."""
    amount = total.points if cap.most is None else min(total.points, cap.most)
    return Used(amount, total.times if cap.times is None else min(total.times, cap.times))
