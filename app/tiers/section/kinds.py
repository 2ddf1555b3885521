"""What a program chooses from in its section on tiers."""

from enum import StrEnum


class CountsAt(StrEnum):
    """When an order's growth counts (R15)."""

    COMPLETED = "COMPLETED"
    PAID = "PAID"
    END_OF_RETURN_WINDOW = "END_OF_RETURN_WINDOW"
    """When the return window is over, `points.return_window_days` after completion."""


class Measure(StrEnum):
    """What the ladder measures (R22)."""

    GROWTH = "GROWTH"
    """Growth, as soon as it counts."""
    SCORE = "SCORE"
    """A score that is made anew on the first of each local month, of what came before it."""


class WindowKind(StrEnum):
    """Which growth the ladder measures (R18)."""

    LIFETIME = "LIFETIME"
    """All there ever was."""
    ROLLING = "ROLLING"
    """Each growth for so many calendar months from when it counts (R3)."""
    CALENDAR_YEAR = "CALENDAR_YEAR"
    """What counts since the local January 1."""


class PeriodKind(StrEnum):
    """How long a tier is held before it must be renewed (R17)."""

    MONTHS = "MONTHS"
    """So many calendar months from reaching or renewing it (R3)."""
    YEAR_END = "YEAR_END"
    """Until the end of the calendar year after the one in which it was reached or renewed."""


class Lowering(StrEnum):
    """What becomes of a tier that is not renewed (R17)."""

    TO_MATCH = "TO_MATCH"
    """The tier that the growth reaches."""
    ONE_DOWN = "ONE_DOWN"
    """The next tier below."""
    NEVER = "NEVER"
    """Nothing: it is renewed whatever the growth."""
