"""Where members stand now: read from their rows, and counted anew for whom that has changed since (R2)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.db import Reader
from app.programs.rules import Programs
from app.tiers.rules import Progress, Shown, counted_now, is_outdated, progress_of
from app.tiers.rules.steps import LadderStep, steps_of

from .explaining import by_owner
from .ledgers import growth_entries


async def growth_of_members(
    db: Reader, keys: Sequence[tuple[object, ...]], *, programs: Programs, now: datetime
) -> list[int]:
    """The growth that counts now. A statement only if some began or ceased to count since it was written."""
    return [shown.growth for shown in await _shown(db, keys, programs=programs, now=now)]


async def progress_of_members(
    db: Reader, keys: Sequence[tuple[object, ...]], *, programs: Programs, now: datetime
) -> list[Progress]:
    """The way to the next tier. A statement only if growth began or ceased to count since it was written."""
    return [
        progress_of(shown, programs=programs, now=now) for shown in await _shown(db, keys, programs=programs, now=now)
    ]


async def ladders_of_members(
    db: Reader, keys: Sequence[tuple[object, ...]], *, programs: Programs, now: datetime
) -> list[list[LadderStep]]:
    """The ladder as each sees it. A statement only if growth began or ceased to count since it was written."""
    return [steps_of(shown, programs=programs, now=now) for shown in await _shown(db, keys, programs=programs, now=now)]


async def _shown(db: Reader, keys: Sequence[tuple[object, ...]], *, programs: Programs, now: datetime) -> list[Shown]:
    shown: list[Shown] = []
    outdated: list[UUID] = []
    for key in keys:
        each = Shown._make(key)
        shown.append(each)
        if is_outdated(each, programs=programs, now=now):
            outdated.append(each.id)
    if not outdated:
        return shown
    theirs = by_owner(await growth_entries(db, outdated))
    late = set(outdated)
    return [
        counted_now(each, theirs.get(each.id, ()), programs=programs, now=now) if each.id in late else each
        for each in shown
    ]
