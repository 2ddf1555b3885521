"""What members used of their benefits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, bindparam, select
from sqlmodel import col

from app.benefits.models import BenefitUseRow
from app.benefits.rules.outcomes import Asked
from app.db import Columns, Page, Reader, Statement, many_each
from app.db.counting import number_of_each, numbers_each
from app.db.ledgers import all_of_each
from app.db.newest import newest_of_each
from app.db.statements import pair_each
from app.db.unique_keys import digest_of

Pair = tuple[UUID, UUID]
KIND = "benefit-use"
"""Of the unique key of a cause."""
OWNER: Any = col(BenefitUseRow.member_id)

BY_ID = Statement(
    BenefitUseRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(OWNER, col(BenefitUseRow.id))),
    always=("member_id", "id"),
    pairs=True,
)
BY_CAUSE = Statement(
    BenefitUseRow,
    lambda columns, keys: select(*columns).where(
        keys.hold(OWNER),
        col(BenefitUseRow.benefit) == bindparam("benefit", type_=String()),
        col(BenefitUseRow.source) == bindparam("source", type_=String()),
        col(BenefitUseRow.external_id) == bindparam("external_id", type_=String()),
    ),
    "benefit",
    "source",
    "external_id",
)
NEWEST = newest_of_each(BenefitUseRow, owner=OWNER, key=col(BenefitUseRow.id))
NUMBERS = number_of_each(BenefitUseRow, owner=OWNER)
ALL = all_of_each(BenefitUseRow, OWNER, col(BenefitUseRow.id))


def use_digest(program: str, benefit: str, asked: Asked) -> bytes:
    """Of what is used once in a program, whoever's it is (R24)."""
    return digest_of(KIND, program, benefit, asked.source, asked.external_id)


def content_digest(asked: Asked) -> bytes:
    """Of what the system said beside that."""
    return digest_of(KIND, "" if asked.reference is None else f"={asked.reference}")


async def use_for(db: Reader, member_id: UUID, benefit: str, asked: Asked) -> BenefitUseRow | None:
    """What a member used a benefit for; None: they did not."""
    rows = await db.fetch(BY_CAUSE, [member_id], benefit, asked.source, asked.external_id)
    return rows[0] if rows else None


async def uses_by_id(db: Reader, ids: Sequence[Pair], *, columns: Columns = None) -> list[BenefitUseRow | None]:
    return pair_each(await db.fetch(BY_ID, ids, columns=columns), ids)


async def uses_of_members(
    db: Reader, member_ids: Sequence[UUID], *, page: Page, columns: Columns = None
) -> list[list[BenefitUseRow]]:
    """The last used first."""
    rows = await db.fetch(NEWEST, member_ids, page.after, page.limit, columns=columns)
    return many_each(rows, member_ids, by="member_id")


async def numbers_of_uses(db: Reader, member_ids: Sequence[UUID]) -> list[int]:
    return await numbers_each(db, NUMBERS, member_ids)


async def every_use(db: Reader, member_ids: Sequence[UUID]) -> list[BenefitUseRow]:
    """All of each member's, in the order in which they were written: for the prover."""
    return await db.fetch(ALL, member_ids)
