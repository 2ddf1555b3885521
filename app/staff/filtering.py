"""A filter of members as a job keeps it, until it has gone through all whom it finds. No I/O here."""

from datetime import datetime
from typing import Any

import orjson

from app.errors import BadInput
from app.members.rules import MemberStatus

from .seeking import Sought

INSTANTS = ("joined", "last_order")


def filter_kept(sought: Sought, *, now: datetime) -> str:
    """As JSON text. Only of who is a member, and was by now: who joins while it is gone through is not come to.

    May raise BadInput: it names somebody, of whom nothing is kept in a job (R41); or those who have left.
    """
    if sought.is_referred_to:
        raise BadInput("A filter for many cannot name a customer or an order: issue one coupon to that member.")
    if sought.status not in (None, MemberStatus.ACTIVE.name):
        raise BadInput("Who has left the program cannot be given anything.")
    since, before = sought.joined
    told = {
        "tiers": sought.tiers,
        "growth": sought.growth,
        "points": sought.points,
        "joined": (since, now if before is None else min(before, now)),
        "last_order": sought.last_order,
        "none_since": sought.none_since,
        "status": MemberStatus.ACTIVE.name,
    }
    return orjson.dumps(told).decode()


def filter_read(kept: str) -> Sought:
    told: dict[str, Any] = orjson.loads(kept)
    for name in INSTANTS:
        told[name] = tuple(map(_instant, told[name]))
    for name in ("growth", "points"):
        told[name] = tuple(told[name])
    told["none_since"] = _instant(told["none_since"])
    return Sought(**told)


def _instant(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
