"""The account says what lots, holds and entries say (R5, R11)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.members.proving import Claim
from app.points.models import LotRow
from app.points.rules import HoldState, LotState

from .books import PointsBook

CHANGES = {"available": "change", "pending": "pending_change", "held": "held_change", "debt": "debt_change"}


def account_claims(book: PointsBook) -> Iterator[Claim]:
    """Who has no account has nothing."""
    found = {name: getattr(book.account, name, 0) for name in CHANGES}
    active = _left(book.lots, LotState.ACTIVE)
    by_lots = active - found["debt"]
    yield Claim("points_accounts.available, by active lots less the debt (R5)", None, by_lots, found["available"])
    yield Claim("points_accounts.pending, by pending lots", None, _left(book.lots, LotState.PENDING), found["pending"])
    held = sum(hold.amount for hold in book.holds if hold.state == HoldState.OPEN.name)
    yield Claim("points_accounts.held, by open holds", None, held, found["held"])
    yield Claim("points_accounts.debt: only of who has nothing left (R11)", None, True, not found["debt"] or not active)
    for name, change in CHANGES.items():
        total = sum(getattr(entry, change) for entry in book.entries)
        yield Claim(f"points_accounts.{name}, by entries", None, total, found[name])
    last = book.account.last_entry_id if book.account else None
    yield Claim("points_accounts.last_entry_id", None, book.entries[-1].id if book.entries else None, last)
    exact, due = _due(book), book.account.due_at if book.account else None
    in_time = exact is None or (due is not None and due <= exact)
    yield Claim("points_accounts.due_at: not later than", None, exact, exact if in_time else due)


def _left(lots: Iterable[LotRow], state: LotState) -> int:
    return sum(lot.remaining for lot in lots if lot.state == state.name)


def _due(book: PointsBook) -> datetime | None:
    """When the first open lot or hold changes next by itself."""
    open_lots = (lot for lot in book.lots if lot.remaining)
    times = [lot.activates_at if lot.state == LotState.PENDING.name else lot.expires_at for lot in open_lots]
    times += [hold.deadline for hold in book.holds if hold.state == HoldState.OPEN.name]
    return min((at for at in times if at is not None), default=None)
