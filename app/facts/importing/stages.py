"""Where history is played in, and what comes of some of it."""

from dataclasses import dataclass, field
from datetime import datetime

from app.db import Database
from app.facts.rules import Brings
from app.programs.rules import Programs, ProgramVersion

from .reading import NotTaken

NOTHING = Brings(points=False, gifts=False)
"""What history brings beside growth, unless more is asked for (R19)."""


@dataclass(frozen=True)
class Stage:
    """Where history is played in. `now` is the present, which all of it is before."""

    database: Database
    programs: Programs
    program: str
    issuer: str
    """Of the customers' tokens; what the file calls a customer is the subject."""
    now: datetime
    brings: Brings = NOTHING
    is_dry: bool = False
    """All is done, looked at, and undone."""

    @property
    def version(self) -> ProgramVersion:
        return self.programs.current(self.program, self.now)


@dataclass(frozen=True)
class Changed:
    """A member whom history changes, or would."""

    customer: str
    is_new: bool
    """They were no member before."""
    tier_before: str
    tier_after: str
    """Codes of the tiers held."""
    growth_before: int
    growth_after: int
    orders: int
    """New orders."""


@dataclass
class Tally:
    """What came of some of it."""

    new: int = 0
    known: int = 0
    """Orders that were recorded before, with the same content; members of whom nothing that the file says is
    new: since when they are one is what is written here."""
    orders: int = 0
    """New orders."""
    refused: list[NotTaken] = field(default_factory=list[NotTaken])
    changed: list[Changed] = field(default_factory=list[Changed])
    """Of a dry run."""

    @property
    def lines(self) -> int:
        return self.new + self.known + len(self.refused)

    def __iadd__(self, other: "Tally") -> "Tally":
        self.new += other.new
        self.known += other.known
        self.orders += other.orders
        self.refused += other.refused
        self.changed += other.changed
        return self
