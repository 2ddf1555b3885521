"""What must be true of a member's activities: each is as it was told, and brought what its rules give (R24, R25)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.campaigns.section import Kind
from app.db import Reader
from app.facts.models import FactRow
from app.facts.queries.activities import activities_of_members, activity_digest
from app.facts.rules import Earned, FactKind
from app.facts.rules.activities import digest_of_activity, points_for, time_of_points
from app.members.proving import Claim, Key, Published, by_member
from app.points.proving import PointsBook
from app.points.rules import Cause
from app.points.section import CAMPAIGN, Action, ActionRule, PointsSection
from app.programs.rules import ProgramVersion
from app.tiers.proving import GrowthBook
from app.tiers.section import TiersSection

from .campaigns import Added, campaign_claims
from .credited import Standings, Then, credited_claims
from .growth import GrowthOfFact, grown_claims, growth_of_activities, opening_of

ActivityBook = Sequence[FactRow]
"""All that a member did."""


class Lot(Protocol):
    """What is written of a lot."""

    @property
    def id(self) -> UUID: ...
    @property
    def rule(self) -> str: ...
    @property
    def earned(self) -> int: ...
    @property
    def program_version(self) -> int: ...
    @property
    def earned_at(self) -> datetime: ...
    @property
    def activates_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def extended_by(self) -> UUID | None: ...


async def activity_books(db: Reader, member_ids: Sequence[UUID]) -> list[ActivityBook]:
    """All that members did. One statement, however many members."""
    found = by_member(await activities_of_members(db, member_ids))
    return [found.get(key, ()) for key in member_ids]


def activity_keys(facts: ActivityBook, *, program: str, customer_id: UUID) -> Iterator[Key]:
    """An activity is never of two customers in one program (R24)."""
    for fact in facts:
        kind, source, external_id = FactKind[fact.kind], fact.source, fact.external_id
        digest = activity_digest(program, kind=kind, source=source, external_id=external_id)
        yield Key("unique_keys.owner of the activity", fact.id, digest, customer_id)


def activity_claims(
    facts: ActivityBook, points: PointsBook, growth: GrowthBook, standings: Standings, *, published: Published
) -> Iterator[Claim]:
    lots: defaultdict[UUID, list[Lot]] = defaultdict(list)
    for lot in points.lots:
        if lot.cause == Cause.ACTIVITY.name:
            lots[lot.cause_id].append(lot)
    grown, opened_at = growth_of_activities(growth), opening_of(growth)
    known = {fact.id for fact in facts}
    for table, causes in (("points_lots", lots), ("growth_entries", grown)):
        for cause in causes:
            yield Claim(f"{table}.cause_id: is an activity of the member", cause, True, cause in known)
    for fact in facts:
        digest = digest_of_activity(FactKind[fact.kind], fact.occurred_at)
        yield Claim("facts.digest of the activity", fact.id, digest.hex(), fact.digest.hex())
        yield Claim("facts.order_id of the activity", fact.id, None, fact.order_id)
        yield from _brought(fact, lots[fact.id], grown.get(fact.id, ()), standings, opened_at=opened_at,
                            published=published)  # fmt: skip


def _brought(
    fact: FactRow,
    lots: Sequence[Lot],
    entries: Sequence[GrowthOfFact],
    standings: Standings,
    *,
    opened_at: datetime | None,
    published: Published,
) -> Iterator[Claim]:
    """By the rules of when it was done; left out while those are not held here."""
    for lot in lots:
        exists = published.exists(lot.program_version)
        yield Claim("points_lots.program_version: is published", lot.id, True, exists)
    version = _version_of(fact, [*lots, *entries], published=published)
    if version is not None:
        then = Then(fact, standings.joined_at, version, published)
        rules = version.section(PointsSection).rules_of(Action[fact.kind])
        yield from credited_claims(then, standings, kinds=frozenset(Kind), ruled=any(rule.tiers for rule in rules),
                                   version=version)  # fmt: skip
        yield from _earned(fact, lots, then, version=version)
        yield from _by_campaigns(fact, lots, entries, then, version=version)
        if entries or opened_at is None or fact.occurred_at >= opened_at:  # else it is in what they had elsewhere
            yield from grown_claims(fact, entries, version=version)


def _earned(fact: FactRow, lots: Sequence[Lot], then: Then, *, version: ProgramVersion) -> Iterator[Claim]:
    """What caps take nothing of, it earned."""
    rules = {rule.code: rule for rule in version.section(PointsSection).rules_of(Action[fact.kind])}
    for lot in lots:
        rule = rules.get(lot.rule)
        is_added = lot.rule.startswith(CAMPAIGN)
        yield Claim("points_lots.rule: is one for the action", lot.id, True, is_added or rule is not None)
        if rule is not None:
            yield from _by_its_rule(lot, rule, then, version=version)
        if rule is not None or is_added:
            yield from _when(lot, fact=fact, version=version)
    found = {lot.rule for lot in lots}
    for code, rule in rules.items():
        if _is_free(rule, version) and _given(rule, then, version):
            yield Claim(f"points_lots of the activity, by the rule {code}", fact.id, True, code in found)


def _by_campaigns(
    fact: FactRow, lots: Sequence[Lot], entries: Sequence[GrowthOfFact], then: Then, *, version: ProgramVersion
) -> Iterator[Claim]:
    """What campaigns added to it (R12, R25)."""
    section, ladder, action = version.section(PointsSection), version.section(TiersSection), Action[fact.kind]
    stood = then.stood
    if lots:
        gives = points_for(section.rules_of(action), tier=stood.tier, boosts=stood.boosts, rounding=section.rounding)
        found = {lot.rule: lot.earned for lot in lots}
        points = Added("points_lots", fact.id, found, gives, section.caps, section.rounding)
        yield from campaign_claims(points, Kind.POINTS, then)
    if entries:
        brought = {entry.rule: entry.change for entry in entries}
        given = [Earned(rule.code, rule.growth) for rule in ladder.rules_of(action)]
        growth = Added("growth_entries", fact.id, brought, given, ladder.caps)
        yield from campaign_claims(growth, Kind.GROWTH, then)


def _version_of(fact: FactRow, brought: Sequence[Lot | GrowthOfFact], *, published: Published) -> ProgramVersion | None:
    """The version in force when it was done. Of what was to be done a moment after it was recorded, another may have
    come into force since: then the one that what it brought names."""
    held = published.held
    if held is None or max(held.versions) < published.newest:
        return None
    if fact.occurred_at <= fact.recorded_at:
        return held.at(fact.occurred_at)
    return published.version(brought[0].program_version) if brought else None


def _by_its_rule(lot: Lot, rule: ActionRule, then: Then, *, version: ProgramVersion) -> Iterator[Claim]:
    given = _given(rule, then, version)
    least = given if _is_free(rule, version) else 1
    yield Claim("points_lots.earned, by its rule", lot.id, min(max(lot.earned, least), given), lot.earned)


def _when(lot: Lot, *, fact: FactRow, version: ProgramVersion) -> Iterator[Claim]:
    activates_at, expires_at = time_of_points(lot.rule, Action[fact.kind], fact.occurred_at, version=version)
    expected = (version.number, fact.occurred_at, activates_at, expires_at if lot.extended_by is None else None)
    found = (lot.program_version, lot.earned_at, lot.activates_at, lot.expires_at if lot.extended_by is None else None)
    yield Claim("points_lots: version and times, by its activity (R25)", lot.id, expected, found)


def _given(rule: ActionRule, then: Then, version: ProgramVersion) -> int:
    """What the rule gives to who stood so."""
    rounding, stood = version.section(PointsSection).rounding, then.stood
    return points_for([rule], tier=stood.tier, boosts=stood.boosts, rounding=rounding)[0].amount


def _is_free(rule: ActionRule, version: ProgramVersion) -> bool:
    """Does no cap take anything of it?"""
    return not any(cap.holds(rule.code) for cap in version.section(PointsSection).caps)
