"""What a campaign added to what an order or an activity earned (R12, R25)."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from app.campaigns.rules import Multiplied, OpenCampaign, in_window, multiplied
from app.campaigns.rules.made import CAMPAIGNS
from app.campaigns.section import CampaignsSection, Kind
from app.campaigns.words import span_told
from app.facts.rules import Bringing, Earned, points_earned
from app.facts.rules.activities import points_for
from app.points.rules.caps import Capped
from app.points.section import CAMPAIGN, Action, PointsSection
from app.programs.rulebook import Told, points, quoted, told
from app.programs.section import ONCE

from .evidence import Evidence
from .steps import Step, StepCode, number


def campaign_steps(evidence: Evidence, *, earned: int) -> Iterator[Step]:
    """The steps add up to what it added: what it makes of what the rules brought, and what caps took of that."""
    rule = evidence.entry.rule
    found = [each for each in _in_window_then(evidence) if each.campaign.rule in evidence.earned]
    once = next((each for each in found if each.campaign.rule == rule), None)
    if once is None:
        return
    yield _called(evidence, once)
    section = evidence.version.section(CampaignsSection)
    by = multiplied([each.campaign for each in found], Kind.POINTS, most=section.most_points)
    given = next((each.amount for each in _added(evidence, by) if each.rule == rule), 0)
    yield _times(evidence, next(each for each in by if each.campaign.rule == rule), given)
    if given != earned:
        words = told(
            zh="规则给出 {given}，上限在当时留下 {left}。",
            en="It gives {given}; caps left {left} of them then.",
            given=points(given),
            left=points(earned),
        )
        yield Step(StepCode.CAPS if given > earned else StepCode.AS_KNOWN_THEN, words, earned - given)


def _in_window_then(evidence: Evidence) -> Sequence[OpenCampaign]:
    """Which of them were in force is in what is written of what it earned."""
    order = evidence.order
    at = evidence.entry.occurred_at if order is None or order.paid_at is None else order.paid_at
    return in_window(evidence.programs, evidence.version, at=at)


def _added(evidence: Evidence, by: Sequence[Multiplied]) -> list[Earned]:
    """By the same function that added it, to what is written of the rules."""
    section = evidence.version.section(PointsSection)
    stood = evidence.stood
    activity = evidence.activities.get(evidence.entry.cause_id)
    if activity is not None:
        rules = section.rules_of(Action[activity.kind])
        brought = points_for(rules, tier=stood.tier, boosts=stood.boosts, rounding=section.rounding)
    else:
        lines = () if evidence.refunded is None else evidence.refunded.lines
        brought = points_earned(lines, section=section, tier=stood.tier, boosts=stood.boosts)
    left = [Capped(each.rule, evidence.earned.get(each.rule, 0)) for each in brought]
    return Bringing(brought, by, section.rounding).added(left)


def _called(evidence: Evidence, once: OpenCampaign) -> Step:
    version, name = evidence.version, once.campaign.name
    made = evidence.programs.extra(CAMPAIGNS, version.code)  # noqa: S610
    said = [each.words for each in made if each.campaign.rule == once.campaign.rule]
    said += [rule.words for rule in version.rules if rule.code == once.campaign.rule]
    words = told(
        zh="活动{name}（{when}）：{rule}",
        en="The campaign {name} ({when}): {rule}",
        name=Told(quoted(name.zh).zh, quoted(name.en).en),
        when=span_told(once.occurrence, zone=version.zone),
        rule=next(iter(said), Told(name.zh, name.en)),
    )
    return Step(StepCode.RULE, words)


def _times(evidence: Evidence, by: Multiplied, given: int) -> Step:
    base = sum(amount for rule, amount in evidence.earned.items() if not rule.startswith(CAMPAIGN))
    before = told(
        zh="（其他活动已乘 {times}）",
        en=" (after ×{times} by another campaign)",
        times=number(Fraction(by.before, ONCE)),
    )
    words = told(
        zh="规则带来 {base}；×{total}{before}，另得 {given}。",
        en="The rules brought {base}; ×{total}{before} makes {given} more.",
        base=points(base),
        total=number(Fraction(by.total, ONCE)),
        before=before if by.before != ONCE else "",
        given=points(given),
    )
    return Step(StepCode.CAMPAIGN, words, given)
