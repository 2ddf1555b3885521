"""All claims about a member's points."""

from collections.abc import Iterator
from datetime import datetime

from app.members.proving import Claim

from .account import account_claims
from .books import PointsBook
from .holds import give_back_claims, hold_claims
from .lots import lot_claims
from .movements import by_lot, movement_claims, movements_of
from .payments import payment_claims
from .replay import replay_claims


def points_claims(book: PointsBook, *, now: datetime) -> Iterator[Claim]:
    """As of the last settling, whenever that was."""
    movements = movements_of(book)
    moved = by_lot(movements)
    yield from account_claims(book)
    yield from movement_claims(book, movements, now=now)
    yield from lot_claims(book, moved)
    yield from payment_claims(book, moved)
    yield from replay_claims(book, movements)
    yield from hold_claims(book)
    yield from give_back_claims(book)
