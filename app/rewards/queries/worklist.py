"""Redemptions of a program's members, for staff who fulfil them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, Uuid, and_, bindparam, func, literal_column, or_, select, true
from sqlmodel import col

from app.clock import least_id_of
from app.db import Columns, Page, Reader, Statement
from app.db.columns import INSTANT
from app.db.newest import FIRST, LAST
from app.rewards.models import RedemptionRow, RewardRow
from app.rewards.rules.kinds import RedemptionState

CLOCKS_APART = timedelta(hours=1)
"""By so much at most the time in an id is before that of the redemption, which is read first."""
ID = col(RedemptionRow.id)
AFTER = bindparam("after", type_=Uuid())
STATES = bindparam("states", type_=ARRAY(String()))
SINCE, NOT_BEFORE = bindparam("since", type_=INSTANT), bindparam("not_before", type_=Uuid())
PROGRAM, REWARD = bindparam("program", type_=String()), bindparam("reward_id", type_=Uuid())
OF_PROGRAM = col(RedemptionRow.program) == PROGRAM
OF_REWARD = and_(
    col(RedemptionRow.reward_id) == REWARD,
    select(col(RewardRow.id)).where(col(RewardRow.id) == REWARD, col(RewardRow.program) == PROGRAM).exists(),
)
"""Not by the program of the redemption: that one's index is for those of all rewards."""
IN_TIME = and_(func.coalesce(NOT_BEFORE, FIRST) <= ID, or_(SINCE.is_(None), col(RedemptionRow.redeemed_at) >= SINCE))
"""Ids rise with time, so nothing is read of what was before."""
OWN = ("program", "states", "since", "not_before")


@dataclass(frozen=True)
class Wanted:
    """Which redemptions; None: whatever it is."""

    program: str
    states: Collection[RedemptionState] | None = None
    reward_id: UUID | None = None
    since: datetime | None = None

    @property
    def is_of_reward(self) -> bool:
        return self.reward_id is not None

    @property
    def arguments(self) -> tuple[Any, ...]:
        states = {state.name for state in (RedemptionState if self.states is None else self.states)}
        not_before = None if self.since is None else least_id_of(self.since, leeway=CLOCKS_APART)
        own = (self.program, sorted(states), self.since, not_before)
        return own if self.reward_id is None else (*own, self.reward_id)


def _condition(of_reward: bool) -> Any:
    return and_(OF_REWARD if of_reward else OF_PROGRAM, IN_TIME)


def _names(of_reward: bool) -> tuple[str, ...]:
    return (*OWN, "reward_id") if of_reward else OWN


def _listed(of_reward: bool, is_falling: bool) -> Statement[RedemptionRow]:
    """So many of each state, by the index of those, and of all of them so many: few are read, however rare a state
    is."""
    begins = func.coalesce(AFTER, LAST) > ID if is_falling else func.coalesce(AFTER, FIRST) < ID
    limit = bindparam("limit", type_=Integer())

    def build(columns: Any, _: Any) -> Any:
        states = func.unnest(STATES).table_valued("state").render_derived(name="s")
        of_state = select(*columns).where(
            _condition(of_reward), col(RedemptionRow.state) == literal_column("s.state", String()), begins
        )
        some = of_state.order_by(ID.desc() if is_falling else ID).limit(limit).lateral("x")
        order = some.c.id.desc() if is_falling else some.c.id
        return select(some).select_from(states.join(some, true())).order_by(order).limit(limit)

    return Statement(RedemptionRow, build, *_names(of_reward), "after", "limit", always=("member_id", "id"))


def _counted(of_reward: bool) -> Statement[RedemptionRow]:
    condition = and_(_condition(of_reward), col(RedemptionRow.state) == func.any(STATES))
    return Statement(
        RedemptionRow,
        lambda _, __: select(func.count().label("points")).select_from(RedemptionRow).where(condition),
        *_names(of_reward),
    )


LISTS = {
    (of_reward, is_falling): _listed(of_reward, is_falling)
    for of_reward in (True, False)
    for is_falling in (True, False)
}
COUNTS = {of_reward: _counted(of_reward) for of_reward in (True, False)}


async def redemptions_wanted(
    db: Reader, wanted: Wanted, *, page: Page, is_falling: bool, columns: Columns = None
) -> list[RedemptionRow]:
    """In the order in which they were redeemed, or the last first."""
    statement = LISTS[wanted.is_of_reward, is_falling]
    return await db.fetch(statement, (), *wanted.arguments, page.after, page.limit, columns=columns)


async def number_of_redemptions_wanted(db: Reader, wanted: Wanted) -> int:
    (row,) = await db.fetch(COUNTS[wanted.is_of_reward], (), *wanted.arguments)
    return row.points
