"""What must be true of the stock of rewards: what is not there was taken, and each code is somebody's or free (R31)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db import Reader

from .queries.proving import BucketSeen, buckets_of, every_reward
from .rules.kinds import handling_of


@dataclass(frozen=True)
class StockMismatch:
    """The stock of a reward is not what its redemptions and codes say."""

    reward_id: UUID
    bucket: int
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"reward {self.reward_id}, bucket {self.bucket}: {self.what} should be {self.expected}, is {self.found}"


@dataclass(frozen=True)
class StockProof:
    """What came of going over the rewards."""

    rewards: int
    """How many were looked at."""
    mismatches: Sequence[StockMismatch]


async def prove_stock(db: Reader) -> StockProof:
    """Hold the stock of every reward against what was taken of it. May raise what the database raises."""
    ids = await every_reward(db)
    return StockProof(len(ids), [mismatch for reward_id in ids for mismatch in await prove_reward(db, reward_id)])


async def prove_reward(db: Reader, reward_id: UUID) -> list[StockMismatch]:
    """Of one: one statement, which sees one instant, so that nothing that is under way is in between. May raise what
    the database raises."""
    return list(stock_mismatches(await buckets_of(db, reward_id)))


def stock_mismatches(buckets: Sequence[BucketSeen]) -> Iterator[StockMismatch]:
    for bucket in buckets:
        for what, expected, found in _claims(bucket):
            if expected != found:
                yield StockMismatch(bucket.reward_id, bucket.bucket, what, expected, found)


def _claims(seen: BucketSeen) -> Iterator[tuple[str, object, object]]:
    yield "redemptions that hold a piece, and what is left: together", seen.total, seen.held + seen.left
    yield "reward_stock.left_, by numbers", seen.last_number - seen.taken, seen.left
    if seen.kind is None or not handling_of(seen.kind).has_codes:
        yield "voucher_codes: number", 0, seen.codes
        return
    yield "voucher_codes: number", seen.total, seen.codes
    yield "voucher_codes: number of those that are free", seen.left, seen.free
    if seen.free:  # each number is there once: so many from the first to the last are all of them
        ends = seen.first_free, seen.last_code
        yield "voucher_codes.number of those that are free", (seen.taken + 1, seen.last_number), ends
