"""What is left of templates, of their stock and of their budgets, as the rules ask for it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.coupons.rules.availability import Left
from app.coupons.templates import Template
from app.db import Reader

from .stock import Budgeted, Stocked, budgets_of, stock_of


async def left_of(db: Reader, templates: Sequence[Template]) -> Mapping[UUID, Left]:
    """By the template's id. Two statements at most."""
    pieces = await stock_of(db, [Stocked(each.id, each.stock, each.version) for each in templates])
    money = await budgets_of(db, [Budgeted(each.id, each.budget, each.version, each.currency) for each in templates])
    return {
        each.id: Left(piece and piece.left, cash and cash.left)
        for each, piece, cash in zip(templates, pieces, money, strict=True)
    }
