"""What a client sees of why a member is in their tier, and of what would change it."""

from datetime import date, datetime
from typing import Protocol

from app.graph import OWNER_AND_STAFF, WithNulls, batched, column, computed, extends, shows
from app.members.graphql import Member
from app.programs.graphql.rules import ProgramRule
from app.tiers.queries import explaining as queries
from app.tiers.rules import counting, explanation, foretelling
from app.tiers.rules.stands import Stands
from app.tiers.words.changes import rule_in_words
from app.tiers.words.explaining import (
    explained_in_words,
    floor_in_words,
    period_in_words,
    prospect_in_words,
    rules_followed,
    way_in_words,
)

from .kinds import GrowthCause, Lowering, TierBasis, TierChangeKind, WayKind
from .ladder import Tier
from .standing import ManualTier


class HasMonth(Protocol):
    @property
    def month(self) -> date: ...


def month_of(part: HasMonth) -> str:
    return part.month.strftime("%Y-%m")


@shows(counting.GrowthByRule, description="Growth that counts now, of one rule.", seen_by=OWNER_AND_STAFF)
class GrowthByRule:
    rule: str = column("Code of the program's rule that brought it.")
    rule_in_words: str | None = computed(
        rule_in_words, "That rule in words, as of the newest of it, in the language asked for."
    )
    cause: GrowthCause = column("What brought it.")
    growth: int = column("How much of it counts: less what was taken back.")
    entries: int = column("How many movements brought it.")


@shows(counting.GrowthByMonth, description="Growth that counts now, of one month.", seen_by=OWNER_AND_STAFF)
class GrowthByMonth:
    month: str = computed(month_of, "The program's local month in which it began to count: 2026-03.")
    growth: int = column("How much of it counts: less what was taken back.")
    lapses_at: datetime | None = column("From when the first of it does not count any more; null: it always does.")


@shows(
    explanation.TierPeriod,
    description="For how long the tier that was earned is held, and what becomes of it then.",
    seen_by=OWNER_AND_STAFF,
)
class TierPeriod:
    tier: Tier = column("The tier that was earned.")
    since: datetime = column("When it was reached.")
    until: datetime = column("When the period ends.")
    counted: int = column("Growth that counts towards renewing it, by now.")
    missing: int = column("Growth that is missing to renew it; 0 also where nobody is lowered.")
    lowering: Lowering = column("What becomes of it if it is not renewed.")
    notice_from: datetime | None = column(
        "From when the member is told, if growth is missing then; null where nobody is lowered."
    )
    noticed_at: datetime | None = column("When the member was told that it is at risk; null if they were not.")
    grace_until: datetime = column("Until when it can still be renewed; longer, if the member was told late.")
    lowers_at: datetime | None = column("When it is lowered if nothing comes; null: then it is not.")
    lowers_to: Tier | None = column("To which tier it is lowered then; null: it is not.")
    words: str = computed(period_in_words, "All of that in words, in the language asked for.")


@shows(explanation.TierFloor, description="A tier that is held at least for some time, whatever the growth is.",
       seen_by=OWNER_AND_STAFF)  # fmt: skip
class TierFloor:
    kind: TierChangeKind = column("`BROUGHT` along, or `KEPT` as it had been shown.")
    tier: Tier = column("The tier.")
    since: datetime = column("From when.")
    until: datetime = column("Until when: then it is renewed or lowered as any.")
    words: str = computed(floor_in_words, "The same in words, in the language asked for.")


@shows(explanation.TierWay, description="What so much more growth would do, if it counted at once.",
       seen_by=OWNER_AND_STAFF)  # fmt: skip
class TierWay:
    kind: WayKind = column("What it would do.")
    tier: Tier = column("The tier that it would renew or reach.")
    growth: int = column("How much more.")
    since: datetime | None = column("Only growth that counts from then on does it; null: any from now on.")
    by: datetime | None = column("It must count before then; null: whenever it does.")
    words: str = computed(way_in_words, "The same in words, in the language asked for.")


@shows(foretelling.Prospect, description="What becomes of the tier at an instant to come, if nothing comes.",
       seen_by=OWNER_AND_STAFF)  # fmt: skip
class TierProspect:
    kind: TierChangeKind = column("What happens.")
    at: datetime = column("When.")
    from_tier: Tier = column("The tier that is earned before.")
    to_tier: Tier = column("The tier that is earned after.")
    held_tier: Tier = column("The tier that they are in then, with what staff set.")
    until: datetime | None = column("The end of the period that begins then; null if none does.")
    words: str = computed(prospect_in_words, "The same in words, in the language asked for.")


@shows(explanation.TierExplained, description="Why a member is in their tier, and what would change it.",
       seen_by=OWNER_AND_STAFF)  # fmt: skip
class TierExplanation:
    tier: Tier = column("The tier they are in.")
    earned_tier: Tier = column("The tier that was earned: another one only while staff has set one.")
    basis: TierBasis = column("What the tier rests on.")
    words: str = computed(explained_in_words, "What the tier rests on, in words, in the language asked for.")
    growth: int = column("Growth that counts now: the parts by rule add up to it, and so do those by month.")
    by_rule: list[GrowthByRule] = column("Which growth counts, by the rule that brought it: the most first.")
    by_month: list[GrowthByMonth] = column(
        "Which growth counts, by the month in which it began to, and when it lapses: the oldest first."
    )
    to_come: int = column("Growth that is entered and does not count yet, because the return window is not over.")
    to_come_from: datetime | None = column("When the first of it begins to count; null if there is none.")
    period: TierPeriod | None = column(
        "For how long the tier that was earned is held; null for the first one, which is everybody's."
    )
    manual: ManualTier | None = column("What staff set and is not over; null if there is nothing.")
    floors: list[TierFloor] = column("Tiers that are held at least for some time, whatever the growth is.")
    ways: list[TierWay] = column("What more growth would do: renew the tier, reach each higher one.")
    prospects: list[TierProspect] = column(
        "What becomes of the tier if no more growth comes than is entered and no more rules are published: the next "
        "few changes, the nearest first, of ten years at most."
    )
    follows_from: list[ProgramRule] = computed(rules_followed, "The program's rules that all of this follows from.")


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberTierExplained:
    explain_tier: TierExplanation = batched(
        queries.explanations,
        "Why they are in their tier: which growth counts and when it lapses, for how long the tier is held, and what "
        "would change it. Of at most 20 members at once.",
        key=WithNulls(Stands._fields),
    )
