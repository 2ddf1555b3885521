"""Why a member cannot have what is offered, and what all that is offered has in common, as clients see it."""

from .kinds import LineKind, Period
from .refusals import NotYetOpen, TierTooLow

__all__ = ["LineKind", "NotYetOpen", "Period", "TierTooLow"]
