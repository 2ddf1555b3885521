"""What a client sees of the benefits that there are: for everybody, whether signed in or not."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from app.benefits import section
from app.graph import EVERYONE, OWNER_AND_STAFF, column, computed, extends, shows
from app.offers.graphql.kinds import Period
from app.programs.graphql import Program
from app.programs.money import decimal_text
from app.programs.rules import ProgramVersion
from app.programs.section import Part, Words
from app.programs.words import description_of, in_language, name_of
from app.tiers.graphql import LadderStep, Tier, TierProgress

from .kinds import BenefitKind


class HasMultiplier(Protocol):
    @property
    def multiplier(self) -> int | None: ...


class HasBrand(Protocol):
    @property
    def brand(self) -> Words | None: ...


class HasGift(Protocol):
    @property
    def gift(self) -> Words | None: ...


class Gives(Protocol):
    @property
    def given(self) -> Sequence[Part]: ...


class GivesMore(Protocol):
    @property
    def new_benefits(self) -> Sequence[Part]: ...


def multiplier_of(parameters: HasMultiplier) -> Decimal | None:
    hundredths = parameters.multiplier
    return None if hundredths is None else Decimal(decimal_text(hundredths, digits=2))


def brand_of(parameters: HasBrand, *, language: str) -> str | None:
    return None if parameters.brand is None else in_language(parameters.brand, language)


def gift_of(parameters: HasGift, *, language: str) -> str | None:
    return None if parameters.gift is None else in_language(parameters.gift, language)


def offered_by(version: ProgramVersion) -> Sequence[section.Benefit]:
    return version.section(section.BenefitsSection).offered


def benefits_of(tier: Gives) -> Sequence[section.Benefit]:
    return [each for each in tier.given if isinstance(each, section.Benefit)]


def new_benefits_of(step: GivesMore) -> Sequence[section.Benefit]:
    return [each for each in step.new_benefits if isinstance(each, section.Benefit)]


@shows(
    section.Parameters,
    description="How much of a benefit there is. Which of these it has depends on its kind; others are null or empty.",
    seen_by=EVERYONE,
)
class BenefitParameters:
    percent_off: int | None = column("So many percent off the price; null: by the shop's own prices.")
    categories: list[str] = column("Only on lines of these categories; on all if there are none.")
    within_hours: int | None = column("In so many hours it is done; null: nothing is promised.")
    within_minutes: int | None = column("In so many minutes somebody answers; null: nothing is promised.")
    hours: int | None = column("So many hours before everybody else.")
    days: int | None = column("So many local days after the order was completed.")
    multiplier: Decimal | None = computed(multiplier_of, "By what the points of `rules` are multiplied.")
    rules: list[str] = column("Codes of the program's rules that earn those points.")
    chances: int | None = column("So many times an application counts.")
    campaigns: list[str] = column("Codes of the campaigns that give the extra.")
    templates: list[str] = column("Codes of the templates of the coupons.")
    brand: str | None = computed(brand_of, "Whose it is, in the language asked for.")
    gift: str | None = computed(gift_of, "What is given, in the language asked for.")


@shows(section.Quota, description="How often a member may use a benefit.", seen_by=EVERYONE)
class BenefitLimit:
    times: int = column("So many times.")
    period: Period = column("In each such period of the program's calendar.")


@shows(section.Benefit, description="Something that members enjoy.", seen_by=EVERYONE)
class Benefit:
    code: str = column("Stable code for use in software.")
    kind: BenefitKind = column("What kind of thing it is.")
    name: str = computed(name_of, "Its name for people, in the language asked for.")
    description: str = computed(description_of, "What it is, in a sentence, in the language asked for.")
    parameters: BenefitParameters = column("How much of it there is.")
    limit: BenefitLimit | None = column("How often a member may use it; null: as often as they like.", name="quota")


@extends(Program, seen_by=EVERYONE)
class ProgramBenefits:
    benefits: list[Benefit] = computed(
        offered_by, "All that there are, whoever has them; what a tier has otherwise is said there."
    )


@extends(Tier, seen_by=EVERYONE)
class TierBenefits:
    benefits: list[Benefit] = computed(
        benefits_of, "What its members enjoy, as they have it. Everyone may see every tier's."
    )


@extends(TierProgress, seen_by=OWNER_AND_STAFF)
class TierProgressBenefits:
    new_benefits: list[Benefit] = computed(
        new_benefits_of, "What the next tier would give that the present one does not, or otherwise."
    )


@extends(LadderStep, seen_by=OWNER_AND_STAFF)
class LadderStepBenefits:
    new_benefits: list[Benefit] = computed(
        new_benefits_of, "What it would give that the tier they are in does not, or otherwise."
    )
