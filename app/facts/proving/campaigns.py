"""What must be true of what campaigns added: it was open for the member then, and multiplied what the rules brought
(R12, R25)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.campaigns.rules import Multiplied, Who, fits, known, multiplied, open_at
from app.campaigns.section import Campaign, CampaignsSection, Kind
from app.facts.rules import Bringing, Earned
from app.members.proving import Claim, Published
from app.points.rules.caps import Capped
from app.points.section import CAMPAIGN, Limit, Rounding
from app.programs.rules import ProgramVersion
from app.tiers.section import TiersSection


@dataclass(frozen=True)
class Then:
    """When something happened that is reported, and all that campaigns look at but the tier."""

    at: datetime
    recorded_at: datetime
    joined_at: datetime
    channel: str | None

    def open(self, kind: Kind, *, version: ProgramVersion, published: Published) -> list[Campaign]:
        """Campaigns with an effect of a kind that were open, for whoever held whatever tier."""
        who, base = Who(self.joined_at, channel=self.channel), version.section(TiersSection).ladder[0].code
        known_at = known(self.at, recorded_at=self.recorded_at)
        found = [each.campaign for each in open_at(published.programs, version, at=self.at, known_at=known_at)]
        untiered = [(each, each.audience.model_copy(update={"tiers": ()})) for each in found if kind in each.kinds]
        return [
            each for each, audience in untiered if fits(audience, who, at=self.at, base_tier=base, zone=version.zone)
        ]


@dataclass(frozen=True)
class Added:
    """What is written of what a cause brought, by rule and campaign, and what the rules could give."""

    table: str
    cause: UUID
    found: Mapping[str, int]
    could_give: Sequence[Sequence[Earned]]
    """For each tier that the rules look at."""
    caps: Sequence[Limit]
    rounding: Rounding = Rounding.FLOOR

    @property
    def by_campaigns(self) -> Mapping[str, int]:
        return {rule: amount for rule, amount in self.found.items() if rule.startswith(CAMPAIGN)}

    def expected(self, campaigns: Sequence[Multiplied]) -> Iterator[Mapping[str, int]]:
        """What campaigns add to what is there of the rules, for each tier."""
        for earned in self.could_give:
            left = [Capped(each.rule, self.found.get(each.rule, 0)) for each in earned]
            added = Bringing(earned, campaigns, self.rounding).added(left)
            yield {each.rule: each.amount for each in added if each.amount}


def campaign_claims(
    added: Added, kind: Kind, then: Then, *, version: ProgramVersion, published: Published
) -> Iterator[Claim]:
    """What is there of campaigns is what they add; as far as caps left it. Where a campaign looks at tiers, it need not
    be there. Of what was to happen a moment after it was recorded, what was known when it was recorded is what counts
    (R25)."""
    found = added.by_campaigns
    campaigns = then.open(kind, version=version, published=published)
    strangers = sorted(set(found) - {each.rule for each in campaigns})
    yield Claim(f"{added.table}.rule: is of a campaign that was open", added.cause, [], strangers)
    if strangers or any(each.audience.tiers for each in campaigns):
        return
    section = version.section(CampaignsSection)
    most = section.most_points if kind is Kind.POINTS else section.most_growth
    expected = list(added.expected(multiplied(campaigns, kind, most=most)))
    is_free = not any(cap.holds(each.rule) for cap in added.caps for each in campaigns)
    if not any(_agree(each, found, is_free=is_free) for each in expected):
        yield Claim(f"{added.table}, by the campaigns", added.cause, expected, dict(found))


def _agree(expected: Mapping[str, int], found: Mapping[str, int], *, is_free: bool) -> bool:
    if is_free:
        return expected == found
    return all(amount <= expected.get(rule, 0) for rule, amount in found.items())


def of_rules(found: Mapping[str, int]) -> dict[str, int]:
    """What rules brought, without what campaigns added."""
    return {rule: amount for rule, amount in found.items() if not rule.startswith(CAMPAIGN)}


def tiers_of(ruled: Iterable[Mapping[str, int]]) -> tuple[str, ...]:
    """Tiers that rules look at, and one that none does."""
    return tuple(dict.fromkeys(("", *(tier for tiers in ruled for tier in tiers))))
