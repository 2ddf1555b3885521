"""Templates that operators made: all of them for the process's memory, and some as they were written."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import String, bindparam, func, select
from sqlmodel import col

from app.coupons.models.templates import CouponTemplateRow
from app.coupons.section import CouponTemplate
from app.coupons.templates import MADE, MadeTemplate, MadeTemplates, Template, offered
from app.db import Reader, Statement, many_each
from app.programs.extras import Extra

PLACE = (col(CouponTemplateRow.program), col(CouponTemplateRow.id), col(CouponTemplateRow.number))
NUMBER = Statement(CouponTemplateRow, lambda _, __: select(func.count().label("number")).select_from(CouponTemplateRow))
ALL = Statement(CouponTemplateRow, lambda columns, _: select(*columns).order_by(*PLACE))
BY_ID = Statement(
    CouponTemplateRow,
    lambda columns, keys: select(*columns).where(keys.hold(col(CouponTemplateRow.id))).order_by(*PLACE),
)
CODES = Statement(
    CouponTemplateRow,
    lambda columns, _: select(*columns).where(PLACE[0] == bindparam("program", type_=String()), PLACE[2] == 1),
    "program",
)


UNRETIRED = Statement(
    CouponTemplateRow,
    lambda _, __: select(
        func.count()
        .filter(PLACE[2] == 1)
        .op("-")(func.count().filter(col(CouponTemplateRow.is_retired)))
        .label("number")
    ).where(PLACE[0] == bindparam("program", type_=String())),
    "program",
)
"""What is retired is so for good, by its last row."""


async def number_not_retired(db: Reader, program: str) -> int:
    """How many templates of a program there are that operators made, as they are written by now."""
    (row,) = await db.fetch(UNRETIRED, (), program)
    return row.number


async def _number_of_rows(db: Reader) -> int:
    """Rows are only added."""
    (row,) = await db.fetch(NUMBER)
    return row.number


async def _made(db: Reader, before: Mapping[str, MadeTemplates]) -> Mapping[str, MadeTemplates]:
    by_code: dict[tuple[str, str], list[CouponTemplateRow]] = {}
    for row in await db.fetch(ALL):
        by_code.setdefault((row.program, row.code), []).append(row)
    made: dict[str, MadeTemplates] = {}
    for (program, code), rows in by_code.items():
        known = before[program].get(code) if program in before else None
        is_same = known is not None and len(known.states) == len(rows)
        made.setdefault(program, MadeTemplates())[code] = known if known is not None and is_same else made_of(rows)
    return made


MADE_TEMPLATES: Extra[MadeTemplates] = Extra(MADE, _number_of_rows, _made)


async def codes_of_operators(db: Reader, program: str) -> frozenset[str]:
    """Of all templates of a program that operators made, as they are written by now."""
    rows = await db.fetch(CODES, (), program, columns=frozenset(("code",)))
    return frozenset(row.code for row in rows)


async def template_rows(db: Reader, template_id: UUID) -> list[CouponTemplateRow]:
    """A template as it was made, and as it was changed since; none if no operator made it."""
    return await db.fetch(BY_ID, [template_id])


async def templates_written(db: Reader, ids: Sequence[UUID]) -> list[Template | None]:
    """Templates as operators wrote them last, in force or not yet: what their changes are answered with."""
    rows = many_each(await db.fetch(BY_ID, ids), ids, by="id")
    return [made_of(each).newest if each else None for each in rows]


def made_of(rows: Sequence[CouponTemplateRow]) -> MadeTemplate:
    """From rows in the order of their numbers; at least one."""
    return MadeTemplate([(row.effective_from, _template_of(row)) for row in rows])


def _template_of(row: CouponTemplateRow) -> Template:
    retired_at = row.effective_from if row.is_retired else None
    terms = _terms(row.terms)
    return offered(terms, program=row.program, version=None, zone=ZoneInfo(row.time_zone), currency=row.currency,
                   retired_at=retired_at)  # fmt: skip


@lru_cache(maxsize=1024)
def _terms(text: str) -> CouponTemplate:
    return CouponTemplate.model_validate_json(text)
