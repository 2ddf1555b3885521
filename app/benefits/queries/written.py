"""What is written of members' benefits, as far as it matters now: one statement, however many members and benefits."""

from typing import Any

from sqlalchemy import ARRAY, DateTime, Integer, String, Uuid, bindparam, func, literal_column, null, select, union_all
from sqlmodel import col

from app.benefits.models import BenefitGrantRow, BenefitUseRow
from app.db import Statement

AT: Any = DateTime(timezone=True)
WANTED = (
    func.unnest(bindparam("codes", type_=ARRAY(String())), bindparam("since", type_=ARRAY(AT)))
    .table_valued("benefit", "since")
    .render_derived(name="w")
)
NONE: Any = literal_column("0", Integer())


def _grants(keys: Any) -> Any:
    columns: list[Any] = [
        col(BenefitGrantRow.member_id),
        col(BenefitGrantRow.benefit),
        col(BenefitGrantRow.until).label("at"),
        col(BenefitGrantRow.id).label("grant_id"),
        NONE.label("used"),
    ]
    return select(*columns).where(
        keys.hold(col(BenefitGrantRow.member_id)),
        col(BenefitGrantRow.revoked_at).is_(None),
        col(BenefitGrantRow.until) > bindparam("now", type_=AT),
    )


def _uses(keys: Any) -> Any:
    return (
        select(
            col(BenefitUseRow.member_id),
            col(BenefitUseRow.benefit),
            WANTED.c.since.label("at"),
            null().cast(Uuid()).label("grant_id"),
            func.count().label("used"),
        )
        .join(
            WANTED,
            (WANTED.c.benefit == col(BenefitUseRow.benefit)) & (col(BenefitUseRow.used_at) >= WANTED.c.since),
        )
        .where(keys.hold(col(BenefitUseRow.member_id)), col(BenefitUseRow.given_back_at).is_(None))
        .group_by(col(BenefitUseRow.member_id), col(BenefitUseRow.benefit), WANTED.c.since)
    )


STATE = Statement(
    BenefitUseRow,
    lambda _, keys: union_all(_grants(keys), _uses(keys)),
    "now",
    "codes",
    "since",
    always=("member_id",),
)
"""What staff granted that is in force, and how often each benefit was used since an instant and not given back."""
