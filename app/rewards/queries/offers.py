"""What is read to redeem a reward: one statement ahead of the transaction, and one in it."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, String, Uuid, bindparam, case, func, literal_column, or_, select
from sqlmodel import col

from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.points.rules.caps import ALL_TIME, period_of
from app.points.section import Period
from app.programs.rules import ProgramVersion
from app.rewards.models import RedemptionRow, RewardRow, RewardStockRow
from app.rewards.rules.kinds import COUNTED

PERIODS = tuple(period for period in Period if period is not Period.LIFETIME)
SINCE = {period: bindparam(f"since_{period.name.lower()}", type_=INSTANT) for period in Period}
IS_COUNTED = col(RedemptionRow.state).in_(
    [literal_column(f"'{name}'", String()) for name in sorted(each.name for each in COUNTED)]
)
"""Written out, and not a parameter: only then a plan for any parameters uses the index of those."""
NONE: Any = literal_column("0", Integer())
COUNTED_SO_FAR: Any = (
    select(func.count())
    .where(
        col(RedemptionRow.member_id) == bindparam("member_id", type_=Uuid()),
        col(RedemptionRow.reward_id) == col(RewardRow.id),
        IS_COUNTED,
        col(RedemptionRow.redeemed_at)
        >= case(
            *((col(RewardRow.period) == literal_column(f"'{each.name}'", String()), SINCE[each]) for each in PERIODS),
            else_=SINCE[Period.LIFETIME],
        ),
    )
    .correlate(RewardRow)
    .scalar_subquery()
)
OFFER = Statement(
    RewardRow,
    lambda columns, keys: select(
        *columns, case((col(RewardRow.per_member).is_(None), NONE), else_=COUNTED_SO_FAR).label("counted")
    ).where(keys.hold(col(RewardRow.id))),
    "member_id",
    *(parameter.key for parameter in SINCE.values()),
)
HAS_LEFT: Any = (
    select(NONE)
    .where(col(RewardStockRow.reward_id) == col(RewardRow.id), col(RewardStockRow.left_) > NONE)
    .correlate(RewardRow)
    .exists()
)
AHEAD = Statement(
    RewardRow,
    lambda columns, keys: select(*columns, or_(~col(RewardRow.is_stocked), HAS_LEFT).label("has_left")).where(
        keys.hold(col(RewardRow.id))
    ),
)
TERMS = frozenset(
    (
        "program",
        "kind",
        "points",
        "tier_points",
        "tiers_from",
        "opens_at",
        "closes_at",
        "retired_at",
        "is_stocked",
        "buckets",
        "per_member",
        "period",
        "amount",
        "currency",
        "template",
        "is_confirmed_by_staff",
    )
)
"""All that redeeming goes by."""
SEEN_AHEAD = frozenset(("program", "opens_at", "closes_at", "retired_at", "template"))


class Offer(NamedTuple):
    """A reward, and how often a member redeemed it in the present period of its limit."""

    reward: Any
    """The row."""
    counted: int
    """0 where there is no limit."""


class Glance(NamedTuple):
    """What can be seen of a reward at once, without anybody waiting: it may be otherwise a moment later."""

    reward: Any
    """The row: only what says whose it is, and when it can be redeemed."""
    has_left: bool


async def offer_to(
    db: Reader, reward_id: UUID, *, member_id: UUID, program: ProgramVersion, now: datetime
) -> Offer | None:
    """A reward as it is for a member; None if there is none in their program (R43)."""
    since = _starts(program.zone, now.replace(second=0, microsecond=0))
    rows: list[Any] = await db.fetch(OFFER, [reward_id], member_id, *since, columns=TERMS)
    if not rows or rows[0].program != program.code:
        return None
    return Offer(rows[0], rows[0]["counted"])


@lru_cache(maxsize=64)
def _starts(zone: ZoneInfo, minute: datetime) -> Sequence[datetime]:
    """When the periods began in which an instant of that minute is: none begins within a minute."""
    return [ALL_TIME[0] if each is Period.LIFETIME else period_of(minute, each, zone=zone)[0] for each in Period]


async def glance_at(db: Reader, reward_id: UUID, *, program: str) -> Glance | None:
    """Whether a reward is open, and anything left of it; None if there is none in the program."""
    rows: list[Any] = await db.fetch(AHEAD, [reward_id], columns=SEEN_AHEAD)
    if not rows or rows[0].program != program:
        return None
    return Glance(rows[0], rows[0]["has_left"])
