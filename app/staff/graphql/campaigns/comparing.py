"""What an operator sees of a campaign before it is made."""

from datetime import datetime

from app.campaigns.rules import Occurrence
from app.db import Reader
from app.errors import BadInput
from app.graph import Context, Query, Role, batched, column, computed, extends, shows
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.programs.words import in_language
from app.staff import campaigning
from app.staff.graphql.comparing import ProgramProblem

from .inputs import CampaignInput, data_of

OPERATORS = frozenset((Role.OPERATOR,))
MOST_DAYS = 90


def words_of(compared: campaigning.CampaignComparison, *, language: str) -> str | None:
    return None if compared.words is None else in_language(compared.words, language)


def code_of(overlap: campaigning.Overlap) -> str:
    return overlap.campaign.code


@shows(Occurrence, description="Once that a campaign is open.", seen_by=OPERATORS)
class CampaignWindow:
    opens_at: datetime = column("From then.")
    closes_at: datetime = column("Until then: at this instant it is closed.")


@shows(
    campaigning.Overlap,
    description="A campaign that is open at the same time, in the next windows of the one that is looked at.",
    seen_by=OPERATORS,
)
class CampaignOverlap:
    code: str = computed(code_of, "Its code.")
    opens_at: datetime = column("From when both are open, the first time.")
    closes_at: datetime = column("Until when they are.")
    applies: str | None = column(
        "Code of the one of both that multiplies points, or growth, where both do; null where both have effect."
    )


@shows(
    campaigning.WouldHaveBrought,
    description="What orders of the last days would have brought more, had the campaign been open: an estimate by the "
    "orders of those who ordered last, 500 members at most. Caps might bound it.",
    seen_by=OPERATORS,
)
class CampaignEstimate:
    days: int = column("So many local days back.")
    members: int = column("Whose orders were looked at.")
    orders: int = column("How many of them it would have been for.")
    points: int = column("Points that they would have earned more.")
    growth: int = column("Growth that they would have brought more.")


@shows(campaigning.CampaignComparison, description="A campaign beside what there is.", seen_by=OPERATORS)
class CampaignComparison:
    newest_change: int = column(
        "Number of the newest change to campaigns of the program, 0 if there was none: say it when you make the "
        "campaign, so that what was looked at is what it is added to.",
        name="newest",
    )
    problems: list[ProgramProblem] = column("Why it cannot be made: all at once; then nothing else is compared.")
    in_words: str | None = computed(words_of, "What its members would read; null if it has problems.")
    members: int = column("For how many members it is, by the tiers that they have earned now.")
    windows: list[CampaignWindow] = column("When it is open: now, if it is, and next; at most 3 times.")
    overlaps: list[CampaignOverlap] = column("What else is open then, also what is paused.")
    would_have_brought: CampaignEstimate | None = column("What it would have brought of late; null if it has problems.")


async def compare_campaign(
    db: Reader, *, context: Context, campaign: CampaignInput, program: str | None = None, days: int = 30
) -> campaigning.CampaignComparison:
    """May raise BadInput: no such program for the caller, or `days` are out of bounds."""
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"'days' must be from 1 to {MOST_DAYS}.")
    version = program_asked(context, program)
    return await campaigning.compared(
        db,
        data=data_of(campaign),
        programs=context.get(Programs),
        version=version,
        days=days,
        now=context.now,
    )


@extends(Query)
class CampaignQueries:
    compare_campaign: CampaignComparison = batched(
        compare_campaign,
        "What a campaign would do: for how many it is, when it is open, what else is open then and which of them "
        "applies, and what it would have brought of late. Nothing is changed.",
        key=None,
        seen_by=OPERATORS,
        arguments={
            "campaign": "The campaign that is to be made.",
            "days": "How many local days of orders to look back at, at most 90.",
        },
    )
