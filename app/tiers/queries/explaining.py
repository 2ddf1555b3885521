"""What is read to explain tiers: all that is written of growth and tiers, in two statements however many members."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Reader
from app.errors import BadInput
from app.programs.rules import Programs
from app.tiers.rules.explaining import explained
from app.tiers.rules.explanation import TierExplained
from app.tiers.rules.stands import Stands

from .ledgers import growth_entries, tier_changes

MOST_EXPLAINED = 20


async def explanations(
    db: Reader, keys: Sequence[tuple[Any, ...]], *, programs: Programs, now: datetime
) -> list[TierExplained]:
    """Why members are in their tiers, by what their rows say of where they stand. May raise BadInput: too many at once,
    for each is played through some times."""
    if len(keys) > MOST_EXPLAINED:
        raise BadInput(f"The tiers of at most {MOST_EXPLAINED} members can be explained at once.")
    members = [Stands(*key) for key in keys]
    ids = [member.id for member in members]
    entries, changes = by_owner(await growth_entries(db, ids)), by_owner(await tier_changes(db, ids))
    return [
        explained(each, entries.get(each.id, ()), changes.get(each.id, ()), programs=programs, now=now)
        for each in members
    ]


def by_owner(rows: Iterable[Any]) -> Mapping[UUID, Sequence[Any]]:
    """The rows of each member, in their order."""
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row)
    return found
