"""recordOrder: a shop's system reports a new order of a member, with two lines."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from .explaining import digest, parts, text
from .numbers import MEMBER, NUMBER, subject_of
from .product import CLUB, ISSUER, SHOP
from .script import Explained
from .workload import Asked, Workload

DOCUMENT = """mutation Report($input: RecordOrderInput!) { recordOrder(input: $input) { __typename
  ... on RecordOrderSuccess { points growth replayed } } }"""
LINES = (
    {"quantity": 1, "amount": "19.90", "sku": "tea-1", "category": "tea"},
    {"quantity": 2, "amount": "5.00", "sku": "cup-7", "category": "cups"},
)


def paid_and_completed(now: datetime) -> Workload:
    """Both in one call: an order row, two facts, two lines, pending points, growth."""
    return _workload("paid and completed", now, completed=True)


def paid(now: datetime) -> Workload:
    """Growth comes with completion only."""
    return _workload("paid", now, completed=False)


def _workload(facts: str, now: datetime, *, completed: bool) -> Workload:
    order: dict[str, Any] = {
        "program": CLUB,
        "order": f"order-{NUMBER}",
        "currency": "CNY",
        "customer": {"issuer": ISSUER, "subject": subject_of(MEMBER)},
        "channel": "app",
        "paidAt": (now - timedelta(days=6)).isoformat(),
        "lines": LINES,
    }
    if completed:
        order["completedAt"] = (now - timedelta(days=5)).isoformat()
    return Workload(
        name=f"recordOrder ({facts})",
        about=f"a new order of a random member, {facts} in one call, two lines",
        document=DOCUMENT,
        variables={"input": order},
        answer='"replayed":false',
        explain=_explained,
    )


def _explained(asked: Sequence[Asked]) -> Sequence[Explained]:
    order, member = f"order-{NUMBER}", subject_of(MEMBER)
    return (
        Explained("now()", [each.at for each in asked]),
        text(asked, order, name="order"),
        digest(asked, parts("membership", CLUB, ISSUER, member), name="membership"),
        digest(asked, parts("order", CLUB, SHOP.subject, order), name="order_key"),
    )
