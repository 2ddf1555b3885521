"""What staff granted members of benefits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlmodel import col

from app.benefits.models import BenefitGrantRow
from app.db import Columns, Page, Reader, Statement, many_each
from app.db.columns import INSTANT
from app.db.counting import number_of_each, numbers_each
from app.db.ledgers import all_of_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each

Pair = tuple[UUID, UUID]
OWNER: Any = col(BenefitGrantRow.member_id)
AT: Any = bindparam("at", type_=INSTANT)

BY_ID = Statement(
    BenefitGrantRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(OWNER, col(BenefitGrantRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
NEWEST = newest_of_each(BenefitGrantRow, owner=OWNER, key=col(BenefitGrantRow.id))
NUMBERS = number_of_each(BenefitGrantRow, owner=OWNER)
IN_FORCE_AT = Statement(
    BenefitGrantRow,
    lambda columns, keys: (
        select(*columns)
        .where(
            keys.hold(OWNER),
            col(BenefitGrantRow.granted_at) <= AT,
            col(BenefitGrantRow.until) > AT,
            or_(col(BenefitGrantRow.revoked_at).is_(None), col(BenefitGrantRow.revoked_at) > AT),
        )
        .order_by(col(BenefitGrantRow.id))
    ),
    "at",
    always=("member_id", "id"),
)
ALL = all_of_each(BenefitGrantRow, OWNER, col(BenefitGrantRow.id))


async def grants_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[BenefitGrantRow | None]:
    return pair_each(await db.fetch(BY_ID, ids, columns=columns), ids)


async def grants_at(db: Reader, *, member_id: UUID, at: datetime) -> list[BenefitGrantRow]:
    """What staff had given a member that was in force at an instant, by what is known of it now."""
    return await db.fetch(IN_FORCE_AT, [member_id], at)


async def grants_of_members(
    db: Reader, member_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> list[list[BenefitGrantRow]]:
    """The last granted first."""
    rows = await db.fetch(NEWEST, member_ids, page.after, page.limit, columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def numbers_of_grants(db: Reader, member_ids: Sequence[UUID]) -> list[int]:
    return await numbers_each(db, NUMBERS, member_ids)


async def every_grant(db: Reader, member_ids: Sequence[UUID]) -> list[BenefitGrantRow]:
    """All of each member's, in the order in which they were given: for the prover."""
    return await db.fetch(ALL, member_ids)
