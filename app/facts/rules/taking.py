"""What is known of an order after a report."""

from collections.abc import Sequence
from dataclasses import replace

from app.errors import BadInput
from app.programs.rules import ProgramVersion

from .earning import Earned, growth_counted
from .kinds import MOST_AMOUNT
from .orders import KnownOrder, ReportedOrder


def taken_in(
    before: KnownOrder, *, order: ReportedOrder, version: ProgramVersion | None, earned: Sequence[Earned]
) -> KnownOrder:
    """What is known of an order after a report: the same, in whatever order its facts come (R25).

    `version` is that of the day it was paid, and `earned` the points by it, if that is reported or was known.
    May raise BadInput: it would earn more than a member can have.
    """
    completed_at = order.completed_at or before.completed_at
    known = replace(before, completed_at=completed_at, channel=before.channel or order.channel)
    if order.paid_at is not None:
        known = replace(known, channel=order.channel or known.channel)  # where it was paid, whichever came first
        known = replace(known, paid_at=order.paid_at, amount=order.amount, eligible=order.eligible)
        if before.paid_at is None:  # reported again, it has earned what caps left it then (R27)
            known = replace(known, points=sum(each.amount for each in earned))
    if version is None:
        return known
    known = replace(known, program_version=version.number)
    counted = growth_counted(known, version=version)
    growth = sum(each.amount for each in counted.earned) if counted else 0
    points = known.points
    if max(points, growth) > MOST_AMOUNT:
        raise BadInput("The order would earn more than a member can have.")
    return replace(known, points=points, growth=growth)
