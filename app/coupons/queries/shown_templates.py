"""Templates as members and staff look through them: from memory, so that only what is left of them is read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.coupons.section import CouponKind, Way
from app.coupons.templates import Template, template_anywhere, templates_ever, templates_now
from app.db import Page, Reader
from app.db.paging import NO_CURSOR
from app.errors import BadInput
from app.graph import Context, Role, Viewer
from app.programs.asked import program_asked
from app.programs.money import Money
from app.programs.rules import Programs

from .stock import Budgeted, budgets_of, lapsed_of
from .templates import templates_written


async def templates_seen(db: Reader, ids: Sequence[UUID], *, context: Context) -> list[Template | None]:
    """Those of them of whose program one may know: to staff and services of another it is as if there were none
    (R43)."""
    programs, now = context.get(Programs), context.now
    among = programs_seen(context.viewer, programs)
    return [template_anywhere(programs, each, among=among, now=now) for each in ids]


async def templates_kept(db: Reader, ids: Sequence[UUID], *, context: Context) -> list[Template | None]:
    """Likewise for who has just done something with them: also what an operator made a moment ago."""
    seen = await templates_seen(db, ids, context=context)
    new = [each for each, found in zip(ids, seen, strict=True) if found is None]
    written = dict(zip(new, await templates_written(db, new), strict=True)) if new else {}
    return [found or written.get(each) for each, found in zip(ids, seen, strict=True)]


def programs_seen(viewer: Viewer, programs: Programs) -> Sequence[str]:
    """Programs of whose templates somebody may know."""
    is_public = viewer.role in (Role.MEMBER, Role.VISITOR)
    return [code for code in programs.codes if is_public or code in viewer.programs]


async def templates_listed(
    db: Reader,
    *,
    context: Context,
    page: Page,
    program: str | None = None,
    kind: CouponKind | None = None,
    way: Way | None = None,
    include_retired: bool = False,
) -> list[Template]:
    """Those of a program. May raise BadInput: no such program for the caller, or no such place in the list."""
    return paged(_asked(context, program, kind, way, include_retired=include_retired), page)


async def number_of_templates(
    db: Reader,
    *,
    context: Context,
    program: str | None = None,
    kind: CouponKind | None = None,
    way: Way | None = None,
    include_retired: bool = False,
) -> int:
    """How many there are, likewise."""
    return len(_asked(context, program, kind, way, include_retired=include_retired))


def _asked(
    context: Context, program: str | None, kind: CouponKind | None, way: Way | None, *, include_retired: bool
) -> Sequence[Template]:
    code, programs = program_asked(context, program).code, context.get(Programs)
    found = (templates_ever if include_retired else templates_now)(programs, code, now=context.now)
    return [each for each in found if (kind is None or each.kind is kind) and (way is None or each.gives(way))]


def paged(templates: Sequence[Template], page: Page) -> list[Template]:
    """So many after a place, and one more to know whether there are. May raise BadInput: it is none of this list."""
    if page.after is None:
        return list(templates[: page.limit])
    place = next((number for number, each in enumerate(templates) if each.id == page.after), None)
    if place is None:
        raise BadInput(NO_CURSOR)
    return list(templates[place + 1 : place + 1 + page.limit])


async def budgets_in_all(db: Reader, templates: Sequence[tuple[object, ...]]) -> list[Money | None]:
    """The money for each, by `Budgeted`; None: there is no bound."""
    asked = [Budgeted(*each) for each in templates]  # pyright: ignore[reportArgumentType]
    found = await budgets_of(db, asked)
    return [
        None if there is None else Money(there.total, each.currency) for each, there in zip(asked, found, strict=True)
    ]


async def budgets_left(db: Reader, templates: Sequence[tuple[object, ...]], *, now: datetime) -> list[Money | None]:
    """What is left of it, likewise, with what coupons had set aside until their time passed (R2). Two statements, if
    any has a budget."""
    asked = [Budgeted(*each) for each in templates]  # pyright: ignore[reportArgumentType]
    found = await budgets_of(db, asked)
    lapsed = await lapsed_of(db, [each.id for each in asked if each.budget is not None], now=now)
    return [
        None if there is None else Money(there.left + lapsed.get(each.id, 0), each.currency)
        for each, there in zip(asked, found, strict=True)
    ]
