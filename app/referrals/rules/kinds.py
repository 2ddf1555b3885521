"""What an invitation can be, whose, and by what it is counted."""

from enum import Enum


class Side(Enum):
    """Which of the two a row is of."""

    INVITER = "INVITER"
    INVITEE = "INVITEE"


class ReferralState(Enum):
    """What became of an invitation that was accepted."""

    REGISTERED = "REGISTERED"
    QUALIFIED = "QUALIFIED"
    REVERSED = "REVERSED"


class ReferralPeriod(Enum):
    """For how long invitations are counted together."""

    MONTH = "MONTH"
    YEAR = "YEAR"
    EVER = "EVER"
