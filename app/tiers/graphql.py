"""What a client sees of tiers: the ladder, and where a member stands on it."""

from collections.abc import Sequence

from app.graph import EVERYONE, OWNER_AND_STAFF, SIGNED_IN, column, computed, extends, shows
from app.members.graphql import Member
from app.programs.graphql import Program
from app.programs.rules import ProgramVersion
from app.programs.words import description_of, name_of

from . import rules, section


def ladder_of(version: ProgramVersion) -> Sequence[section.Tier]:
    return version.section(section.TiersSection).ladder


@shows(section.Benefit, description="Something that members of a tier enjoy.", seen_by=EVERYONE)
class Benefit:
    code: str = column("Stable code for use in software.")
    name: str = computed(name_of, "Its name for people, in the language asked for.")
    description: str = computed(description_of, "What it is, in a sentence, in the language asked for.")


@shows(section.Tier, description="A step of the program's ladder.", seen_by=EVERYONE)
class Tier:
    code: str = column("Stable code for use in software.")
    name: str = computed(name_of, "Its name for people, in the language asked for: at most 5 characters in Chinese.")
    threshold: int = column("Growth from which a member is in it.")
    benefits: list[Benefit] = column("What its members enjoy. Everyone may see every tier's.")


@shows(rules.Progress, description="The way to the next tier.", seen_by=OWNER_AND_STAFF)
class TierProgress:
    growth: int = column("Growth that counts now.")
    next_tier: Tier | None = column("The next tier up; null at the top.")
    growth_remaining: int = column("Growth still needed for the next tier; 0 at the top.")
    ratio: float = column("Share of the way from the present tier's threshold to the next, 0 to 1; 1 at the top.")


@extends(Program, seen_by=EVERYONE)
class ProgramTiers:
    tiers: list[Tier] = computed(ladder_of, "The ladder, lowest tier first.")


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberTier:
    growth: int = column("Growth: only ever measures, decides the tier, cannot be spent.")
    tier: Tier = computed(rules.tier_of, "The tier they are in.", seen_by=SIGNED_IN)
    tier_progress: TierProgress = computed(rules.progress_of, "How far it is to the next tier.")
