"""The people of a benchmark, in the database."""

import asyncio
from datetime import timedelta

from app import clock

from .numbers import Group, subject_of
from .product import CLUB, ISSUER, Product

AT_ONCE = 4
TOP = 60_000
"""Yuan: whoever buys for so much is at the top of the club's ladder, and stays there whatever else they buy."""
FIRST_ORDER = """mutation First($input: RecordOrderInput!) { recordOrder(input: $input) { __typename } }"""


async def join(product: Product, group: Group) -> None:
    """Make them members, each by a first order of another amount, which has an account opened and a tier reached."""
    waiting = iter(group)

    async def work() -> None:
        for member in waiting:
            await _order(product, member)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(work())


async def _order(product: Product, member: int) -> None:
    now = clock.now()
    order = {
        "program": CLUB,
        "order": f"first-order-of-{member}",
        "currency": "CNY",
        "customer": {"issuer": ISSUER, "subject": subject_of(member)},
        "paidAt": (now - timedelta(days=30)).isoformat(),
        "completedAt": (now - timedelta(days=20)).isoformat(),
        "lines": [{"quantity": 1, "amount": str(TOP + member % 1000)}],
    }
    await product.ask(FIRST_ORDER, {"input": order}, now=now)
