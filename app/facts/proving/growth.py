"""What must be true of growth that no order brought: an activity gave what its rules give, and what a member had
elsewhere was entered once (R19, R24, R25)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.facts.models import FactRow
from app.members.proving import Claim
from app.points.section import CAMPAIGN, Action
from app.programs.rules import ProgramVersion
from app.tiers.proving import GrowthBook
from app.tiers.rules import GrowthCause, counts_from
from app.tiers.section import ActionGrowth, TiersSection


class GrowthOfFact(Protocol):
    """What is written of a movement of growth."""

    @property
    def id(self) -> UUID: ...
    @property
    def rule(self) -> str: ...
    @property
    def change(self) -> int: ...
    @property
    def program_version(self) -> int: ...
    @property
    def earned_at(self) -> datetime: ...
    @property
    def counts_at(self) -> datetime: ...


def growth_of_activities(growth: GrowthBook) -> Mapping[UUID, Sequence[GrowthOfFact]]:
    """By the activity's id."""
    found: defaultdict[UUID, list[GrowthOfFact]] = defaultdict(list)
    for entry in growth.entries:
        if entry.cause == GrowthCause.ACTIVITY.name:
            found[entry.cause_id].append(entry)
    return found


def opening_of(growth: GrowthBook) -> datetime | None:
    """When growth from elsewhere was entered: what was done before is in it (R19)."""
    opened = (entry.counts_at for entry in growth.entries if entry.cause == GrowthCause.OPENING.name)
    return next(opened, None)


def grown_claims(fact: FactRow, entries: Sequence[GrowthOfFact], *, version: ProgramVersion) -> Iterator[Claim]:
    """What an activity brought is what the rules of the version in force when it was done give, as far as caps left
    it; what no cap looks at, it brought."""
    section = version.section(TiersSection)
    rules = {rule.code: rule for rule in section.rules_of(Action[fact.kind])}
    for entry in entries:
        rule = rules.get(entry.rule)
        is_added = entry.rule.startswith(CAMPAIGN)
        yield Claim("growth_entries.rule: is one for the action", entry.id, True, is_added or rule is not None)
        if rule is not None:
            yield from _by_its_rule(entry, rule, version=version)
        if rule is not None or is_added:
            yield from _when(entry, fact=fact, version=version)
    found = {entry.rule for entry in entries}
    for code in rules:
        if _is_free(code, section):
            yield Claim(f"growth_entries of the activity, by the rule {code}", fact.id, True, code in found)


def _by_its_rule(entry: GrowthOfFact, rule: ActionGrowth, *, version: ProgramVersion) -> Iterator[Claim]:
    section = version.section(TiersSection)
    least = rule.growth if _is_free(rule.code, section) else 1
    expected = min(max(entry.change, least), rule.growth)
    yield Claim("growth_entries.change, by its rule", entry.id, expected, entry.change)


def _when(entry: GrowthOfFact, *, fact: FactRow, version: ProgramVersion) -> Iterator[Claim]:
    section = version.section(TiersSection)
    counts_at = counts_from(fact.occurred_at, section, zone=version.zone)
    yield Claim("growth_entries: version and times, by its activity (R25)", entry.id,
                (version.number, fact.occurred_at, counts_at),
                (entry.program_version, entry.earned_at, entry.counts_at))  # fmt: skip


def _is_free(rule: str, section: TiersSection) -> bool:
    """Does no cap take anything of it?"""
    return not any(cap.holds(rule) for cap in section.caps)


def opening_claims(growth: GrowthBook) -> Iterator[Claim]:
    """Growth from elsewhere is the member's own, it is had once, and counts from when it was entered."""
    openings = [entry for entry in growth.entries if entry.cause == GrowthCause.OPENING.name]
    for number, entry in enumerate(openings):
        yield Claim("growth_entries: what the member had elsewhere is had once", entry.id, 0, number)
        yield Claim("growth_entries.cause_id: is the member", entry.id, entry.member_id, entry.cause_id)
        yield Claim("growth_entries: what the member had elsewhere counts from when it was entered", entry.id,
                    entry.earned_at, entry.counts_at)  # fmt: skip
