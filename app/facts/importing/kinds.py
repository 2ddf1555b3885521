"""What is imported, and how far it is."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID


class ImportKind(Enum):
    MEMBERS = "MEMBERS"
    ORDERS = "ORDERS"


class ImportState(Enum):
    """UPLOADING → PENDING → RUNNING → DONE or FAILED."""

    UPLOADING = "UPLOADING"
    """Its file is not whole yet; nothing was taken."""
    PENDING = "PENDING"
    """It waits for the worker."""
    RUNNING = "RUNNING"
    DONE = "DONE"
    """All lines were come to; what could not be taken is told line by line."""
    FAILED = "FAILED"
    """The file as a whole could not be taken, or it was stopped for good."""


@dataclass(frozen=True)
class ImportAsked:
    """An import is as it was asked to be."""

    run_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class ImportNotOpen:
    """Nothing can be changed of the import any more: it was started."""

    run_id: UUID
    state: ImportState
