"""What `[campaigns]` says of other sections: found right or wrong when the file is put together, or a campaign made."""

from collections.abc import Collection, Iterator

from app.programs.problems import Finding
from app.tiers.section import TiersSection

from .section import Campaign, CampaignsSection, Kind

NO_TIER = "is no tier of the ladder"
OF_REPORTS = frozenset((Kind.POINTS, Kind.GROWTH))
"""Effects on what is reported of orders and activities; the others are on who claims or redeems, by no channel."""


def campaigns_problems(section: CampaignsSection, tiers: TiersSection, benefits: Collection[str]) -> Iterator[Finding]:
    """What is wrong in `[campaigns]`, where `benefits` are the codes of what the program offers."""
    for number, campaign in enumerate(section.planned):
        for place, words in campaign_problems(campaign, tiers, benefits):
            yield ("planned", number, *place), words


def campaign_problems(campaign: Campaign, tiers: TiersSection, benefits: Collection[str]) -> Iterator[Finding]:
    """It is for holders of what is no tier, gives what nobody offers, or what nobody could have. Places are within the
    campaign."""
    if campaign.audience.channels and (unreachable := campaign.kinds - OF_REPORTS):
        names = ", ".join(sorted(kind.value for kind in unreachable))
        yield ("audience", "channels"), f"only what is reported has a channel: nobody would have {names}"
    for place, code in enumerate(campaign.audience.tiers):
        if not tiers.knows(code):
            yield ("audience", "tiers", place), f'"{code}" {NO_TIER}'
    for place, code in enumerate(campaign.effects.benefits):
        if code not in benefits:
            yield ("effects", "benefits", place), f'"{code}" is no benefit that is offered'
    of = campaign.effects.benefits_of
    if of is not None and not tiers.knows(of):
        yield ("effects", "benefits_of"), f'"{of}" {NO_TIER}'
