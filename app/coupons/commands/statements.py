"""Writes of coupons, compiled once."""

from sqlalchemy import BigInteger, LargeBinary, Uuid, and_, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.coupons.models import CouponBudgetRow, CouponChangeRow, CouponCodeRow, CouponRow, MissedCouponRow
from app.coupons.rows import KEPT
from app.db import Write, insert_of
from app.db.columns import INSTANT
from app.db.rows import table_of
from app.db.writing import whole_row

CHANGING = ("state", "order_source", "order_id", *KEPT)
COLUMNS = table_of(CouponRow).columns
OF_MEMBER = col(CouponRow.member_id) == bindparam("of_member", type_=Uuid())
THE_COUPON = col(CouponRow.id) == bindparam("of_coupon", type_=Uuid())
INSERT = insert_of(CouponRow)
INSERT_CHANGE = insert_of(CouponChangeRow)
INSERT_MISSED: Write[MissedCouponRow] = Write(
    MissedCouponRow,
    insert(MissedCouponRow)
    .values(whole_row(MissedCouponRow))
    .on_conflict_do_nothing(constraint="uq_coupons_missed_cause"),
)
"""Unless it is known: what is told twice is tried twice."""
DUE: Write[CouponRow] = Write(
    CouponRow,
    select(CouponRow)
    .where(OF_MEMBER, or_(col(CouponRow.due_at) <= bindparam("now", type_=INSTANT), THE_COUPON))
    .order_by(col(CouponRow.due_at), col(CouponRow.id)),
)
"""Those of which time has made something, and the one that is meant, if one is."""
DUE_OR_OF_ORDER: Write[CouponRow] = Write(
    CouponRow,
    select(CouponRow)
    .where(
        OF_MEMBER,
        or_(
            col(CouponRow.due_at) <= bindparam("now", type_=INSTANT),
            THE_COUPON,
            and_(
                col(CouponRow.order_id) == bindparam("of_order"), col(CouponRow.order_source) == bindparam("of_source")
            ),
        ),
    )
    .order_by(col(CouponRow.due_at), col(CouponRow.id)),
)
"""Those, and all that are reserved for an order, or were used for it."""
CAUSED: Write[CouponRow] = Write(
    CouponRow,
    select(CouponRow).where(
        OF_MEMBER,
        col(CouponRow.way) == bindparam("way"),
        col(CouponRow.cause_id) == bindparam("cause_id", type_=Uuid()),
        col(CouponRow.rule) == bindparam("rule"),
    ),
)
KEEP: Write[CouponRow] = Write(
    CouponRow,
    update(CouponRow)
    .where(OF_MEMBER, THE_COUPON)
    .values({name: bindparam(f"new_{name}", type_=COLUMNS[name].type) for name in CHANGING}),
)
OF_TEMPLATE = col(CouponBudgetRow.template_id) == bindparam("of_template", type_=Uuid())
MONEY = bindparam("money", type_=BigInteger())
TAKE_MONEY: Write[CouponBudgetRow] = Write(
    CouponBudgetRow,
    update(CouponBudgetRow)
    .where(OF_TEMPLATE, col(CouponBudgetRow.left_) >= MONEY)
    .values(left_=col(CouponBudgetRow.left_) - MONEY)
    .returning(col(CouponBudgetRow.left_)),
)
"""Waits for who is at the same budget, and then looks again whether enough is left."""
PUT_MONEY_BACK: Write[CouponBudgetRow] = Write(
    CouponBudgetRow, update(CouponBudgetRow).where(OF_TEMPLATE).values(left_=col(CouponBudgetRow.left_) + MONEY)
)
TAKE_CODE: Write[CouponCodeRow] = Write(
    CouponCodeRow,
    update(CouponCodeRow)
    .where(
        col(CouponCodeRow.digest) == bindparam("of_digest", type_=LargeBinary()), col(CouponCodeRow.taken_by).is_(None)
    )
    .values(
        taken_by=bindparam("member_id", type_=Uuid()),
        coupon_id=bindparam("coupon", type_=Uuid()),
        taken_at=bindparam("now", type_=INSTANT),
    )
    .returning(col(CouponCodeRow.digest)),
)
"""Of several who have the same code one gets it: the others wait, and then find it taken."""
