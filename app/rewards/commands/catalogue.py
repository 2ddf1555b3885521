"""What an operator does with the rewards of a program: made, said otherwise, retired. Audited by who calls it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from app.db import Transaction
from app.db.writing import in_columns
from app.errors import BadInput, Refused
from app.offers.rules.saying import check_window, checked_code
from app.offers.rules.spreading import spread
from app.programs.rules import Programs, ProgramVersion
from app.rewards.models import RewardRow
from app.rewards.rules.catalogue_outcomes import RewardCodeTaken, RewardIsRetired
from app.rewards.rules.kinds import RewardKind, handling_of
from app.rewards.rules.offering import (
    Said,
    Term,
    check_amount,
    check_confirming,
    check_stock,
    checked,
)
from app.rewards.rules.refusals import NO_REWARD
from app.rewards.rules.template import check_template
from app.tiers.section import TiersSection

from .catalogue_statements import CHANGE, COLUMNS, INSERT, INSERT_STOCK, LOCK, RETIRE, TAKEN, TERMS

UNSAID = {"description_zh": "", "description_en": "", "is_confirmed_by_staff": False}
"""What a reward is where nothing is said of it, and it cannot be nothing."""
CLEARED = {
    Term.TIER_PRICES: ("tier_points",),
    Term.TIERS_FROM: ("tiers_from",),
    Term.OPENS_AT: ("opens_at",),
    Term.CLOSES_AT: ("closes_at",),
    Term.LIMIT: ("per_member", "period"),
}


@dataclass(frozen=True)
class Edited:
    """What was done with a reward."""

    program: str
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict[str, tuple[object, object]])
    """By what it is: what it was before, and after."""


async def create_reward(
    tx: Transaction,
    *,
    program: ProgramVersion,
    code: str,
    kind: RewardKind,
    said: Said,
    stock: int | None,
    buckets: int,
    amount: int | None,
    template: str | None = None,
    programs: Programs | None = None,
    now: datetime,
) -> UUID:
    """A new reward of a program, with its stock spread over so many buckets. Without `stock` there is no end of it,
    but for one that has codes, which begins with none. `amount` is of a red packet, in minor units of the program's
    currency (R12). `template`: the code of the coupon template of one that is a coupon, among those that these
    `programs` hold.

    May refuse: RewardCodeTaken. May raise BadInput: what is said makes no sense, or does not go together.
    """
    handling = handling_of(kind.name)
    check_stock(stock, buckets, has_codes=handling.has_codes, has_coupon=handling.has_coupon)
    check_confirming(is_confirmed_by_staff=said.is_confirmed_by_staff, has_coupon=handling.has_coupon)
    check_template(template, program=program.code, has_coupon=handling.has_coupon, programs=programs, now=now)
    check_amount(amount, has_amount=handling.has_amount)
    values = _columns_of(checked(said, tiers=program.section(TiersSection)))
    check_window(values.get("opens_at"), values.get("closes_at"))
    reward_id, is_stocked = tx.new_id(), stock is not None or handling.has_codes
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | UNSAID | values
    row |= {"id": reward_id, "program": program.code, "code": checked_code(code), "kind": kind.name, "created_at": now,
            "is_stocked": is_stocked, "buckets": buckets, "amount": amount, "template": template,
            "currency": None if amount is None else program.currency}  # fmt: skip
    if not await tx.run(INSERT, **row):
        (known,) = await tx.run(TAKEN, program=program.code, code=code)
        raise Refused(RewardCodeTaken(known.id, code))
    if is_stocked:
        parts = spread([0] * buckets, stock or 0)
        empty = {"reward_id": reward_id, "taken": 0}
        rows = [
            empty | {"bucket": n, "total": part, "left_": part, "last_number": part} for n, part in enumerate(parts)
        ]
        await tx.run(INSERT_STOCK, **in_columns(rows))
    return reward_id


async def change_reward(
    tx: Transaction,
    *,
    programs: Programs,
    reward_id: UUID,
    said: Said,
    removed: Collection[Term],
    now: datetime,
) -> Edited:
    """Say something of a reward otherwise; what is `removed` is no more. It counts from now on: what was redeemed
    stays what it was.

    May refuse: RewardIsRetired. May raise BadInput: there is no such reward, nothing is said, or it makes no sense.
    """
    if said.says_nothing and not removed:
        raise BadInput("Say what is to be different.")
    row = await locked(tx, reward_id)
    has_coupon = handling_of(row.kind).has_coupon
    check_confirming(is_confirmed_by_staff=said.is_confirmed_by_staff, has_coupon=has_coupon)
    ladder = programs.current(row.program, now).section(TiersSection)
    written: dict[str, Any] = {name: getattr(row, name) for name in TERMS}
    told = _columns_of(checked(said, tiers=ladder))
    values = written | told
    for term in removed:
        if not told.keys().isdisjoint(CLEARED[term]):
            raise BadInput(f"{term.name} cannot be removed and said otherwise at once.")
        values |= dict.fromkeys(CLEARED[term])
    check_window(values["opens_at"], values["closes_at"])
    await tx.run(CHANGE, of_reward=reward_id, **{f"new_{name}": value for name, value in values.items()})
    return Edited(row.program, {name: (written[name], new) for name, new in values.items() if new != written[name]})


async def retire_reward(tx: Transaction, *, reward_id: UUID, now: datetime) -> Edited:
    """From now on nobody can redeem it, and nothing can be done with it; what was redeemed is still fulfilled. It is
    never deleted (R20).

    May refuse: RewardIsRetired. May raise BadInput: there is no such reward.
    """
    row = await locked(tx, reward_id)
    await tx.run(RETIRE, of_reward=reward_id, at=now)
    return Edited(row.program)


async def locked(tx: Transaction, reward_id: UUID) -> RewardRow:
    """A reward, which nobody else changes until the transaction ends. May refuse: RewardIsRetired. May raise
    BadInput: there is none."""
    rows = await tx.run(LOCK, reward_id=reward_id)
    if not rows:
        raise BadInput(NO_REWARD)
    if rows[0].retired_at is not None:
        raise Refused(RewardIsRetired(reward_id))
    return rows[0]


def _columns_of(said: Said) -> dict[str, Any]:
    """Of what is said."""
    prices = None if said.tier_points is None else orjson.dumps(said.tier_points, option=orjson.OPT_SORT_KEYS).decode()
    told = {
        "name_zh": said.name and said.name.zh,
        "name_en": said.name and said.name.en,
        "description_zh": None if said.description is None else said.description.zh,
        "description_en": None if said.description is None else said.description.en,
        "points": said.points,
        "tier_points": prices,
        "tiers_from": said.tiers_from,
        "opens_at": said.opens_at,
        "closes_at": said.closes_at,
        "per_member": said.limit and said.limit.times,
        "period": said.limit and said.limit.period.name,
        "is_confirmed_by_staff": said.is_confirmed_by_staff,
    }
    return {name: value for name, value in told.items() if value is not None}
