"""Which benefits a member has: of each the best that any source gives (M14)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from app.benefits.section import Benefit, BenefitKind, BenefitsSection, Quota
from app.campaigns.rules import open_at
from app.points.section import Period
from app.programs.rules import Programs

from .sources import SOURCES, Held, Holder, had_by_tiers

A_YEAR = {Period.DAY: 366, Period.WEEK: 53, Period.MONTH: 12, Period.YEAR: 1, Period.LIFETIME: 0}
"""How many of a period begin in a year, at most; all time is less than a year's worth of anything."""
NO_LIMIT = (1, 0, 0)


def benefits_held(holder: Holder) -> Sequence[Held]:
    """Each benefit once, by its code, in the order of the file: the best of what sources give (see `worth`), the first
    of them if several give as much. What was used counts towards it, by whatever source it was had then."""
    if holder.has_only_a_tier:
        return had_by_tiers(holder.ladder)[holder.tier.code]
    best: dict[str, Held] = {}
    for source in SOURCES.values():
        for held in source(holder):
            other = best.get(held.benefit.code)
            if other is None or worth(held.benefit) > worth(other.benefit):
                best[held.benefit.code] = held
    return [best[code] for code in holder.section.by_code if code in best]


def benefit_held(holder: Holder, code: str) -> Held | None:
    """The benefit of a code, if the member has it."""
    return next((held for held in benefits_held(holder) if held.benefit.code == code), None)


def worth(benefit: Benefit) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which of two ways of having the same benefit is better: how often first, then how much of it."""
    return _often(benefit.quota), _much(benefit)


def early_access(holder: Holder) -> timedelta:
    """How long before everybody else a member may have what is offered: the longest of what their benefits, and what
    campaigns that are open for them, give."""
    hours = [each.benefit.parameters.hours or 0 for each in benefits_held(holder) if _is_early(each.benefit)]
    return timedelta(hours=max(*hours, holder.campaigns.early_access_hours, 0))


def most_early_access(programs: Programs, code: str, *, now: datetime) -> timedelta:
    """The longest that anybody may have it in a program now. No statement."""
    program = programs.by_code[code]
    hours = [0]
    for version in (program.at(now), *program.tried_at(now)):
        section = version.section(BenefitsSection)
        hours += [benefit.parameters.hours or 0 for benefit in section.offered if _is_early(benefit)]
        hours += [each.parameters.hours or 0 for each in section.of_tier if each.parameters is not None]
        hours += [each.campaign.effects.early_access_hours or 0 for each in open_at(programs, version, at=now)]
    return timedelta(hours=max(hours))


def _is_early(benefit: Benefit) -> bool:
    return benefit.kind is BenefitKind.EARLY_ACCESS


def _often(quota: Quota | None) -> tuple[int, ...]:
    """Without a quota is more than with any; then so often a year; then so often in all."""
    return NO_LIMIT if quota is None else (0, quota.times * A_YEAR[quota.period], quota.times)


def _much(benefit: Benefit) -> tuple[int, ...]:
    """More is better, but for how long one waits."""
    said = benefit.parameters
    more: Mapping[str, int | None] = {
        "percent_off": said.percent_off,
        "hours": said.hours,
        "days": said.days,
        "multiplier": said.multiplier,
        "chances": said.chances,
    }
    less = (said.within_hours, said.within_minutes)
    return (*(number or 0 for number in more.values()), *(-(number or 10**6) for number in less))
