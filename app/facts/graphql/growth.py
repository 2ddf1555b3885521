"""What was reported that made growth move, and a tier with it."""

from app.facts import queries
from app.facts.queries.activities import activities_by_id
from app.graph import OWNER_AND_STAFF, batched, extends
from app.tiers.graphql import GrowthEntry, TierChange

from .activities import Activity
from .orders import Order
from .refunds import Refund

CAUSE = ("member_id", "cause_id")


@extends(GrowthEntry, seen_by=OWNER_AND_STAFF)
class GrowthEntryFacts:
    order: Order | None = batched(queries.orders_by_id, "The order that brought the growth.", key=CAUSE)
    refund: Refund | None = batched(queries.refunds_by_id, "The refund that took the growth back.", key=CAUSE)
    activity: Activity | None = batched(activities_by_id, "What was done that brought the growth.", key=CAUSE)


@extends(TierChange, seen_by=OWNER_AND_STAFF)
class TierChangeFacts:
    order: Order | None = batched(queries.orders_by_id, "The order whose growth did it.", key=CAUSE)
    refund: Refund | None = batched(queries.refunds_by_id, "The refund that took the growth back.", key=CAUSE)
    activity: Activity | None = batched(activities_by_id, "What was done that brought the growth.", key=CAUSE)
