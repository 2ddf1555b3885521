"""Ways to break the rules of coupons, each of which a trial must find out."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.coupons.commands import money, steps, stock, writing
from app.coupons.rules.coupon import Coupon
from app.db import Transaction
from app.errors import Refused
from app.offers.commands.stock import Piece


def coupons_are_read_and_written(patch: pytest.MonkeyPatch) -> None:
    """What is left of a stock is looked at, and one less is written, without a condition."""

    async def taken(tx: Transaction, template_id: Any, bucket: int) -> Piece | None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        where = f"WHERE template_id = '{template_id}' AND bucket = {bucket}"
        row = await raw.fetchrow(f"SELECT left_, taken FROM coupon_stock {where}")
        if row is None or not row["left_"]:
            return None
        await raw.execute("SELECT pg_sleep(0.01)")  # others look meanwhile
        await raw.execute(f"UPDATE coupon_stock SET left_ = {row['left_'] - 1}, taken = {row['taken'] + 1} {where}")
        return Piece(bucket, row["taken"] + 1)

    patch.setattr(stock, "_taken", taken)


def budgets_are_read_and_written(patch: pytest.MonkeyPatch) -> None:
    """Likewise, what is left of a budget."""

    async def aside(tx: Transaction, template: Any) -> None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        where = f"WHERE template_id = '{template.id}'"
        await money.fill_budget(tx, template)
        row = await raw.fetchrow(f"SELECT left_ FROM coupon_budgets {where}")
        if row["left_"] < template.face:
            raise Refused(money.CouponBudgetUsed(template.program, template.code))
        await raw.execute("SELECT pg_sleep(0.01)")  # others look meanwhile
        await raw.execute(f"UPDATE coupon_budgets SET left_ = {row['left_'] - template.face} {where}")

    patch.setattr(money, "_set_aside", aside)


def coupons_are_used_by_whoever_asks(patch: pytest.MonkeyPatch) -> None:
    """Neither where a coupon is nor whose order it is reserved for is looked at."""

    def possible(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(steps, "impossible", possible)


def coupons_go_with_any_others(patch: pytest.MonkeyPatch) -> None:
    """What else is reserved for the order is not looked at."""

    async def none(*_: Any, **__: Any) -> tuple[()]:
        return ()

    patch.setattr(steps, "others_of", none)


def money_of_coupons_never_comes_back(patch: pytest.MonkeyPatch) -> None:
    """What is used is gone from the coupon, and not put back into the budget."""
    ours = steps.redeemed

    def redeemed(coupon: Coupon, *, at: datetime) -> Coupon:
        after = ours(coupon, at=at)
        return replace(after, set_aside=min(after.set_aside, after.discount or 0), due_at=None)

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(steps, "redeemed", redeemed)
    patch.setattr(writing, "move_money", nothing)


COUPON_MUTANTS = (
    coupons_are_read_and_written,
    budgets_are_read_and_written,
    coupons_are_used_by_whoever_asks,
    coupons_go_with_any_others,
    money_of_coupons_never_comes_back,
)
