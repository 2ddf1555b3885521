"""How rewards come to have more of them: pieces of a stock, codes of a pool. Audited by who calls it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, LargeBinary, Uuid, bindparam, func, select, update
from sqlmodel import col

from app.db import Transaction, Write, in_columns, insert_many_of
from app.errors import BadInput, Refused
from app.offers.rules.spreading import dealt, spread
from app.programs.money import MOST
from app.rewards.models import RewardStockRow, VoucherCodeRow
from app.rewards.rules.catalogue_outcomes import MoreThanInStock
from app.rewards.rules.kinds import handling_of
from app.rewards.rules.voucher_codes import read_codes

from .catalogue import Edited, locked

BUCKETS: Write[RewardStockRow] = Write(
    RewardStockRow,
    select(RewardStockRow)
    .where(col(RewardStockRow.reward_id) == bindparam("reward_id", type_=Uuid()))
    .order_by(col(RewardStockRow.bucket))
    .with_for_update(),
)
"""Of one reward, all of them: only operators do that, one at a time (`locked`). Who redeems may hold one that they
found empty, and wait here for another: the database then gives one of both up, who tries again."""
ADD: Write[RewardStockRow] = Write(
    RewardStockRow,
    update(RewardStockRow)
    .where(
        col(RewardStockRow.reward_id) == bindparam("of_reward", type_=Uuid()),
        col(RewardStockRow.bucket) == bindparam("of_bucket", type_=Integer()),
    )
    .values(
        total=col(RewardStockRow.total) + bindparam("change", type_=Integer()),
        left_=col(RewardStockRow.left_) + bindparam("change", type_=Integer()),
        last_number=col(RewardStockRow.last_number) + bindparam("change", type_=Integer()),
    ),
)
KNOWN: Write[VoucherCodeRow] = Write(
    VoucherCodeRow,
    select(col(VoucherCodeRow.digest)).where(
        col(VoucherCodeRow.reward_id) == bindparam("reward_id", type_=Uuid()),
        col(VoucherCodeRow.digest) == func.any(bindparam("digests", type_=ARRAY(LargeBinary()))),
    ),
)
INSERT_CODES = insert_many_of(VoucherCodeRow)


@dataclass(frozen=True)
class Added(Edited):
    """What came of codes that were sent."""

    added: int = 0
    known: int = 0
    repeated: int = 0


async def add_stock(tx: Transaction, *, reward_id: UUID, pieces: int) -> Edited:
    """Put so many pieces of a reward into its stock (above 0) or take them out of what is left. It is spread evenly
    over the buckets anew (R31).

    May refuse: RewardIsRetired; MoreThanInStock. May raise BadInput: there is no such reward, it has no stock or its
    stock are codes, or it would have more than can be counted; what was taken counts, too.
    """
    reward = await locked(tx, reward_id)
    if handling_of(reward.kind).has_codes:
        raise BadInput("How many vouchers there are is how many codes: add codes.")
    if not reward.is_stocked:
        raise BadInput("There is no end of this reward: it has no stock.")
    if not 0 < abs(pieces) <= MOST:
        raise BadInput(f"'pieces' must be from 1 to {MOST} to put them in, below 0 to take them out.")
    buckets = await tx.run(BUCKETS, reward_id=reward_id)
    left = [bucket.left_ for bucket in buckets]
    if sum(left) + pieces < 0:
        raise Refused(MoreThanInStock(reward_id, sum(left)))
    if sum(bucket.total for bucket in buckets) + pieces > MOST:
        raise BadInput(f"A reward can have at most {MOST} pieces.")
    await _fill(tx, reward_id, spread(left, pieces))
    return Edited(reward.program, {"left": (sum(left), sum(left) + pieces)})


async def add_codes(tx: Transaction, *, reward_id: UUID, codes: Sequence[str], now: datetime) -> Added:
    """Take codes up into the pool of a reward, each once: those that it has, or had, and those that come twice are
    counted and left out.

    May refuse: RewardIsRetired. May raise BadInput: there is no such reward, it has no codes, or there is something
    wrong with what was sent; which code it is is told by its place, never by itself.
    """
    read = read_codes(codes)
    reward = await locked(tx, reward_id)
    if not handling_of(reward.kind).has_codes:
        raise BadInput("This reward has no codes.")
    digests = {hashlib.sha256(code.encode()).digest(): code for code in read}
    known = {row.digest for row in await tx.run(KNOWN, reward_id=reward_id, digests=list(digests))}
    new = {digest: code for digest, code in digests.items() if digest not in known}
    buckets = await tx.run(BUCKETS, reward_id=reward_id)
    if sum(bucket.total for bucket in buckets) + len(new) > MOST:
        raise BadInput(f"A reward can have at most {MOST} codes.")
    left = [bucket.left_ for bucket in buckets]
    given = dealt(left, len(new))
    last = [bucket.last_number for bucket in buckets]
    rows: list[dict[str, Any]] = []
    for bucket, (digest, code) in zip(given, new.items(), strict=True):
        last[bucket] += 1
        rows.append({"reward_id": reward_id, "id": tx.new_id(), "digest": digest, "code": code, "bucket": bucket,
                     "number": last[bucket], "taken_by": None, "redemption_id": None, "added_at": now})  # fmt: skip
    if rows:
        await tx.run(INSERT_CODES, **in_columns(rows))
    await _fill(tx, reward_id, [after - bucket.last_number for after, bucket in zip(last, buckets, strict=True)])
    told = {"left": (sum(left), sum(left) + len(new))}
    return Added(reward.program, told, added=len(new), known=len(known), repeated=len(read) - len(digests))


async def _fill(tx: Transaction, reward_id: UUID, changes: Sequence[int]) -> None:
    """By how much each bucket changes."""
    rows = [{"of_reward": reward_id, "of_bucket": n, "change": change} for n, change in enumerate(changes) if change]
    await tx.run_many(ADD, rows)
