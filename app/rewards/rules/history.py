"""The history of a redemption: how it began, which its own row says, and each step since. No I/O here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from .kinds import ActorKind, RedemptionState


class Begun(NamedTuple):
    """What a redemption's row says of how it began."""

    member_id: UUID
    id: UUID
    redeemed_at: datetime
    needs_confirming: bool
    coupon_id: UUID | None = None
    """A coupon was there at once."""


class Change(Protocol):
    """The row of a step."""

    @property
    def from_state(self) -> str: ...
    @property
    def to_state(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def changed_at(self) -> datetime: ...


@dataclass(frozen=True)
class RedemptionStep:
    """A step in the life of a redemption."""

    from_state: RedemptionState | None
    """None: it was redeemed."""
    to_state: RedemptionState
    actor: ActorKind
    changed_at: datetime
    by_issuer: str | None = None
    by_subject: str | None = None
    reason: str | None = None
    reference: str | None = None


def history_of(begun: Begun, changes: Iterable[Change]) -> list[RedemptionStep]:
    """All steps, in their order. Where staff need not confirm it, that was done at once; so was issuing a coupon."""
    return [*_beginning(begun), *map(_step, changes)]


def _beginning(begun: Begun) -> list[RedemptionStep]:
    redeemed = RedemptionStep(None, RedemptionState.PENDING, ActorKind.MEMBER, begun.redeemed_at)
    if begun.needs_confirming:
        return [redeemed]
    confirmed = RedemptionStep(RedemptionState.PENDING, RedemptionState.CONFIRMED, ActorKind.PROGRAM, begun.redeemed_at)
    if begun.coupon_id is None:
        return [redeemed, confirmed]
    issued = RedemptionStep(RedemptionState.CONFIRMED, RedemptionState.FULFILLED, ActorKind.PROGRAM, begun.redeemed_at)
    return [redeemed, confirmed, issued]


def _step(row: Change) -> RedemptionStep:
    return RedemptionStep(
        RedemptionState[row.from_state],
        RedemptionState[row.to_state],
        ActorKind[row.actor],
        row.changed_at,
        row.by_issuer,
        row.by_subject,
        row.reason,
        row.reference,
    )
