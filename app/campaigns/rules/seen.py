"""Campaigns as members see them: those that are open for them, and when the others are open next."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns.section import Campaign
from app.programs.rulebook import Told
from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import TiersSection

from .audiences import Who, fits
from .made import CAMPAIGNS, campaigns_at
from .windows import Occurrence, occurrence_after, occurrence_at


@dataclass(frozen=True)
class CampaignSeen:
    """A campaign, and when it is open: now, or next."""

    campaign: Campaign
    words: Told
    opens_at: datetime
    closes_at: datetime
    is_open: bool


def campaigns_seen(
    programs: Programs, version: ProgramVersion, who: Who | None, *, now: datetime
) -> list[CampaignSeen]:
    """What is open first, then what opens next, soonest first; nothing that is over, or paused. For somebody (whatever
    the channel), or None: for anybody."""
    base = version.section(TiersSection).ladder[0].code
    words = {rule.code: rule.words for rule in version.rules}
    words |= {each.campaign.rule: each.words for each in programs.extra(CAMPAIGNS, version.code)}  # noqa: S610
    found: list[CampaignSeen] = []
    for campaign in campaigns_at(programs, version, now):
        once = _next(campaign, version, now)
        if once is None:
            continue
        audience = campaign.audience.model_copy(update={"channels": ()})
        at = max(now, once.opens_at)  # who is a newcomer now may be none by then
        if who is None or fits(audience, who, at=at, base_tier=base, zone=version.zone, code=campaign.code):
            said = words.get(campaign.rule, Told(campaign.name.zh, campaign.name.en))
            found.append(CampaignSeen(campaign, said, *once, is_open=once.holds(now)))
    return sorted(found, key=lambda each: (not each.is_open, each.opens_at, each.campaign.code))


def _next(campaign: Campaign, version: ProgramVersion, now: datetime) -> Occurrence | None:
    zone = version.zone
    return occurrence_at(campaign.window, now, zone=zone) or occurrence_after(campaign.window, now, zone=zone)
