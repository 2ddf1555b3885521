"""The programs that ship with the product: what the sources say of them, and what members read (M2)."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from app.benefits.section import BenefitKind, BenefitsSection
from app.campaigns.section import CampaignsSection
from app.coupons.section import CouponKind, CouponsSection
from app.definition import PRESETS, read_file
from app.members.section import Join, MembersSection
from app.points.section import Action, PointsSection
from app.programs.rules import Definition
from app.programs.section import Words
from app.tiers.section import (
    CountsAt,
    GrowthRule,
    GrowthRuleOfAmount,
    Lowering,
    OrderGrowth,
    PeriodKind,
    TiersSection,
    WindowKind,
    characters,
)

FILES = sorted(PRESETS.glob("*.toml"))
BRAND, CLUB, MERCHANT = (PRESETS / f"{code}.toml" for code in ("brand-standard", "taobao-club", "tmall-merchant"))
NUMBER = re.compile(r"[\d.,]*\d")
INTERACTION = {Action.REVIEW, Action.SHARE, Action.POST, Action.ANSWER}


def tiers_of(definition: Definition) -> TiersSection:
    return definition.section(TiersSection)


def benefits_of(section: TiersSection) -> Mapping[str, list[str]]:
    return {tier.code: list(tier.benefits) for tier in section.ladder}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_tier_names_have_at_most_five_characters(file: Path) -> None:
    """R21, S3: as a person counts them."""
    for tier in tiers_of(read_file(file)).ladder:
        assert 0 < characters(tier.name.zh) <= 5
        assert 0 < characters(tier.name.en) <= 16


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_higher_tier_never_has_less(file: Path) -> None:
    """S0, S3: whoever climbs keeps what they had, and what each step gives can be shown."""
    benefits = list(benefits_of(tiers_of(read_file(file))).values())
    for lower, higher in pairwise(benefits):
        assert higher[: len(lower)] == lower


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_growth_has_rules_of_its_own(file: Path) -> None:
    """R22, M4: of order amount and of what members do for one another, none without a limit but what is bought."""
    section = tiers_of(read_file(file))
    amounts = [rule for _, _, rule in section.ruling if isinstance(rule, GrowthRuleOfAmount)]
    assert [(rule.growth, rule.per) for rule in amounts] == [(1, 100)]
    assert {rule.action for rule in section.actions} == INTERACTION
    capped = {code for cap in section.caps for code in cap.rules}
    assert capped == {rule.code for _, _, rule in section.ruling} - {"order"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_members_read_says_the_figures_that_are_applied(file: Path) -> None:
    """M31: the words of a rule are written by hand, so they are held against it."""
    definition = read_file(file)
    section, points = tiers_of(definition), definition.section(PointsSection)
    for rule in [rule for _, _, rule in section.ruling]:
        assert_says(rule.words, figures_of(rule))
    for rule in points.actions:
        assert_says(rule.words, {rule.points})
    for cap in [*section.caps, *points.caps]:
        if cap.period.name != "LIFETIME":
            assert_says(cap.words, {each for each in (cap.most, cap.times) if each is not None})


def figures_of(rule: GrowthRule) -> set[int]:
    """What a member must be told, money in whole units."""
    if isinstance(rule, OrderGrowth):
        return {rule.growth, (rule.at_least or 0) // 100}
    return {rule.growth}


def assert_says(words: Words, figures: set[int]) -> None:
    for text in (words.zh, words.en):
        assert {int(found.replace(",", "")) for found in NUMBER.findall(text)} == figures, text


def test_brand_standard_is_for_customers_who_come_seldom() -> None:
    """S3: V1 on joining, 0/200/500/2000, a score of purchases (amount, count) and interaction. Chosen: growth for ever,
    and a tier that was brought along is lowered by one step, after a long notice."""
    definition = read_file(BRAND)
    section = tiers_of(definition)
    assert definition.section(MembersSection).join is Join.ON_REQUEST
    assert {tier.code: tier.threshold for tier in section.ladder} == {"v1": 0, "v2": 200, "v3": 500, "v4": 2000}
    assert [rule.code for rule in section.orders] == ["order-count"]
    assert section.counts_at is CountsAt.COMPLETED
    assert section.window.kind is WindowKind.LIFETIME
    assert (section.period.kind, section.period.months) == (PeriodKind.MONTHS, 12)
    assert (section.lowering, section.notice_days, section.grace_days) == (Lowering.ONE_DOWN, 60, 30)
    assert [tier.gift and tier.gift.points for tier in section.ladder] == [None, 50, 150, 600]
    assert all(tier.benefits for tier in section.ladder)


def test_taobao_club_is_for_customers_who_come_often() -> None:
    """S0: V1 to V6, everybody's V1 on joining, six benefits from V4 on, double points in promotions, a member day.
    Chosen: the tier says what the last 12 months came to."""
    definition = read_file(CLUB)
    section = tiers_of(definition)
    assert definition.section(MembersSection).join is Join.AUTOMATIC
    assert [tier.code for tier in section.ladder] == ["v1", "v2", "v3", "v4", "v5", "v6"]
    assert {code: len(benefits) for code, benefits in benefits_of(section).items()} == {
        "v1": 0, "v2": 0, "v3": 0, "v4": 6, "v5": 6, "v6": 6,
    }  # fmt: skip
    assert section.counts_at is CountsAt.COMPLETED
    assert (section.window.kind, section.window.months) == (WindowKind.ROLLING, 12)
    assert (section.period.kind, section.period.months) == (PeriodKind.MONTHS, 12)
    assert (section.lowering, section.notice_days, section.grace_days) == (Lowering.TO_MATCH, 45, 15)
    assert not any(tier.gift for tier in section.ladder)
    planned = {each.code: each for each in definition.section(CampaignsSection).planned}
    doubled = [each for each in planned.values() if each.effects.points == 200 and each.audience.is_everybody]
    assert {each.window.kind for each in doubled} == {"YEARLY"}
    assert planned["member-day"].window.kind == "MONTHLY"
    extras = [each for each in planned.values() if each.stacks]
    assert {each.audience.tiers for each in extras} == {("v4", "v5", "v6")}


def test_tmall_merchant_has_what_s1_names() -> None:
    """S1: the merchant's tiers and points rules, exclusive coupons, member price, a gift for birthdays, after-sales
    priority, and what another brand gives, as a benefit and as a coupon. All figures are chosen."""
    definition = read_file(MERCHANT)
    ladder, offered = tiers_of(definition).ladder, definition.section(BenefitsSection)
    assert [tier.threshold for tier in ladder] == [0, 500, 2000, 8000]
    assert [rule.code for _, _, rule in definition.section(PointsSection).multiplied] == ["order", "review"]
    kinds = {benefit.kind: benefit for benefit in offered.for_tier("v4", ladder[-1].benefits)}
    assert kinds.keys() >= {
        BenefitKind.MEMBER_PRICE, BenefitKind.EXCLUSIVE_COUPONS, BenefitKind.BIRTHDAY_GIFT,
        BenefitKind.AFTER_SALES_PRIORITY, BenefitKind.PARTNER_BENEFIT,
    }  # fmt: skip
    templates = definition.section(CouponsSection).by_code
    exclusive = [templates[code] for code in kinds[BenefitKind.EXCLUSIVE_COUPONS].parameters.templates]
    assert [template.tiers_from for template in exclusive] == ["v2"]
    (joint,) = [template for template in templates.values() if template.kind is CouponKind.PARTNER]
    assert joint.partner is not None
    assert joint.partner.name == kinds[BenefitKind.PARTNER_BENEFIT].parameters.brand


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_no_source_says_is_marked_as_chosen(file: Path) -> None:
    """M2: the settings of how a tier lasts are no source's; each says why it is as it is, or that it is chosen."""
    lines = file.read_text("utf-8").partition("\n[tiers]\n")[2].splitlines()
    for setting in ("counts_at", "window", "period", "lowering", "notice_days", "grace_days"):
        number = next(n for n, line in enumerate(lines) if line.startswith(f"{setting} = "))
        said = [lines[number]]
        while lines[number - 1].startswith("#"):
            number -= 1
            said.append(lines[number])
        assert any("hosen" in line for line in said), setting
