"""What must be true of what there is of coupons: what is not there was issued, and what is set aside is held (R31)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db import Reader

from .queries.proving import BucketSeen, BudgetSeen, buckets_of, budget_of, codes_astray, every_template
from .queries.proving_codes import PoolSeen, given_astray, partner_codes_of


@dataclass(frozen=True)
class TemplateMismatch:
    """The stock, the budget or the codes of a template are not what its coupons say."""

    template_id: UUID
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"coupon template {self.template_id}: {self.what} should be {self.expected}, is {self.found}"


@dataclass(frozen=True)
class TemplateProof:
    """What came of going over the templates."""

    templates: int
    """How many were looked at."""
    mismatches: Sequence[TemplateMismatch]


async def prove_templates(db: Reader) -> TemplateProof:
    """Hold what there is of every template against its coupons. May raise what the database raises."""
    ids = await every_template(db)
    return TemplateProof(len(ids), [mismatch for each in ids for mismatch in await prove_template(db, each)])


async def prove_template(db: Reader, template_id: UUID) -> list[TemplateMismatch]:
    """Of one: a few statements, each of which sees one instant, so that nothing that is under way is in between. May
    raise what the database raises."""
    claims = [claim for bucket in await buckets_of(db, template_id) for claim in _stock_claims(bucket)]
    budget = await budget_of(db, template_id)
    claims.extend(() if budget is None else _budget_claims(budget))
    claims.append(("coupon_codes: taken for a coupon that is theirs, all but", 0, await codes_astray(db, template_id)))
    pool = await partner_codes_of(db, template_id)
    claims.extend(claim for bucket in pool for claim in _pool_claims(bucket))
    astray = await given_astray(db, template_id) if pool else 0
    claims.append(("partner_codes: given is a coupon's, and a coupon's is given (R31), all but", 0, astray))
    return [TemplateMismatch(template_id, *claim) for claim in claims if claim[1] != claim[2]]


def _stock_claims(seen: BucketSeen) -> Iterator[tuple[str, object, object]]:
    place = f"bucket {seen.bucket}"
    yield f"{place}: coupons that hold a piece, and what is left, together", seen.total, seen.held + seen.left
    yield f"{place}: coupon_stock.left_, by numbers", seen.last_number - seen.taken, seen.left


def _pool_claims(seen: PoolSeen) -> Iterator[tuple[str, object, object]]:
    """Each piece that was put in is a code; those that are free are the last of the queue, all of them."""
    place = f"bucket {seen.bucket}: partner_codes"
    yield f"{place}: number", seen.total, seen.codes
    yield f"{place}: number of those that are free", seen.left, seen.free
    if seen.free:
        ends = seen.first_free, seen.last_code
        yield f"{place}.number of those that are free", (seen.taken + 1, seen.last_number), ends


def _budget_claims(seen: BudgetSeen) -> Iterator[tuple[str, object, object]]:
    yield "coupon_budgets: what coupons have set aside, and what is left, together", seen.total, seen.aside + seen.left
