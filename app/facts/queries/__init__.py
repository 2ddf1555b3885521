"""Every read of facts."""

from .activities import activity_digest
from .kept import kept_facts, kept_of_report, kept_overdue, numbers_kept
from .ledgers import facts_of_members, lines_of_members, orders_of_members, refund_lines_of_members
from .orders import lines_of_orders, order_digest, orders_by_id
from .refunds import lines_of_refunds, refund_digest, refunds_by_id, refunds_of_orders

__all__ = [
    "activity_digest",
    "facts_of_members",
    "kept_facts",
    "kept_of_report",
    "kept_overdue",
    "lines_of_members",
    "lines_of_orders",
    "lines_of_refunds",
    "numbers_kept",
    "order_digest",
    "orders_by_id",
    "orders_of_members",
    "refund_digest",
    "refund_lines_of_members",
    "refunds_by_id",
    "refunds_of_orders",
]
