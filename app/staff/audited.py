"""What was different after something that staff did, as the record of it keeps that. No I/O here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

Changes = Mapping[str, tuple[object, object]]
"""By what it is: what it was before, and after; None: nothing."""


@dataclass(frozen=True)
class AuditedChange:
    """Something that was different after what staff did."""

    what: str
    before: str | None
    after: str | None


def changes_kept(changes: Changes | None) -> str | None:
    """For the record; None if nothing was different."""
    return orjson.dumps(changes).decode() if changes else None


def changes_read(kept: str | None) -> list[AuditedChange]:
    """As a record keeps them."""
    told: Mapping[str, Sequence[object]] = {} if kept is None else orjson.loads(kept)
    return [AuditedChange(what, *(None if each is None else str(each) for each in pair)) for what, pair in told.items()]
