"""The rewards of a program: by their ids, and as members and staff look through them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Integer, String, Uuid, and_, bindparam, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from app.db import Columns, Page, Reader, Statement, one_each
from app.db.columns import INSTANT
from app.db.newest import LAST
from app.errors import Forbidden
from app.graph import Context, Role, Viewer
from app.programs.asked import program_asked
from app.rewards.models import RewardRow
from app.rewards.rules.availability import Buyer
from app.rewards.rules.kinds import RewardKind
from app.tiers.section import TiersSection

from .catalogue_mine import buyer_asking, nobody

KIND = bindparam("kind", type_=String())
AFFORDABLE = bindparam("affordable", type_=Boolean())
OF_PROGRAM = col(RewardRow.program) == bindparam("program", type_=String())
TIERS = (
    func.unnest(bindparam("tiers", type_=ARRAY(String())), bindparam("thresholds", type_=ARRAY(Integer())))
    .table_valued("code", "threshold")
    .render_derived(name="t")
)
TIER_PRICE: Any = cast(col(RewardRow.tier_points), JSONB).op("->>")(TIERS.c.code).cast(Integer)
AVAILABLE = bindparam("available", type_=Integer())
MY_PRICE = func.coalesce(
    select(TIER_PRICE)
    .select_from(TIERS)
    .where(TIER_PRICE.is_not(None))
    .order_by(TIERS.c.threshold.desc(), TIER_PRICE)
    .limit(literal_column("1", Integer))
    .scalar_subquery(),
    col(RewardRow.points),
)
"""As `rules.availability.price_of` has it: `tiers` are those up to the one held."""
CLOSES_AT, OPEN_AFTER = col(RewardRow.closes_at), bindparam("open_after", type_=INSTANT)
THAT_ARE_MEANT = and_(
    OF_PROGRAM,
    or_(OPEN_AFTER.is_(None), CLOSES_AT.is_(None), CLOSES_AT > OPEN_AFTER),
    or_(col(RewardRow.retired_at).is_(None), bindparam("with_retired", type_=Boolean())),
    or_(KIND.is_(None), col(RewardRow.kind) == KIND),
    or_(AFFORDABLE.is_(None), (AVAILABLE >= MY_PRICE) == AFFORDABLE),
)
ASKED = ("program", "open_after", "with_retired", "kind", "affordable", "tiers", "thresholds", "available")
CODES = Statement(RewardRow, lambda _, __: select(col(RewardRow.code)).where(OF_PROGRAM), "program", always=("code",))
BY_ID = Statement(RewardRow, lambda columns, keys: select(*columns).where(keys.hold(col(RewardRow.id))))
LISTED = Statement(
    RewardRow,
    lambda columns, _: (
        select(*columns)
        .where(THAT_ARE_MEANT, col(RewardRow.id) < func.coalesce(bindparam("after", type_=Uuid()), LAST))
        .order_by(col(RewardRow.id).desc())
        .limit(bindparam("limit", type_=Integer()))
    ),
    *ASKED,
    "after",
    "limit",
)
NUMBER = Statement(
    RewardRow,
    lambda _, __: select(func.count().label("points")).select_from(RewardRow).where(THAT_ARE_MEANT),
    *ASKED,
)


async def rewards_by_id(db: Reader, ids: Sequence[UUID], *, columns: Columns = None) -> list[RewardRow | None]:
    """Also those that are retired: what was redeemed is still to be shown."""
    return one_each(await db.fetch(BY_ID, ids, columns=columns), ids, by="id")


async def codes_of_rewards(db: Reader, program: str) -> set[str]:
    """Of all that there are or were in a program."""
    return {row.code for row in await db.fetch(CODES, (), program)}


async def rewards_seen(
    db: Reader, ids: Sequence[UUID], *, viewer: Viewer, columns: Columns = None
) -> list[RewardRow | None]:
    """Those of them of whose program one may know: to staff and services of another it is as if there were none
    (R43)."""
    wanted = None if columns is None else columns | {"program"}
    is_public = viewer.role in (Role.MEMBER, Role.VISITOR)
    rows = await rewards_by_id(db, ids, columns=wanted)
    return [row if row is not None and (is_public or row.program in viewer.programs) else None for row in rows]


async def rewards_of_program(
    db: Reader,
    *,
    context: Context,
    page: Page,
    program: str | None = None,
    kind: RewardKind | None = None,
    affordable: bool | None = None,
    include_closed: bool = False,
    include_retired: bool = False,
    columns: Columns = None,
) -> list[RewardRow]:
    """The newest first: also those that are not open yet, and with `include_closed` those that are not any more (R2).
    May raise Forbidden: only staff see what is retired."""
    asked = await _asked(db, context, program, kind=kind, affordable=affordable, include_closed=include_closed,
                         include_retired=include_retired)  # fmt: skip
    return await db.fetch(LISTED, (), *asked, page.after, page.limit, columns=columns)


async def number_of_rewards(
    db: Reader,
    *,
    context: Context,
    program: str | None = None,
    kind: RewardKind | None = None,
    affordable: bool | None = None,
    include_closed: bool = False,
    include_retired: bool = False,
) -> int:
    """How many there are of those that are asked for. May raise Forbidden, likewise."""
    asked = await _asked(db, context, program, kind=kind, affordable=affordable, include_closed=include_closed,
                         include_retired=include_retired)  # fmt: skip
    (row,) = await db.fetch(NUMBER, (), *asked)
    return row.points


def tiers_up_to(buyer: Buyer) -> Mapping[str, int]:
    """Codes of the tiers for which a price counts that is set for them, also of those that are gone, with the growth
    from which they are held."""
    section = buyer.ladder.section(TiersSection)
    codes = (*(tier.code for tier in section.ladder), *section.successors)
    found = {code: section.tier(code).threshold for code in codes}
    return {code: threshold for code, threshold in found.items() if threshold <= buyer.tier.threshold}


async def _asked(
    db: Reader,
    context: Context,
    program: str | None,
    *,
    kind: RewardKind | None,
    affordable: bool | None,
    include_closed: bool,
    include_retired: bool,
) -> tuple[Any, ...]:
    if include_retired and not context.viewer.is_staff:
        raise Forbidden("Only staff see retired rewards.")
    version = program_asked(context, program)
    tiers: Mapping[str, int] = {}
    available = 0
    if affordable is not None:
        _, buyer = await buyer_asking(db, context=context, program=version.code) or (None, nobody(version))
        tiers, available = tiers_up_to(buyer), buyer.spendable
    kind_named = None if kind is None else kind.name
    open_after = None if include_closed else context.now
    return version.code, open_after, include_retired, kind_named, affordable, [*tiers], [*tiers.values()], available
