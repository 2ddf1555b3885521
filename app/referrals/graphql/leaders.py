"""The leaderboard, as a client sees it."""

import strawberry

from app.graph import OWNER_AND_STAFF, Query, batched, column, computed, describe_values, extends, shows
from app.referrals import queries, rules
from app.referrals.rules import seen

strawberry.enum(rules.ReferralPeriod, description="For how long invitations are counted together.")
describe_values(
    rules.ReferralPeriod,
    {
        "MONTH": "A month, by the program's calendar.",
        "YEAR": "A year, by the program's calendar.",
        "EVER": "Since there are invitations.",
    },
)


@shows(rules.Leader, description="A place on the leaderboard of invitations.", seen_by=OWNER_AND_STAFF)
class ReferralLeader:
    rank: int = column("The place, from 1; who has as many has the same.")
    display_name: str = computed(seen.name_shown, "The name that they show; a neutral one if they show none.")
    qualified: int = column("How many of whom they invited ordered, so that it counts.", name="number")


@extends(Query)
class LeaderQueries:
    referral_leaderboard: list[ReferralLeader] = batched(
        queries.leaderboard,
        "Who invited most of those who then ordered: by the names they show, and nothing else. For members of the "
        "program and staff; empty for others.",
        key=None,
        seen_by=OWNER_AND_STAFF,
        arguments={
            "period": "For how long they are counted together, by when their orders were completed.",
            "at": "A day of the month or year that is meant: of one that is over, say. Without it: today.",
        },
    )
