"""The terms of an import: where it is from and how it is done; and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.customers.rules import Identity
from app.errors import BadInput
from app.facts.rules import Brings

from .kinds import ImportKind
from .reading import Columns, Mapped, NotTaken
from .stages import NOTHING, Changed

LONGEST_SOURCE = 100


@dataclass(frozen=True)
class Origin:
    """Where orders come from and where they go."""

    program: str
    source: str
    """Name of the system that they are from: their ids are its (R24)."""
    issuer: str
    """Of the customers' tokens; what the file calls a customer is their subject."""

    def __post_init__(self) -> None:
        """May raise BadInput: no name that a token could have."""
        if not 0 < len(self.source) <= LONGEST_SOURCE or not self.source.isprintable():
            raise BadInput(f"The source must have 1 to {LONGEST_SOURCE} printable characters.")
        Identity(self.issuer, "anybody")


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    lines: int
    """That are, or should be, orders or members."""
    new: int
    known: int
    """Orders that were recorded before, with the same content; members of whom nothing that the file says is new."""
    refused: int
    """Lines of which nothing was taken."""
    not_taken: tuple[NotTaken, ...]
    """The first of them, in the order of their lines."""
    shift_days: int
    """By which all orders are moved; fixed by the first import of the file."""

    moves: Mapping[tuple[str, str], int]
    """Of a dry run: number of members by the tiers held before and after."""

    @property
    def is_whole(self) -> bool:
        """Were all lines come to? False if it was stopped before."""
        return self.new + self.known + self.refused == self.lines


def ignored(changed: Changed) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Manner:
    """How a file is imported."""

    columns: Columns
    brings: Brings = NOTHING
    to_today: bool = False
    """Move all orders by whole days, so that the last is of today, if this is the first import from the source into
    the program; every later one, of whatever file, moves them as the first did."""
    is_dry: bool = False
    """Nothing whatsoever is changed."""
    changed: Callable[[Changed], object] = ignored
    """Told of each member who would be changed by a dry run, as it comes to them."""

    @property
    def kind(self) -> ImportKind:
        return ImportKind.ORDERS if isinstance(self.columns, Mapped) else ImportKind.MEMBERS

    @property
    def what(self) -> str:
        """What its lines are, for people."""
        return self.kind.name.lower()
