"""Campaigns as members see them: those that are open for them, and when the others are open next."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import ClassVar

from app.campaigns.section import Audience, Campaign
from app.programs.rulebook import Told
from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import TiersSection

from .audiences import Who, fits
from .made import CAMPAIGNS, CHANGED, ByOperator, ChangedCampaign, MadeCampaign, with_operators
from .windows import occurrences_from


@dataclass(frozen=True, eq=False)
class CampaignSeen:
    """A campaign, and when it is open: now, or next. The same object for all who see it on a day."""

    __held__: ClassVar[bool] = True
    campaign: Campaign
    words: Told
    opens_at: datetime
    closes_at: datetime
    is_open: bool


@dataclass(frozen=True, eq=False)
class _OnView:
    """A campaign on a local day, and what it looks like at each time of it."""

    campaign: Campaign
    by_operator: ByOperator
    audience: Audience
    """Whatever the channel."""
    closes: Sequence[datetime]
    """When it closes each time that it is open around then; the place of the first that is still to come is that of
    what is seen."""
    ahead: Sequence[CampaignSeen]
    open: Sequence[CampaignSeen]


def campaigns_seen(
    programs: Programs, version: ProgramVersion, who: Who | None, *, now: datetime
) -> list[CampaignSeen]:
    """What is open first, then what opens next, soonest first; nothing that is over, or paused. For somebody (whatever
    the channel), or None: for anybody. `version` is the one in force now."""
    made = tuple(programs.extra(CAMPAIGNS, version.code))  # noqa: S610
    changed = tuple(programs.extra(CHANGED, version.code))  # noqa: S610
    base = version.section(TiersSection).ladder[0].code
    found: list[tuple[bool, datetime, str, CampaignSeen]] = []
    for each in _on_view(version, made, changed, now.astimezone(version.zone).date()):
        place = bisect_right(each.closes, now)
        if place == len(each.closes) or not (each.by_operator is None or each.by_operator.is_in_force(now)):
            continue
        opens_at, code = each.ahead[place].opens_at, each.campaign.code
        is_ahead = opens_at > now
        at = opens_at if is_ahead else now  # who is a newcomer now may be none by then
        if who is None or fits(each.audience, who, at=at, base_tier=base, zone=version.zone, code=code):
            found.append((is_ahead, opens_at, code, (each.ahead if is_ahead else each.open)[place]))
    found.sort()
    return [seen for _, _, _, seen in found]


@lru_cache(maxsize=512)
def _on_view(
    version: ProgramVersion, made: tuple[MadeCampaign, ...], changed: tuple[ChangedCampaign, ...], day: date
) -> tuple[_OnView, ...]:
    """All campaigns on a local day, as everybody may see them. Kept, because every home page of the day asks."""
    words = {rule.code: rule.words for rule in version.rules} | {each.campaign.rule: each.words for each in made}
    found: list[_OnView] = []
    for campaign, by_operator in with_operators(version, made, changed):
        times = occurrences_from(campaign.window, day, zone=version.zone)
        said = words.get(campaign.rule, Told(campaign.name.zh, campaign.name.en))
        ahead, opened = (
            tuple(CampaignSeen(campaign, said, *once, is_open=is_open) for once in times) for is_open in (False, True)
        )
        audience = campaign.audience.model_copy(update={"channels": ()})
        found.append(_OnView(campaign, by_operator, audience, [each.closes_at for each in times], ahead, opened))
    return tuple(found)
