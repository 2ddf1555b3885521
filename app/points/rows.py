"""Rows of points as the rules know them."""

from .models import HoldRow, LotRow, LotUseRow
from .rules import Hold, Lot, PaidUse


def lot_of(row: LotRow) -> Lot:
    return Lot(row.id, row.earned, row.remaining, row.state, row.cause, row.cause_id, row.rule, row.program_version,
               row.earned_at, row.activates_at, row.expires_at, row.reversed, row.owed, row.lapsed,
               row.extended_by)  # fmt: skip


def hold_of(row: HoldRow) -> Hold:
    return Hold(row.id, row.amount, row.state, row.placed_at, row.deadline, row.ended_at, row.source, row.reference,
                row.entry_id, row.program_version, row.given_back)  # fmt: skip


def paid_of(row: LotUseRow) -> PaidUse:
    return PaidUse(row.entry_id, row.lot_id, row.amount, row.returned)
