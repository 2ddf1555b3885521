"""Coupons among the bonuses of check-ins: which template a rule gives one of."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from app.checkin.section import CheckInSection

from .bonuses import PaidBonus, cycle_rule, milestone_rule


def templates_by_rule(section: CheckInSection) -> dict[str, str]:
    """Codes of templates by the rules that give coupons of them."""
    cycle = {cycle_rule(bonus): bonus.coupon for bonus in section.cycle}
    milestones = {milestone_rule(milestone): milestone.coupon for milestone in section.milestones}
    return {rule: code for rule, code in (cycle | milestones).items() if code is not None}


def coupons_due(due: Iterable[tuple[UUID, PaidBonus]], section: CheckInSection) -> Iterator[tuple[UUID, str, str]]:
    """Of bonuses that are given for days: the day's id, the rule, and the template's code of those with a coupon."""
    if not section.gives_coupons:
        return
    templates = templates_by_rule(section)
    for day_id, bonus in due:
        if bonus.rule in templates:
            yield day_id, bonus.rule, templates[bonus.rule]
