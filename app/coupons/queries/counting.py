"""How many coupons of templates a member has had in the present periods of their limits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, bindparam, func, literal_column, select
from sqlmodel import col

from app.coupons.models import CouponRow
from app.coupons.rules.kinds import CouponState
from app.coupons.templates import Template
from app.db import Reader, Statement
from app.db.columns import INSTANT
from app.offers.rules.availability import counted_since
from app.points.rules.caps import ALL_TIME
from app.programs.rules import ProgramVersion

WANTED = (
    func.unnest(bindparam("templates", type_=ARRAY(Uuid())), bindparam("since", type_=ARRAY(INSTANT)))
    .table_valued("template_id", "since")
    .render_derived(name="w")
)
NUMBERS = Statement(
    CouponRow,
    lambda _, keys: (
        select(col(CouponRow.template_id), func.count().label("changes"))
        .join(WANTED, WANTED.c.template_id == col(CouponRow.template_id))
        .where(
            keys.hold(col(CouponRow.member_id)),
            col(CouponRow.issued_at) >= WANTED.c.since,
            col(CouponRow.state) != literal_column(f"'{CouponState.REVOKED.name}'", String()),
        )
        .group_by(col(CouponRow.template_id))
    ),
    "templates",
    "since",
    always=("template_id",),
)


async def numbers_had(
    db: Reader, templates: Sequence[Template], *, member_id: UUID, program: ProgramVersion, now: datetime
) -> Mapping[UUID, int]:
    """By the template's id, for those that have a limit: coupons that the member got in its present period, in
    whatever way; those that were revoked do not count. One statement, if any has a limit."""
    limited = [each for each in templates if each.period is not None]
    if not limited:
        return {}
    since = [counted_since(each.period, program=program, now=now) or ALL_TIME[0] for each in limited]
    rows = await db.fetch(NUMBERS, [member_id], [each.id for each in limited], since)
    return {row.template_id: row.changes for row in rows}
