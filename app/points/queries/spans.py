"""What rules brought a member in periods, towards the caps of those (R27): of any ledger whose rows say their rule and
when they were earned."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, bindparam, column, func, or_, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.points.rules.caps import Span, Used, UsedBy

SPANS = (
    func.unnest(bindparam("since", type_=ARRAY(INSTANT)), bindparam("until", type_=ARRAY(INSTANT)))
    .table_valued(column("since", INSTANT), column("until", INSTANT))
    .render_derived(name="span")
)
BY_RULES = ("ORDER", "ACTIVITY")
"""Causes of what rules brought, whatever was taken back of it since: nothing is shared out again (R25)."""


def within_spans(model: Any, amount: Any) -> Statement[Any]:
    """Of a ledger, a row for each period and rule: how much, and how often."""
    is_by_rule = or_(*(col(model.cause) == cause for cause in BY_RULES))
    return Statement(
        model,
        lambda _, keys: (
            select(
                SPANS.c.since,
                SPANS.c.until,
                col(model.rule),
                func.sum(amount).label("much"),
                func.count().label("often"),
            )
            .select_from(SPANS)
            .where(keys.hold(col(model.member_id)), is_by_rule)
            .where(col(model.earned_at) >= SPANS.c.since, col(model.earned_at) < SPANS.c.until)
            .group_by(SPANS.c.since, SPANS.c.until, col(model.rule))
        ),
        "since",
        "until",
        always=("member_id",),
    )


async def used_within(db: Reader, statement: Statement[Any], member_id: UUID | None, spans: Sequence[Span]) -> UsedBy:
    """What rules brought a member in these periods; nothing for who is none."""
    if member_id is None or not spans:
        return {}
    since, until = zip(*spans, strict=True)
    rows = await db.fetch(statement, [member_id], list(since), list(until))
    return {((row["since"], row["until"]), row["rule"]): Used(row["much"], row["often"]) for row in rows}
