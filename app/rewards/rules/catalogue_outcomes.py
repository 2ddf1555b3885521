"""What came of what an operator did with a reward, and why nothing did."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class RewardCreated:
    """There is a new reward."""

    reward_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class RewardChanged:
    """The reward is as it was asked to be."""

    reward_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class RewardRetired:
    """Nobody can redeem the reward any more."""

    reward_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class StockAdded:
    """There is more of the reward, or less."""

    reward_id: UUID
    added: int
    replayed: bool = False


@dataclass(frozen=True)
class CodesAdded:
    """Codes were taken up into the pool of a reward. Their number only, never the codes."""

    reward_id: UUID
    added: int
    known: int
    """Were in the pool before."""
    repeated: int
    """Came more than once in what was sent."""
    replayed: bool = False


@dataclass(frozen=True)
class RewardCodeTaken:
    """Another reward of the program has that code."""

    reward_id: UUID
    reward_code: str


@dataclass(frozen=True)
class RewardIsRetired:
    """It is there for the record only: nothing can be done with it."""

    reward_id: UUID


@dataclass(frozen=True)
class MoreThanInStock:
    """Less of it is left than is to be taken out."""

    reward_id: UUID
    left: int
