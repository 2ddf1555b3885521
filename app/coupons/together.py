"""What other sections of a program's file say of coupons, and these of them."""

from collections.abc import Iterable, Iterator

from app.campaigns.section import CampaignsSection
from app.programs.problems import Finding, Place

from .section import CouponsSection, Way


def gift_problems(coupons: CouponsSection, given: Iterable[tuple[Place, str]]) -> Iterator[Finding]:
    """Coupons that a section gives, by their places: of templates that there are, and that are given so."""
    for place, code in given:
        template = coupons.by_code.get(code)
        if template is None:
            yield place, "is no template of coupons"
        elif not template.gives(Way.GIFT):
            yield place, "is a template of which none are given: its 'ways' must have GIFT"


def needs_problems(coupons: CouponsSection, campaigns: CampaignsSection) -> Iterator[Finding]:
    """What is wrong in `[coupons]`: a template that no campaign of the file ever opens."""
    planned = {campaign.code: campaign for campaign in campaigns.planned}
    for number, template in enumerate(coupons.templates):
        code = template.needs_campaign
        if code is None:
            continue
        if code not in planned:
            yield ("templates", number, "needs_campaign"), f'"{code}" is no campaign of the file'
        elif not planned[code].effects.coupons:
            yield ("templates", number, "needs_campaign"), f'the campaign "{code}" opens no coupons: "coupons = true"'
