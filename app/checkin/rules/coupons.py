"""Coupons among the bonuses of check-ins: which template a rule gives one of."""

from collections.abc import Iterable
from uuid import UUID

from app.checkin.section import CheckInSection

from .bonuses import DAILY, PaidBonus, cycle_rule, milestone_rule


def templates_by_rule(section: CheckInSection) -> dict[str, str]:
    """Codes of templates by the rules that give coupons of them."""
    cycle = {cycle_rule(bonus): bonus.coupon for bonus in section.cycle}
    milestones = {milestone_rule(milestone): milestone.coupon for milestone in section.milestones}
    return {rule: code for rule, code in (cycle | milestones).items() if code is not None}


def coupons_due(due: Iterable[tuple[UUID, PaidBonus]], section: CheckInSection) -> list[tuple[UUID, str, str]]:
    """Of bonuses that are given for days: the day's id, the rule, and the template's code of those with a coupon."""
    if not section.gives_coupons:
        return []
    reached = [(day_id, bonus.rule) for day_id, bonus in due if bonus.rule != DAILY]
    if not reached:  # on most days: no need to know what rules there are
        return []
    templates = templates_by_rule(section)
    return [(day_id, rule, templates[rule]) for day_id, rule in reached if rule in templates]
