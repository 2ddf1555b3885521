"""What came of redeeming, and of each step after it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Redeemed:
    """The reward was redeemed: points, stock, and what was bought, in one (R35)."""

    member_id: UUID
    redemption_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class RedemptionCanceled:
    """The member cancelled it: stock and points went back (R7)."""

    member_id: UUID
    redemption_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class VoucherCodeShown:
    """The member may see the code. It is not in here (R41)."""

    member_id: UUID
    redemption_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class RedemptionConfirmed:
    """Staff agreed to it."""

    member_id: UUID
    redemption_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class RedemptionFulfilled:
    """It was sent, or paid out."""

    member_id: UUID
    redemption_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class RedemptionRefunded:
    """Staff took it back: the points went back, and the stock if they said so."""

    member_id: UUID
    redemption_id: UUID
    replayed: bool = False
