"""All that is written of what members redeemed, and of stock, for the prover."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, String, and_, case, func, literal_column, or_, select
from sqlmodel import col

from app.db import Reader, Statement
from app.offers.queries.codes import Place, takers_at
from app.rewards.models import RedemptionRow, RewardRow, RewardStockRow, VoucherCodeRow
from app.rewards.rules.kinds import COUNTED, RedemptionState

from .codes import CODES, OF, TAKER


def written(state: RedemptionState) -> Any:
    """As a constant of a statement."""
    return literal_column(f"'{state.name}'", String())


HOLDS_STOCK = or_(
    col(RedemptionRow.state).in_([written(state) for state in sorted(COUNTED, key=lambda state: state.name)]),
    and_(
        col(RedemptionRow.state) == written(RedemptionState.REFUNDED), col(RedemptionRow.is_restocked).is_(other=False)
    ),
)
"""What was refunded without being put back is not there any more, either."""
HELD = (
    select(
        col(RedemptionRow.reward_id),
        col(RedemptionRow.bucket),
        func.count().label("held"),
    )
    .where(col(RedemptionRow.bucket).is_not(None), HOLDS_STOCK)
    .group_by(col(RedemptionRow.reward_id), col(RedemptionRow.bucket))
)
IS_FREE = col(VoucherCodeRow.redemption_id).is_(None)
CODED = select(
    col(VoucherCodeRow.reward_id),
    col(VoucherCodeRow.bucket),
    func.count().label("codes"),
    func.count(case((IS_FREE, 1))).label("free"),
    func.min(case((IS_FREE, col(VoucherCodeRow.number)))).label("first_free"),
    func.max(col(VoucherCodeRow.number)).label("last_number"),
).group_by(col(VoucherCodeRow.reward_id), col(VoucherCodeRow.bucket))


def _stock(columns: Sequence[Any], keys: Any) -> Any:
    """Of one reward each: counted where it stands, by the indexes that begin with the reward."""
    held = HELD.where(keys.hold(col(RedemptionRow.reward_id))).cte("held")
    codes = CODED.where(keys.hold(col(VoucherCodeRow.reward_id))).cte("coded")
    stock = select(RewardStockRow).where(keys.hold(col(RewardStockRow.reward_id))).cte("stock")
    both = stock.join(held, and_(held.c.reward_id == stock.c.reward_id, held.c.bucket == stock.c.bucket), full=True)
    reward, bucket = (func.coalesce(stock.c[name], held.c[name]) for name in ("reward_id", "bucket"))
    all_three = both.join(codes, and_(codes.c.reward_id == reward, codes.c.bucket == bucket), full=True)
    zero = literal_column("0", Integer())
    return select(
        func.coalesce(reward, codes.c.reward_id).label("reward_id"),
        func.coalesce(bucket, codes.c.bucket).label("bucket"),
        *(func.coalesce(stock.c[name], zero).label(name) for name in ("total", "left_", "taken", "last_number")),
        func.coalesce(held.c.held, zero).label("held"),
        *(func.coalesce(codes.c[name], zero).label(name) for name in ("codes", "free")),
        codes.c.first_free,
        codes.c.last_number.label("last_code"),
        select(col(RewardRow.kind)).where(col(RewardRow.id) == func.coalesce(reward, codes.c.reward_id))
        .scalar_subquery().label("kind"),
    ).select_from(all_three)  # fmt: skip


STOCK = Statement(RewardStockRow, _stock, always=("reward_id", "bucket"))
REWARD_IDS = Statement(RewardRow, lambda _, __: select(col(RewardRow.id)).order_by(col(RewardRow.id)))
REWARDS = Statement(RewardRow, lambda columns, keys: select(*columns).where(keys.hold(col(RewardRow.id))))
TERMS = frozenset(("id", "program", "kind", "is_stocked", "amount", "currency", "template"))


class BucketSeen(NamedTuple):
    """A bucket of a reward, and what takers and codes say of it: all of one instant."""

    reward_id: UUID
    bucket: int
    kind: str | None
    """Of the reward; None: there is none."""
    total: int
    left: int
    taken: int
    last_number: int
    held: int
    """Redemptions that hold a piece of it."""
    codes: int
    free: int
    first_free: int | None
    last_code: int | None


async def every_reward(db: Reader) -> list[UUID]:
    """Ids of all rewards there are."""
    return [row.id for row in await db.fetch(REWARD_IDS)]


async def buckets_of(db: Reader, reward_id: UUID) -> list[BucketSeen]:
    """The stock of a reward: one statement, so that nobody takes of it in between."""
    rows: list[Any] = await db.fetch(STOCK, [reward_id])
    return [
        BucketSeen(row.reward_id, row.bucket, row["kind"], row.total, row.left_, row.taken, row.last_number,
                   row["held"], row["codes"], row["free"], row["first_free"], row["last_code"])
        for row in rows
    ]  # fmt: skip


async def terms_of_rewards(db: Reader, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """What is written of rewards that cannot be changed; no statement if there are none."""
    asked = list(dict.fromkeys(ids))
    rows: list[Any] = await db.fetch(REWARDS, asked, columns=TERMS) if asked else []
    return {row.id: row for row in rows}


async def codes_at(db: Reader, places: Sequence[Place]) -> dict[Place, tuple[UUID | None, UUID | None]]:
    """Who has the codes at these places: member and redemption; no statement if there are no places."""
    return await takers_at(db, CODES, places, of=OF, taker=TAKER)
