"""How the stock and the budget of a template come to be: when they are first needed, and when its file says more (R31).

A program's file says how much there is; rows for it are written when somebody first takes of it, by whoever does. When
a later version says more, what is more is put in when somebody finds nothing left: until then there is no need for it.
So publishing a file writes nothing about coupons, and whoever takes pays nothing for it.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Uuid, bindparam, select, update
from sqlmodel import col

from app.coupons.models import CouponBudgetRow, CouponStockRow
from app.coupons.templates import Template
from app.db import Statement, Transaction, Write, in_columns, insert_many_of
from app.offers.commands.stock import add_to_buckets, stock_in
from app.offers.rules.spreading import spread

PIECES = stock_in(CouponStockRow, of="template_id", parameter="of_template")
STOCK, ADD_PIECES = PIECES.buckets, PIECES.add
OF_BUDGET = col(CouponBudgetRow.template_id) == bindparam("of_template", type_=Uuid())
BUDGET: Write[CouponBudgetRow] = Write(CouponBudgetRow, select(CouponBudgetRow).where(OF_BUDGET).with_for_update())
TOTALS = Statement(
    CouponStockRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(CouponStockRow.template_id))),
    always=("template_id", "bucket", "total"),
)
BUDGETS = Statement(
    CouponBudgetRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(CouponBudgetRow.template_id))),
    always=("template_id", "total"),
)
INSERT_STOCK = insert_many_of(CouponStockRow, unless_there=True)
INSERT_BUDGET = insert_many_of(CouponBudgetRow, unless_there=True)
ADD_MONEY: Write[CouponBudgetRow] = Write(
    CouponBudgetRow,
    update(CouponBudgetRow)
    .where(OF_BUDGET)
    .values(
        total=col(CouponBudgetRow.total) + bindparam("change", type_=BigInteger()),
        left_=col(CouponBudgetRow.left_) + bindparam("change", type_=BigInteger()),
    ),
)


async def fill(tx: Transaction, template: Template) -> bool:
    """Both. Was anything put in, so that who found nothing should try once more?"""
    pieces = await fill_stock(tx, template)
    return await fill_budget(tx, template) or pieces


async def fill_stock(tx: Transaction, template: Template) -> bool:
    """The pieces that its file says there are and that were never put in, if there are any. Several at once wait for
    one another, and put in what is missing once. True also if another did a moment ago."""
    if template.stock is None or template.has_codes:
        return False
    seen = await tx.fetch(TOTALS, [template.id])
    if seen and not _is_more(template, template.stock - sum(bucket.total for bucket in seen)):
        return False  # a crowd that comes too late need not wait for one another
    buckets = await tx.run(STOCK, of_template=template.id)
    if not buckets:
        await _begin(tx, template, pieces=template.stock)
        return True
    missing = template.stock - sum(bucket.total for bucket in buckets)
    if _is_more(template, missing):
        await put_in(tx, template, buckets, pieces=missing)
    return True


async def buckets_filled(tx: Transaction, template: Template) -> Sequence[CouponStockRow]:
    """All buckets of a template, locked: with nothing in them, if there were none."""
    buckets = await tx.run(STOCK, of_template=template.id)
    if not buckets:
        await _begin(tx, template, pieces=0)
        buckets = await tx.run(STOCK, of_template=template.id)
    return buckets


async def _begin(tx: Transaction, template: Template, *, pieces: int) -> None:
    """The buckets of a template, unless another just made them."""
    none = {"template_id": template.id, "taken": 0}
    rows = [none | {"bucket": n, "total": part, "left_": part, "last_number": part}
            for n, part in enumerate(spread([0] * template.buckets, pieces))]  # fmt: skip
    await tx.run(INSERT_STOCK, **in_columns(rows))


def _is_more(template: Template, missing: int) -> bool:
    """Of a file: what an operator made has what was put in."""
    return template.version is not None and missing > 0


async def put_in(tx: Transaction, template: Template, buckets: Sequence[CouponStockRow], *, pieces: int) -> None:
    """So many pieces more, spread so that there is as much in each bucket as can be. They are locked."""
    changes = spread([bucket.left_ for bucket in buckets], pieces)
    await add_to_buckets(tx, PIECES, template.id, _put(changes, pieces))


def _put(changes: Sequence[int], pieces: int) -> list[int]:
    """Without taking out of buckets that have more than their part: what was put in is only added to."""
    added = [max(change, 0) for change in changes]
    more = sum(added) - pieces
    for number, each in enumerate(added):
        less = min(each, more)
        added[number], more = each - less, more - less
    return added


async def fill_budget(tx: Transaction, template: Template) -> bool:
    """The money that its file says there is and that was never put in; likewise."""
    if template.budget is None:
        return False
    seen = await tx.fetch(BUDGETS, [template.id])
    if seen and not _is_more(template, template.budget - seen[0].total):
        return False
    rows = await tx.run(BUDGET, of_template=template.id)
    if not rows:
        row = {"template_id": template.id, "total": template.budget, "left_": template.budget}
        await tx.run(INSERT_BUDGET, **in_columns([row]))
        return True
    missing = template.budget - rows[0].total
    if _is_more(template, missing):
        await tx.run(ADD_MONEY, of_template=template.id, change=missing)
    return True
