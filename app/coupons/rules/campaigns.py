"""Which campaigns open coupons for a member, and when: for templates that need one."""

from collections.abc import Mapping
from datetime import datetime

from app.campaigns.rules.audiences import Who, fits
from app.campaigns.rules.made import campaigns_at, not_ended
from app.campaigns.rules.windows import occurrence_after, occurrence_at
from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import TiersSection

OpenedBy = Mapping[str, datetime | None]
"""By the codes of campaigns that open coupons for somebody: None for one that is on now, else when it is on next."""


def opened_by(programs: Programs, version: ProgramVersion, who: Who, *, now: datetime) -> OpenedBy:
    """Those for whose audience they are. A campaign of a file or an operator's; no statement."""
    base = version.section(TiersSection).ladder[0].code
    found: dict[str, datetime | None] = {}
    for campaign in campaigns_at(programs, version, now):
        if not campaign.effects.coupons:
            continue
        is_on = occurrence_at(campaign.window, now, zone=version.zone) is not None
        after = None if is_on else occurrence_after(campaign.window, now, zone=version.zone)
        if not is_on and after is None:
            continue
        at = now if after is None else after.opens_at  # who is a newcomer now may be none by then
        if fits(campaign.audience, who, at=at, base_tier=base, zone=version.zone, code=campaign.code):
            found[campaign.code] = None if after is None else at
    return found


def never_opened(programs: Programs, version: ProgramVersion, code: str, *, now: datetime) -> str | None:
    """Why the campaign of a code never opens coupons; None: it does, or will. Of the file in force, or an operator's
    that is not ended: one that is paused may be resumed, and one that was made just now is in force in a moment."""
    campaign = {each.code: each for each in not_ended(programs, version)}.get(code)
    if campaign is None:
        return f'"{code}" is no campaign'
    if not campaign.effects.coupons:
        return f'the campaign "{code}" opens no coupons'
    zone = version.zone
    is_over = not (occurrence_at(campaign.window, now, zone=zone) or occurrence_after(campaign.window, now, zone=zone))
    return f'the campaign "{code}" is over' if is_over else None
