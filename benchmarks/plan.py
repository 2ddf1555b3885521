"""How much is measured, and by whom."""

from dataclasses import dataclass
from pathlib import Path

from .load import Client


@dataclass(frozen=True)
class Plan:
    """Of one run of a benchmark."""

    seconds: float
    """Of a round."""
    rounds: int
    members: int
    clients: int
    pool: int
    """Database connections of the server."""
    client: Client
    database: str | None = None
    folder: Path | None = None
