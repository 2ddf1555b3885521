"""What staff see of how much was reported of a member."""

from datetime import datetime

from app.facts.queries import figures
from app.graph import STAFF, batched, column, extends, shows
from app.members.graphql import Member


@shows(figures.Reported, description="How much other systems reported of a member.", seen_by=STAFF)
class ReportedNumbers:
    orders: int = column("Orders that were paid.")
    refunds: int = column("Refunds, each by itself.")
    activities: int = column("Reviews, shares, sign-ins, and so on.")


@extends(Member, seen_by=STAFF)
class MemberFigures:
    last_order_at: datetime | None = column("When their last order was paid; null if none was.")
    reported: ReportedNumbers = batched(figures.numbers_reported, "How much was reported of them.", key="id")
