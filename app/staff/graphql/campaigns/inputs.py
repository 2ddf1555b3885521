"""What an operator sends about a campaign."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.campaigns.section import Weekday, WindowKind
from app.graph import describe_values
from app.staff.graphql.rewards.inputs import TextsInput

KEY = "Made new for each wish, kept for its retries: then it happens once."
REASON = "Why, for colleagues and auditors: 3 to 500 visible characters. No personal data, please."
PROGRAM = "Code of the program; without it the token's own, else the shop's default."

strawberry.enum(WindowKind, name="CampaignWindowKind", description="How the time of a campaign comes again.")
describe_values(
    WindowKind,
    {
        "ONE_OFF": "Once: from `starts` until `ends`, local dates and times.",
        "WEEKLY": "On `days` of each week.",
        "MONTHLY": "On the `day` of each month; the last of months that have no such day.",
        "YEARLY": "From `first` to `last` of each year, over New Year if that comes before.",
    },
)
strawberry.enum(Weekday, description="A day of the week.")
describe_values(Weekday, {day.name: f"{day.name.capitalize()}." for day in Weekday})


@strawberry.input(
    description="When a campaign is open, in local time of the program, half-open. A time that the clocks skip is when "
    "they are put forward; of one that comes twice it is the first."
)
class CampaignWindowInput:
    kind: WindowKind = strawberry.field(description="How it comes again; it says what else is to be said.")
    starts: str | None = strawberry.field(
        default=None,
        description="`2026-11-11T00:00` of what is once; else the time of day on the first day, `20:00`, without it "
        "0:00.",
    )
    ends: str | None = strawberry.field(
        default=None,
        description="Likewise; without it the midnight after the last day. An end on a single day that is not after "
        "the start is the next day's.",
    )
    days: list[Weekday] | None = strawberry.field(default=None, description="Of each week.")
    day: int | None = strawberry.field(default=None, description="Of each month, 1 to 31.")
    first: str | None = strawberry.field(default=None, description="Month and day, `11-01`.")
    last: str | None = strawberry.field(default=None, description="Month and day, inclusive: `11-11`.")


@strawberry.input(description="For whom a campaign is: all that is said must hold.")
class CampaignAudienceInput:
    tiers: list[str] | None = strawberry.field(
        default=None, description="Codes of tiers: who held one of them when the order was paid, or the thing done."
    )
    joined_from: date | None = strawberry.field(default=None, description="Who joined on that local day or later.")
    joined_until: date | None = strawberry.field(default=None, description="Who joined before that local day.")
    joined_within_days: int | None = strawberry.field(
        default=None, description="Who joined less than so many local days before."
    )
    channels: list[str] | None = strawberry.field(
        default=None, description="Only for what is reported from one of these channels."
    )


@strawberry.input(description="What a campaign does while it is open: one thing at least.")
class CampaignEffectsInput:
    points: Decimal | None = strawberry.field(
        default=None, description="By which it multiplies what orders and activities earn: more than 1, at most 100."
    )
    growth: Decimal | None = strawberry.field(default=None, description="Likewise the growth that they bring.")
    coupons: bool | None = strawberry.field(
        default=None, description="Whether coupons can be claimed whose templates need this campaign."
    )
    benefits: list[str] | None = strawberry.field(default=None, description="Codes of benefits that it gives.")
    benefits_of: str | None = strawberry.field(
        default=None, description="Code of a tier whose benefits it gives to who holds a lower one."
    )
    early_access_hours: int | None = strawberry.field(
        default=None, description="Hours before they open for others that rewards can be redeemed."
    )


@strawberry.input(description="A campaign. What it says cannot be changed later: end it, and make another.")
class CampaignInput:
    code: str = strawberry.field(
        description="Name for software, which no other campaign of the program has or had: 1 to 40 of a-z, 0-9 and '-'."
    )
    name: TextsInput = strawberry.field(description="As members read it, also in the history of their points.")
    window: CampaignWindowInput = strawberry.field(description="When it is open.")
    effects: CampaignEffectsInput = strawberry.field(description="What it does.")
    audience: CampaignAudienceInput | None = strawberry.field(
        default=None, description="For whom; without it for every member."
    )
    priority: int | None = strawberry.field(
        default=None,
        description="Of campaigns that multiply points, or growth, at the same time the highest applies: 0 to 1000, "
        "without it 0.",
    )
    stacks: bool | None = strawberry.field(
        default=None, description="Whether what it brings is added to that of the one that applies."
    )


@strawberry.input(description="A new campaign.")
class CreateCampaignInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    campaign: CampaignInput = strawberry.field(description="The campaign.")
    expected_change: int = strawberry.field(
        description="`newestChange` of the comparison that was looked at: if something was done to campaigns of the "
        "program since, nothing is done."
    )
    program: str | None = strawberry.field(default=None, description=PROGRAM)
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="Something that is to be done with a campaign.")
class ChangeCampaignInput:
    idempotency_key: UUID = strawberry.field(description=KEY)
    campaign: str = strawberry.field(description="Its code.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)
    reason: str | None = strawberry.field(default=None, description=REASON)


PARTS = (TextsInput, CampaignWindowInput, CampaignAudienceInput, CampaignEffectsInput)


def data_of(campaign: CampaignInput) -> Mapping[str, Any]:
    """As a file would say it: without what is not said."""
    data = _said(campaign)
    effects = {
        name: format(value, "f") if isinstance(value, Decimal) else value for name, value in data["effects"].items()
    }
    return {**data, "effects": effects}


def _said(given: object) -> dict[str, Any]:
    told: dict[str, Any] = vars(given)
    return {
        name: _said(value) if isinstance(value, PARTS) else value for name, value in told.items() if value is not None
    }
