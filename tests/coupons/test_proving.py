"""Books, stock, budgets and codes of coupons: what does not follow from what was written is found, and named (R5,
R31-R33)."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from app.coupons.proving_stock import TemplateMismatch, prove_template
from app.coupons.queries.proving import every_template
from app.coupons.templates import template_id
from app.db import Reader
from app.prover import NotProved, prove, prove_coupons
from tests.databases import DRIVER, run
from tests.statements import Statements
from tests.telling import capture_logs
from tests.world import World

from .shop import CLUB, Shop, balanced, pair

USED = "member_id = '{member}' AND id = '{used}'"
HELD = "member_id = '{member}' AND id = '{held}'"
OUT = "member_id = '{member}' AND id = '{revoked}'"
STEP = "member_id = '{member}' AND coupon_id = '{used}'"
OF_MEMBERS = {
    "state": (f"UPDATE coupons SET state = 'EXPIRED', discount = NULL, order_id = NULL, order_source = NULL, "
              f"set_aside = 0 WHERE {USED}", "coupons.state, by its history"),
    "step gone": (f"DELETE FROM coupon_changes WHERE {STEP} AND number = 1", "coupon_changes.number: one after"),
    "no such step": (f"UPDATE coupon_changes SET step = 'RELEASE' WHERE {STEP} AND number = 2",
                     "coupon_changes: are steps that there are (R32)"),
    "from nowhere": (f"UPDATE coupon_changes SET from_state = 'ISSUED' WHERE {STEP} AND number = 2",
                     "coupon_changes.from_state: follows"),
    "actor": (f"UPDATE coupon_changes SET actor = 'PROGRAM' WHERE {STEP} AND number = 2",
              "coupon_changes.actor: may take the step"),
    "another order": (f"UPDATE coupon_changes SET order_id = 'x' WHERE {STEP} AND number = 2",
                      "coupon_changes.order_id: the one reserved for (R33)"),
    "order": (f"UPDATE coupons SET order_id = 'x' WHERE {USED}", "coupons.order_id, by its history"),
    "discount": (f"UPDATE coupons SET discount = 5, set_aside = 5 WHERE {USED}", "coupons.discount, by its history"),
    "lines": (f"UPDATE coupon_changes SET discounts = '{{{{1,2}}}}' WHERE {STEP} AND number = 1",
              "coupon_changes.discounts: add up"),
    "until": (f"UPDATE coupons SET reserved_until = reserved_until + interval '1 day', "
              f"due_at = due_at + interval '1 day' WHERE {HELD}", "coupons.reserved_until, by its history"),
    "ended": (f"UPDATE coupons SET ended_at = ended_at + interval '1 day' WHERE {USED}", "coupons.ended_at"),
    "due": (f"UPDATE coupons SET due_at = due_at + interval '1 day' WHERE {HELD}", "coupons.due_at"),
    "longer": (f"UPDATE coupons SET expires_at = expires_at + interval '1 day' WHERE {USED}",
               "coupons.expires_at, by its terms"),
    "set aside": (f"UPDATE coupons SET set_aside = 7 WHERE {HELD}", "coupons.set_aside, by its terms (R31)"),
    "no bucket": (f"UPDATE coupons SET bucket = NULL WHERE {HELD}", "coupons.bucket: is stocked"),
    "not restocked": (f"UPDATE coupons SET is_restocked = false WHERE {OUT}", "coupons.is_restocked"),
    "version": (f"UPDATE coupons SET version = 99 WHERE {USED}", "coupons.version: was published"),
    "program": (f"UPDATE coupons SET program = 'brand-standard' WHERE {USED}", "coupons.program"),
    "template": (f"UPDATE coupons SET template_id = id WHERE {USED}", "coupons.template_id, by its code"),
}  # fmt: skip
"""What somebody did to a row, and the claim that says so."""
OF_TEMPLATES = {
    "stock lost": ("UPDATE coupon_stock SET total = total + 1 WHERE template_id = '{template}' AND bucket = 0",
                   "bucket 0: coupons that hold a piece, and what is left, together"),
    "coupon gone": (f"UPDATE coupons SET bucket = 63 WHERE {HELD}",
                    "bucket 63: coupons that hold a piece, and what is left, together"),
    "money lost": ("UPDATE coupon_budgets SET left_ = left_ - 1 WHERE template_id = '{template}'",
                   "coupon_budgets: what coupons have set aside, and what is left, together"),
    "code astray": ("UPDATE coupon_codes SET coupon_id = '{held}' WHERE taken_by IS NOT NULL",
                    "coupon_codes: taken for a coupon that is theirs, all but"),
}  # fmt: skip
"""Likewise, of templates."""


async def lived(world: World) -> dict[str, object]:
    """A member with a coupon that was used, one that is reserved, one that was revoked and one by a code; what each is
    called in the database."""
    shop = Shop(world)
    member_id = await world.joins("anna")
    code = await shop.offers(stock=8, budget="100.00", ways=["CLAIM", "CODE"], buckets=2)
    used, held, out = [await shop.has("anna", code) for _ in range(3)]
    await shop.reserves(used)
    await shop.uses(used)
    await shop.reserves(held, "order-2")
    await shop.revokes(out)
    (typed,) = await shop.codes(code)
    await shop.types("anna", typed)
    await balanced(world)
    ids = {"used": pair(used)[1], "held": pair(held)[1], "revoked": pair(out)[1]}
    return {"member": member_id, "template": template_id(CLUB, code), **ids}


@pytest.mark.parametrize("case", OF_MEMBERS)
async def test_what_does_not_follow_is_told_of_the_member(world: World, case: str) -> None:
    """R5, R32: by the claim that is about it."""
    names = await lived(world)
    sql, what = OF_MEMBERS[case]
    await run(world.database.settings.url, sql.format_map(names))
    proof = await prove(world.database, now=world.now, programs=world.programs)
    told = [mismatch.what for mismatch in proof.mismatches]
    assert any(each.startswith(what) for each in told), told
    assert {mismatch.member_id for mismatch in proof.mismatches} == {names["member"]}


@pytest.mark.parametrize("case", OF_TEMPLATES)
async def test_what_is_missing_is_told_of_the_template(world: World, case: str) -> None:
    """R31: total, left, what is set aside, coupons and codes say the same."""
    names = await lived(world)
    sql, what = OF_TEMPLATES[case]
    await run(world.database.settings.url, sql.format_map(names))
    proof = await prove(world.database, now=world.now, programs=world.programs)
    told = [str(mismatch) for mismatch in proof.coupons.mismatches]
    assert not proof.holds
    assert any(each.startswith(f"coupon template {names['template']}: {what} should be ") for each in told), told


async def test_templates_take_three_statements_each_and_members_the_same_for_all(world: World, sql: Statements) -> None:
    """However much was issued."""
    shop = Shop(world)
    codes = [await shop.offers(stock=50, budget="1000.00") for _ in range(2)]
    counts: list[int] = []
    for number in (1, 6):
        for each in range(number):
            subject = f"member-{number}-{each}"
            await world.joins(subject)
            for code in codes:
                await shop.reserves(await shop.has(subject, code))
        with sql:
            await balanced(world)
        counts.append(sql.count)
    assert counts[0] == counts[1]


async def test_a_template_that_takes_too_long_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R31: it is told of, and that the job is not done. Tried: without catching it, those after it are never looked
    at."""
    shop = Shop(world)
    await world.joins("anna")
    for _ in range(2):
        await shop.has("anna", await shop.offers(stock=5))
    slow, other = await every_template(world.database)
    await run(world.database.settings.url, "UPDATE coupon_stock SET total = total + 1 WHERE bucket = 0")

    async def proves(db: Reader, template: UUID) -> Sequence[TemplateMismatch]:
        if template == slow:
            raise DRIVER.QueryCanceledError
        return await prove_template(db, template)

    monkeypatch.setattr("app.prover.rounds.prove_template", proves)
    with capture_logs() as told, pytest.raises(NotProved):
        await prove_coupons(world.database)
    assert {log["template"] for log in told if log["event"] == "stock_not_proved"} == {str(slow)}
    assert {log["template"] for log in told if log["event"] == "stock_disagrees"} == {str(other)}
