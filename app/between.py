"""What the sections of a program's file say of one another: whether it is right. No I/O here."""

from collections.abc import Mapping

from app.benefits.section import BenefitsSection
from app.benefits.together import benefit_problems, coupon_problems, ladder_problems
from app.campaigns.section import CampaignsSection
from app.campaigns.together import campaigns_problems
from app.checkin.section import CheckInSection
from app.coupons.section import CouponsSection
from app.coupons.together import gift_problems, needs_problems
from app.points.section import PointsSection
from app.programs.problems import Problem, problem_at
from app.programs.section import Section
from app.referrals.section import ReferralsSection
from app.tiers.section import TiersSection


def between(sections: Mapping[str, Section]) -> list[Problem]:
    """All that is wrong between the sections that are right by themselves."""
    return [*_of_tiers(sections), *_of_benefits(sections), *_of_campaigns(sections), *_of_gifts(sections)]


def _of_tiers(sections: Mapping[str, Section]) -> list[Problem]:
    """What one section says of another: points for holders of a tier, and the ladder has no such tier."""
    points, tiers = sections.get("points"), sections.get("tiers")
    if not isinstance(points, PointsSection) or not isinstance(tiers, TiersSection):
        return []
    found = _coupons_between(sections.get("coupons"), tiers, sections.get("campaigns"))
    return found + [
        problem_at("points", ((place, number, "tiers", code), "is no tier of the ladder"))
        for place, number, rule in points.multiplied
        for code in rule.tiers
        if not tiers.knows(code)
    ]


def _coupons_between(coupons: Section | None, tiers: TiersSection, campaigns: Section | None) -> list[Problem]:
    """Coupons for members of a tier that there is not, or while a campaign is on that never opens them."""
    if not isinstance(coupons, CouponsSection):
        return []
    known = needs_problems(coupons, campaigns) if isinstance(campaigns, CampaignsSection) else ()
    return [problem_at("coupons", finding) for finding in known] + [
        problem_at("coupons", (("templates", number, "tiers_from"), "is no tier of the ladder"))
        for number, template in enumerate(coupons.templates)
        if template.tiers_from is not None and not tiers.knows(template.tiers_from)
    ]


def _of_benefits(sections: Mapping[str, Section]) -> list[Problem]:
    """What the ladder says of benefits, and they of it and of what gives them effect."""
    benefits, tiers, points = sections.get("benefits"), sections.get("tiers"), sections.get("points")
    if not isinstance(benefits, BenefitsSection) or not isinstance(tiers, TiersSection):
        return []
    problems = [problem_at("tiers", finding) for finding in ladder_problems(benefits, tiers)]
    campaigns = sections.get("campaigns")
    if isinstance(points, PointsSection) and isinstance(campaigns, CampaignsSection):
        findings = benefit_problems(benefits, tiers, points, campaigns)
        problems += [problem_at("benefits", finding) for finding in findings]
    coupons = sections.get("coupons")
    if isinstance(coupons, CouponsSection):
        tiers_from = {template.code: template.tiers_from for template in coupons.templates}
        problems += [problem_at("benefits", finding) for finding in coupon_problems(benefits, tiers, tiers_from)]
    return problems


def _of_gifts(sections: Mapping[str, Section]) -> list[Problem]:
    """Coupons as gifts and bonuses, of templates that there are not, or of which none are given."""
    coupons = sections.get("coupons")
    if not isinstance(coupons, CouponsSection):
        return []
    giving = {name: section for name, section in sections.items()
              if isinstance(section, TiersSection | CheckInSection | ReferralsSection)}  # fmt: skip
    return [problem_at(name, finding) for name, section in giving.items()
            for finding in gift_problems(coupons, section.coupons)]  # fmt: skip


def _of_campaigns(sections: Mapping[str, Section]) -> list[Problem]:
    """Campaigns for tiers, or with benefits, that there are not."""
    campaigns, tiers, benefits = sections.get("campaigns"), sections.get("tiers"), sections.get("benefits")
    if not isinstance(campaigns, CampaignsSection) or not isinstance(tiers, TiersSection):
        return []
    offered = benefits.by_code if isinstance(benefits, BenefitsSection) else ()
    return [problem_at("campaigns", finding) for finding in campaigns_problems(campaigns, tiers, offered)]
