"""What there is to see to of what was redeemed."""

from datetime import datetime
from typing import Any

import strawberry

from app.db import Columns, Page, Reader
from app.graph import STAFF, Connection, Context, Query, batched, extends
from app.programs.asked import program_asked
from app.rewards.asked import reward_named
from app.rewards.graphql import Redemption
from app.rewards.queries import worklist
from app.rewards.rules.kinds import RedemptionState
from app.staff.graphql.members import Direction
from app.staff.seeking import within_time


@strawberry.input(description="Which redemptions: all of what is said must be true of them.")
class RedemptionsFilter:
    states: list[RedemptionState] | None = strawberry.field(
        default=None, description="Only those of which this has become: PENDING waits to be confirmed, CONFIRMED to be "
        "fulfilled."
    )  # fmt: skip
    reward: strawberry.ID | None = strawberry.field(default=None, description="Only of this reward: its global id.")
    since: datetime | None = strawberry.field(
        default=None, description="Only those that were redeemed at this instant or later."
    )


def _wanted(context: Context, program: str | None, filter: RedemptionsFilter | None) -> worklist.Wanted:
    """May raise BadInput: no such program for the caller, or not the id of a reward."""
    asked = filter or RedemptionsFilter()
    reward = None if asked.reward is None else reward_named(asked.reward)
    since = within_time(asked.since)
    return worklist.Wanted(program_asked(context, program).code, asked.states, reward, since)


async def redemptions_seen(
    db: Reader,
    *,
    context: Context,
    page: Page,
    program: str | None = None,
    filter: RedemptionsFilter | None = None,
    order_by: Direction = Direction.DESC,
    columns: Columns = None,
) -> list[Any]:
    """May raise BadInput, likewise."""
    wanted = _wanted(context, program, filter)
    is_falling = order_by is Direction.DESC
    return list(await worklist.redemptions_wanted(db, wanted, page=page, is_falling=is_falling, columns=columns))


async def number_of_redemptions(
    db: Reader, *, context: Context, program: str | None = None, filter: RedemptionsFilter | None = None
) -> int:
    """May raise BadInput, likewise."""
    return await worklist.number_of_redemptions_wanted(db, _wanted(context, program, filter))


@extends(Query, seen_by=STAFF)
class RedemptionQueries:
    redemptions: Connection[Redemption] = batched(
        redemptions_seen,
        "What the members of a program redeemed: what there is to confirm, to send, to pay out, and what was.",
        key=None,
        total=number_of_redemptions,
        arguments={
            "filter": "Only these; without it all.",
            "order_by": "Whether the last redeemed come first, or the first; a cursor is good for the order that it "
            "came with.",
        },
    )
