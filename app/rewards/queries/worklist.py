"""Redemptions of a program's members, for staff who fulfil them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, Uuid, and_, bindparam, func, literal_column, or_, select
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement
from app.db.columns import INSTANT
from app.db.newest import FIRST, LAST
from app.rewards.models import RedemptionRow
from app.rewards.rules.kinds import OPEN, RedemptionState

ID = col(RedemptionRow.id)
AFTER = bindparam("after", type_=Uuid())
STATES, SINCE = bindparam("states", type_=ARRAY(String())), bindparam("since", type_=INSTANT)
IS_OPEN = col(RedemptionRow.state).in_([literal_column(f"'{state.name}'", String()) for state in OPEN])
"""Written out, not a parameter: only then a plan for any parameters uses the index of those."""
OF_REWARD = col(RedemptionRow.reward_id) == bindparam("reward_id", type_=Uuid())
ASKED = and_(
    col(RedemptionRow.program) == bindparam("program", type_=String()),
    or_(STATES.is_(None), col(RedemptionRow.state) == func.any(STATES)),
    or_(SINCE.is_(None), col(RedemptionRow.redeemed_at) >= SINCE),
)
Choice = tuple[bool, bool]
"""Whether it is of one reward only, and whether only of those that are open."""


@dataclass(frozen=True)
class Wanted:
    """Which redemptions; None: whatever it is."""

    program: str
    states: Collection[RedemptionState] | None = None
    reward_id: UUID | None = None
    since: datetime | None = None

    @property
    def choice(self) -> Choice:
        return self.reward_id is not None, self.states is not None and OPEN.issuperset(self.states)

    @property
    def arguments(self) -> tuple[Any, ...]:
        names = None if self.states is None else [state.name for state in self.states]
        own = (self.program, names, self.since)
        return own if self.reward_id is None else (*own, self.reward_id)


def _condition(choice: Choice) -> Any:
    of_reward, only_open = choice
    return and_(ASKED, *((OF_REWARD,) if of_reward else ()), *((IS_OPEN,) if only_open else ()))


def _names(choice: Choice) -> tuple[str, ...]:
    own = ("program", "states", "since")
    return (*own, "reward_id") if choice[0] else own


def _listed(choice: Choice, *, is_falling: bool) -> Statement[RedemptionRow]:
    begins = func.coalesce(AFTER, LAST) > ID if is_falling else func.coalesce(AFTER, FIRST) < ID
    return Statement(
        RedemptionRow,
        lambda columns, _: (
            select(*columns)
            .where(_condition(choice), begins)
            .order_by(ID.desc() if is_falling else ID)
            .limit(bindparam("limit", type_=Integer()))
        ),
        *_names(choice),
        "after",
        "limit",
        always=("member_id", "id"),
    )


def _counted(choice: Choice) -> Statement[RedemptionRow]:
    return Statement(
        RedemptionRow,
        lambda _, __: select(func.count().label("points")).select_from(RedemptionRow).where(_condition(choice)),
        *_names(choice),
    )


CHOICES: tuple[Choice, ...] = tuple(product((True, False), (True, False)))
LISTS = {
    (choice, is_falling): _listed(choice, is_falling=is_falling) for choice in CHOICES for is_falling in (True, False)
}
COUNTS = {choice: _counted(choice) for choice in CHOICES}


async def redemptions_wanted(
    db: Reader, wanted: Wanted, *, page: Page, is_falling: bool, columns: Columns = None
) -> list[RedemptionRow]:
    """In the order in which they were redeemed, or the last first."""
    statement = LISTS[wanted.choice, is_falling]
    return await db.fetch(statement, (), *wanted.arguments, page.after, page.limit, columns=columns)


async def number_of_redemptions_wanted(db: Reader, wanted: Wanted) -> int:
    (row,) = await db.fetch(COUNTS[wanted.choice], (), *wanted.arguments)
    return row.points
