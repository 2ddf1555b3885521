"""What is left of templates, of their stock and of their budgets, as the rules ask for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.coupons.rules.availability import Left
from app.coupons.templates import Template
from app.db import Reader

from .stock import Budgeted, Stocked, budgets_of, lapsed_of, stock_of


async def left_of(db: Reader, templates: Sequence[Template], *, now: datetime) -> Mapping[UUID, Left]:
    """By the template's id. Two statements at most, one more if a budget seems to be used up."""
    pieces = await stock_of(db, [Stocked(each.id, each.stock, each.version) for each in templates])
    money = await budgets_of(db, [Budgeted(each.id, each.budget, each.version, each.currency) for each in templates])
    short = [each.id for each, cash in zip(templates, money, strict=True) if cash and cash.left < (each.face or 0)]
    lapsed = await lapsed_of(db, short, now=now)
    return {
        each.id: Left(piece and piece.left, cash and cash.left + lapsed.get(each.id, 0))
        for each, piece, cash in zip(templates, pieces, money, strict=True)
    }
