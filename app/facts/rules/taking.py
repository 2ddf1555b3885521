"""What is known of an order after a report."""

from collections.abc import Sequence
from dataclasses import replace

from app.errors import BadInput
from app.programs.rules import ProgramVersion

from .earning import Earned
from .kinds import MOST_AMOUNT
from .orders import KnownOrder, ReportedOrder
from .refunds import RefundedOrder


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
    if known.points > MOST_AMOUNT:
        raise BadInput("The order would earn more than a member can have.")
    return replace(known, program_version=version.number)


def refunded_in(known: KnownOrder, *, refunds: RefundedOrder) -> KnownOrder:
    """The same order with what was refunded of it by now, if it is paid; its lines are not needed where none is."""
    if known.paid_at is None:
        return known
    left = refunds.eligible_left if refunds.refunds else known.eligible
    return replace(known, refunded=refunds.amount, eligible_left=left)


def grown_in(known: KnownOrder, *, grown: Sequence[Earned]) -> KnownOrder:
    """The same order with the growth that it brings. May raise BadInput: that is more than a member can have."""
    growth = sum(each.amount for each in grown)
    if growth > MOST_AMOUNT:
        raise BadInput("The order would earn more than a member can have.")
    return replace(known, growth=growth)
