"""What must be true of what a fact brought: what its rules give to who stood so, and what campaigns that were open for
them add (R12, R25)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.campaigns.rules import Multiplied
from app.campaigns.section import Kind
from app.facts.rules import Bringing, Earned
from app.members.proving import Claim
from app.points.rules.caps import Capped
from app.points.section import CAMPAIGN, Limit, Rounding

from .credited import Then


@dataclass(frozen=True)
class Added:
    """What is written of what a cause brought, by rule and campaign, and what the rules give."""

    table: str
    cause: UUID
    found: Mapping[str, int]
    gives: Sequence[Earned]
    caps: Sequence[Limit]
    rounding: Rounding = Rounding.FLOOR

    @property
    def by_campaigns(self) -> Mapping[str, int]:
        return {rule: amount for rule, amount in self.found.items() if rule.startswith(CAMPAIGN)}

    def expected(self, campaigns: Sequence[Multiplied]) -> Mapping[str, int]:
        """What campaigns add to what is there of the rules."""
        left = [Capped(each.rule, self.found.get(each.rule, 0)) for each in self.gives]
        added = Bringing(self.gives, campaigns, self.rounding).added(left)
        return {each.rule: each.amount for each in added if each.amount}

    def is_free(self, rule: str) -> bool:
        """Does no cap take anything of it?"""
        return not any(cap.holds(rule) for cap in self.caps)


def ruled_claims(added: Added) -> Iterator[Claim]:
    """What is there of the rules is what they give, as far as caps left it."""
    gives = {each.rule: each.amount for each in added.gives if each.amount}
    found = of_rules(added.found)
    expected = {
        rule: amount if added.is_free(rule) else min(amount, found.get(rule, 0)) for rule, amount in gives.items()
    }
    expected = {rule: amount for rule, amount in expected.items() if amount}
    yield Claim(f"{added.table}, by the rules", added.cause, expected, found)


def campaign_claims(added: Added, kind: Kind, then: Then) -> Iterator[Claim]:
    """What is there of campaigns is what they add; as far as caps left it."""
    found, active = added.by_campaigns, then.open
    campaigns = [each.campaign for each in active.open if kind in each.campaign.kinds]
    strangers = sorted(set(found) - {each.rule for each in campaigns})
    yield Claim(f"{added.table}.rule: is of a campaign that was open", added.cause, [], strangers)
    if strangers:
        return
    expected = added.expected(active.points if kind is Kind.POINTS else active.growth)
    is_free = all(added.is_free(each.rule) for each in campaigns)
    if not _agree(expected, found, is_free=is_free):
        yield Claim(f"{added.table}, by the campaigns", added.cause, expected, dict(found))


def _agree(expected: Mapping[str, int], found: Mapping[str, int], *, is_free: bool) -> bool:
    if is_free:
        return expected == found
    return all(amount <= expected.get(rule, 0) for rule, amount in found.items())


def of_rules(found: Mapping[str, int]) -> dict[str, int]:
    """What rules brought, without what campaigns added."""
    return {rule: amount for rule, amount in found.items() if not rule.startswith(CAMPAIGN)}
