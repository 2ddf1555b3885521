"""Tiers that were promised for a time: brought along (R19), or shown before growth was reported late."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from .history import Change, Entry, History, Place
from .kinds import FLOORS, TierChangeKind


class Floor(NamedTuple):
    """From an instant on a member holds at least this."""

    at: datetime
    kind: TierChangeKind
    place: Place


def floors_of(
    history: History, *, now: datetime, placed: Callable[[History, Sequence[Floor], datetime], Place]
) -> Sequence[Floor]:
    """What the rows say that a member holds, whatever the growth is, in the order in which they were entered.

    What was brought along is promised. What was shown rested on the growth that was known by then: if some of that was
    taken back since, it is what would have been shown without it (R15), by `placed`.
    """
    found: list[Floor] = []
    for number, change in enumerate(history.changes):
        if change.kind not in FLOORS or change.changed_at > now:
            continue
        place = Place(change.to_tier, change.tier_since or change.changed_at, change.tier_until)
        known = _taken_back_since(history.entries, change)
        if known:
            then = replace(history, entries=known, changes=history.changes[:number])
            place = placed(then, tuple(found), change.changed_at)
        if place.tier is not None:
            found.append(Floor(change.changed_at, TierChangeKind[change.kind], place))
    return found


def _taken_back_since(entries: Sequence[Entry], kept: Change) -> Sequence[Entry]:
    """What was known before the growth that came late, and what was taken back of it after that; nothing if nothing
    was."""
    late = (kept.cause, kept.cause_id)
    first = next((number for number, entry in enumerate(entries) if (entry.cause, entry.cause_id) == late), 0)
    known = {entry.id for entry in entries[:first]}
    taken = [entry for entry in entries[first:] if entry.reverses in known]
    return [*entries[:first], *taken] if taken else ()
