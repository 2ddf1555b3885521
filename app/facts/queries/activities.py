"""Every read of activities."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import String, bindparam, func, select
from sqlalchemy.types import ARRAY
from sqlmodel import col

from app.db import Columns, Reader, Statement
from app.db.statements import pair_each
from app.db.unique_keys import digest_of
from app.facts.models import FactRow
from app.facts.rules.activities import ACTIVITIES
from app.facts.rules.kinds import FactKind

KINDS = sorted(kind.name for kind in ACTIVITIES)
IS_ACTIVITY = col(FactRow.kind) == func.any(bindparam("kinds", type_=ARRAY(String)))

BY_ID = Statement(
    FactRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(FactRow.member_id), col(FactRow.id)), IS_ACTIVITY),
    "kinds",
    always=("member_id", "id"),
    pairs=True,
)
OF_MEMBERS = Statement(
    FactRow,
    lambda columns, keys: (
        select(*columns).where(keys.hold(col(FactRow.member_id)), IS_ACTIVITY).order_by(col(FactRow.id))
    ),
    "kinds",
    always=("member_id", "id"),
)


def activity_digest(program: str, *, kind: FactKind, source: str, external_id: str) -> bytes:
    """What makes an activity one customer's in a program (R24)."""
    return digest_of("activity", program, kind.name, source, external_id)


async def activities_by_id(
    db: Reader, ids: Sequence[tuple[UUID, UUID]], *, columns: Columns = None
) -> list[FactRow | None]:
    """Activities by (member id, id); None for what is none."""
    return pair_each(await db.fetch(BY_ID, ids, KINDS, columns=columns), ids)


async def activities_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[FactRow]:
    """All that members did."""
    return await db.fetch(OF_MEMBERS, member_ids, KINDS)
