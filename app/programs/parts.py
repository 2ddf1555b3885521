"""On which part of a program's members a version is tried: a pure function of the member's id, written nowhere (M1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

PARTS = 256
"""So many parts are all members of a program in, of the same size."""


class Published(Protocol):
    """A version as it was published."""

    @property
    def effective_from(self) -> datetime: ...
    @property
    def share(self) -> int | None: ...


V = TypeVar("V", bound=Published)


def part_of(member_id: UUID) -> int:
    """From 0 to PARTS - 1: the last byte, which is random in a UUIDv7."""
    return member_id.bytes[-1]


def is_for(share: int | None, part: int) -> bool:
    """Is a version for the members of a part, that is tried on so many percent, or on nobody in particular (None)?

    Who is among so many percent is among more: a larger share only adds members.
    """
    return share is None or part * 100 < share * PARTS


def in_force_for(part: int | None, versions: Iterable[V]) -> Sequence[V]:
    """Of versions in the order of their numbers those that come into force for the members of a part, one after
    another; for None those for all. What is published later overtakes what was to come into force after it: so a later
    version for all also ends what is tried."""
    found: list[V] = []
    for version in versions:
        if not (version.share is None if part is None else is_for(version.share, part)):
            continue
        while found and found[-1].effective_from >= version.effective_from:
            found.pop()
        found.append(version)
    return tuple(found)
