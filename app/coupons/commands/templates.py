"""What an operator does with a program's coupon templates: made, said otherwise, retired, added to. Audited by who
calls it. Each is in force `rules.SPREAD` after it was written: then every process knows of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.coupons.models import CouponTemplateRow
from app.coupons.queries.templates import made_of, number_not_retired, template_rows
from app.coupons.rules.offering import NO_TEMPLATE, OF_FILE, TemplateTerm, template_changed, template_said
from app.coupons.rules.template_outcomes import CouponTemplateCodeTaken, CouponTemplateIsRetired
from app.coupons.section import CouponTemplate
from app.coupons.templates import Template, is_of_file, offered, template_id
from app.db import Transaction, Write
from app.db.rows import table_of
from app.errors import BadInput, Refused
from app.programs.commands import lock_program
from app.programs.money import MOST
from app.programs.queries import newest_version
from app.programs.rules import SPREAD, Programs, ProgramVersion

from .filling import ADD_MONEY, BUDGET, STOCK, fill, put_in

MOST_TEMPLATES = 1000
"""Of a program, that operators made and did not retire: every process holds them, and lists go through them."""
COLUMNS = {column.key: bindparam(column.key, type_=column.type) for column in table_of(CouponTemplateRow).columns}
INSERT: Write[CouponTemplateRow] = Write(
    CouponTemplateRow,
    insert(CouponTemplateRow)
    .values(COLUMNS)
    .on_conflict_do_nothing(index_elements=[col(CouponTemplateRow.id), col(CouponTemplateRow.number)])
    .returning(col(CouponTemplateRow.id)),
)
LOCK: Write[CouponTemplateRow] = Write(
    CouponTemplateRow,
    select(CouponTemplateRow)
    .where(
        col(CouponTemplateRow.id) == bindparam("of_template", type_=Uuid()),
        col(CouponTemplateRow.number) == bindparam("first"),
    )
    .with_for_update(key_share=True),
)
"""No two operators at a time; who gets a coupon need not wait."""

RECORDED = {"code", "kind", "amount", "off", "most", "stock", "budget"}
"""Of a new template, for who checks what staff do: amounts in minor units."""


@dataclass(frozen=True)
class Edited:
    """What was done with a template."""

    template: Template
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict[str, tuple[object, object]])
    """By what it is: what it was before, and after."""


async def create_template(
    tx: Transaction, *, programs: Programs, program: ProgramVersion, said: Mapping[str, Any], now: datetime
) -> Edited:
    """A new template of a program, with its stock and budget, if it has any.

    May refuse: CouponTemplateCodeTaken, also by one of any version of the program's file. May raise BadInput: what is
    said makes no sense, or does not go together, or there are too many; Overloaded: a version was published that is not
    held here yet.
    """
    terms = template_said(said, programs=programs, program=program, now=now)
    taken = CouponTemplateCodeTaken(program.code, terms.code)
    await lock_program(tx, program.code)
    newest = await newest_version(tx, program.code)
    if newest is not None:
        programs.version(program.code, newest.number)  # its file is looked at, too
    if is_of_file(programs, program.code, terms.code):
        raise Refused(taken)
    if await number_not_retired(tx, program.code) >= MOST_TEMPLATES:
        raise BadInput(f"A program has at most {MOST_TEMPLATES} templates of operators that are not retired.")
    row = {"id": template_id(program.code, terms.code), "number": 1, "program": program.code, "code": terms.code,
           "time_zone": program.zone.key, "currency": program.currency, "terms": _kept(terms), "is_retired": False,
           "effective_from": now + SPREAD, "written_at": now}  # fmt: skip
    if not await tx.run(INSERT, **row):
        raise Refused(taken)
    made = offered(terms, program=program.code, version=None, zone=program.zone, currency=program.currency)
    await fill(tx, made)
    told = terms.model_dump(mode="json", include=RECORDED)
    return Edited(made, {name: (None, value) for name, value in told.items() if value is not None})


async def change_template(
    tx: Transaction,
    *,
    wanted: UUID,
    said: Mapping[str, Any],
    removed: Collection[TemplateTerm],
    now: datetime,
) -> Edited:
    """Say something of a template otherwise that is no term of its coupons: its texts, when it can be got, how often.

    May refuse: CouponTemplateIsRetired. May raise BadInput: there is no such template, it is of the program's file,
    nothing is said, or it makes no sense.
    """
    newest, rows = await locked(tx, wanted)
    terms = template_changed(newest, said, removed=removed)
    await _write(tx, rows[-1], terms=_kept(terms), is_retired=False, now=now)
    before, after = newest.terms.model_dump(mode="json"), terms.model_dump(mode="json")
    return Edited(newest, {name: (before[name], new) for name, new in after.items() if new != before[name]})


async def retire_template(tx: Transaction, *, wanted: UUID, now: datetime) -> Edited:
    """From now on nobody gets a coupon of it; those that there are stay good. It is never deleted (R20).

    May refuse: CouponTemplateIsRetired. May raise BadInput: there is no such template, or it is of the program's file.
    """
    newest, rows = await locked(tx, wanted)
    await _write(tx, rows[-1], terms=rows[-1].terms, is_retired=True, now=now)
    return Edited(newest)


async def add_stock(tx: Transaction, *, wanted: UUID, pieces: int) -> Edited:
    """So many coupons more can be issued, at once (R31). May refuse: CouponTemplateIsRetired. May raise BadInput: it
    has no stock, or would have more than can be counted; and likewise."""
    newest, _ = await locked(tx, wanted)
    if newest.has_codes:
        raise BadInput("How many of these coupons there are is how many codes: add codes.")
    buckets = await tx.run(STOCK, of_template=wanted)
    if not buckets:
        raise BadInput("There is no end of this template's coupons: it has no stock.")
    total = sum(bucket.total for bucket in buckets)
    if not 0 < pieces <= MOST - total:
        raise BadInput(f"'pieces' must be from 1, and {MOST} with those that there are at most.")
    await put_in(tx, newest, buckets, pieces=pieces)
    left = sum(bucket.left_ for bucket in buckets)
    return Edited(newest, {"left": (left, left + pieces)})


async def add_budget(tx: Transaction, *, wanted: UUID, amount: int) -> Edited:
    """So much money more for its coupons, in minor units (R12). Likewise."""
    newest, _ = await locked(tx, wanted)
    rows = await tx.run(BUDGET, of_template=wanted)
    if not rows:
        raise BadInput("This template has no budget.")
    if not 0 < amount <= MOST - rows[0].total:
        raise BadInput("'amount' must be more than nothing, and not more than can be counted.")
    await tx.run(ADD_MONEY, of_template=wanted, change=amount)
    return Edited(newest, {"budget": (rows[0].total, rows[0].total + amount)})


async def locked(tx: Transaction, wanted: UUID) -> tuple[Template, list[CouponTemplateRow]]:
    """A template that an operator made, which no other one changes until the transaction ends. May refuse:
    CouponTemplateIsRetired. May raise BadInput: there is none that an operator made."""
    if not await tx.run(LOCK, of_template=wanted, first=1):
        raise BadInput(OF_FILE)
    rows = await template_rows(tx, wanted)
    if not rows:
        raise BadInput(NO_TEMPLATE)
    if rows[-1].is_retired:
        raise Refused(CouponTemplateIsRetired(wanted))
    return made_of(rows).newest, rows


async def _write(tx: Transaction, last: CouponTemplateRow, *, terms: str, is_retired: bool, now: datetime) -> None:
    """As it is from SPREAD on, and not before what was written last."""
    row = {name: getattr(last, name) for name in COLUMNS}
    row |= {"number": last.number + 1, "terms": terms, "is_retired": is_retired, "written_at": now,
            "effective_from": max(now + SPREAD, last.effective_from)}  # fmt: skip
    if not await tx.run(INSERT, **row):
        raise LookupError("a template was changed under its lock")


def _kept(terms: CouponTemplate) -> str:
    return terms.model_dump_json(exclude_none=True)
