"""Ways to break the rules of check-ins, rewards and invitations, each of which a trial must find out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.checkin.commands import daily
from app.checkin.rules import days
from app.clock import new_id
from app.db import Transaction
from app.facts.commands import refunds
from app.graph.mutation import InTransaction
from app.points.commands import spending
from app.referrals.commands import accepting, following
from app.rewards.commands import redeeming, steps, stock
from app.rewards.commands.stock import Piece


async def nothing(*_: Any, **__: Any) -> None:
    """In place of what is left out."""


def stock_is_read_and_written(patch: pytest.MonkeyPatch) -> None:
    """What is left is looked at, and one less is written, without a condition."""

    async def taken(tx: Transaction, reward_id: UUID, bucket: int) -> Piece | None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        where = f"WHERE reward_id = '{reward_id}' AND bucket = {bucket}"
        row = await raw.fetchrow(f"SELECT left_, taken, last_number FROM reward_stock {where}")
        if not row["left_"]:
            return None
        await raw.execute("SELECT pg_sleep(0.01)")  # others look meanwhile
        left, taken, last = row["left_"] - 1, row["taken"] + 1, row["last_number"]
        await raw.execute(f"UPDATE reward_stock SET left_ = {left}, taken = {taken}, last_number = {last} {where}")
        return Piece(bucket, taken)

    patch.setattr(stock, "_taken", taken)


def any_free_code_is_taken(patch: pytest.MonkeyPatch) -> None:
    """One that was free when it was looked for, whoever has it by now."""

    async def take_code(tx: Transaction, *, reward_id: UUID, member_id: UUID, redemption_id: UUID, **_: Any) -> None:
        raw: Any = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        free = f"SELECT id FROM voucher_codes WHERE reward_id = '{reward_id}' AND redemption_id IS NULL LIMIT 1"
        whose = f"taken_by = '{member_id}', redemption_id = '{redemption_id}'"
        await raw.execute(f"UPDATE voucher_codes SET {whose} WHERE id = ({free})")

    patch.setattr(redeeming, "take_code", take_code)


def redemptions_without_keys(patch: pytest.MonkeyPatch) -> None:
    """What a member asks again is redeemed again."""
    ours = InTransaction._keyed  # pyright: ignore[reportPrivateUsage]

    async def keyed(self: Any, context: Any, by: Any, given: Any, work: Any) -> Any:
        is_redeeming: bool = self._name == "redeem_reward"
        return await ours(self, context, by, replace(given, idempotency_key=new_id()) if is_redeeming else given, work)

    patch.setattr(InTransaction, "_keyed", keyed)


def cancelled_again_and_again(patch: pytest.MonkeyPatch) -> None:
    """Neither where a redemption is nor what it has given back is looked at."""
    ours = spending.load_payment

    def is_fine(*_: Any) -> None:
        return None

    async def as_if_new(*given: Any, **named: Any) -> Any:
        paid = await ours(*given, **named)
        for use in paid:
            use.returned = 0
        return paid

    patch.setattr(steps.Found, "check", is_fine)
    patch.setattr(spending, "load_payment", as_if_new)


def checked_in_again_and_again(patch: pytest.MonkeyPatch) -> None:
    """Whether today counts already is not looked at."""
    ours = daily.days_around

    async def others(tx: Transaction, member_id: UUID, day: date) -> tuple[Sequence[Any], Any]:
        rows, figures = await ours(tx, member_id, day)
        return [row for row in rows if row.day != day], figures

    patch.setattr(daily, "days_around", others)


def days_bring_their_bonuses_again(patch: pytest.MonkeyPatch) -> None:
    """What a day was given before does not count, when it is reckoned anew."""

    def all_of_them(_: Any, bonuses: Sequence[Any], __: Any) -> Iterator[Any]:
        yield from bonuses

    patch.setattr(days, "_not_given", all_of_them)


def invitations_bring_a_bonus_whenever_they_are_told_of(patch: pytest.MonkeyPatch) -> None:
    """Whether the inviter's side is there already is not looked at."""
    patch.setattr(following, "followed_by", nothing)


def several_inviters_for_one(patch: pytest.MonkeyPatch) -> None:
    """Whether a member has accepted an invitation is not looked at."""
    patch.setattr(accepting, "accepted_by", nothing)


def refunds_of_invited_not_told(patch: pytest.MonkeyPatch) -> None:
    """An invitation counts by an order of which nothing is left."""
    patch.setattr(refunds, "tell_of_order", nothing)


MEMBER_MUTANTS = (
    stock_is_read_and_written,
    any_free_code_is_taken,
    redemptions_without_keys,
    cancelled_again_and_again,
    checked_in_again_and_again,
    days_bring_their_bonuses_again,
    invitations_bring_a_bonus_whenever_they_are_told_of,
    several_inviters_for_one,
    refunds_of_invited_not_told,
)
