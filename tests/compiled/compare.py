"""Are two answers the same? Data to the byte; errors by message, path, places in the document, and code."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError

Place = tuple[Any, ...]
Said = tuple[str, Place, tuple[tuple[int, int], ...], Any]


@dataclass(frozen=True)
class Differences:
    wrong: list[str] = field(default_factory=list[str])
    allowed: list[str] = field(default_factory=list[str])
    """The specification lets an executor choose which of several errors that null the same place it reports."""


def differences(ours: ExecutionResult, theirs: ExecutionResult) -> Differences:
    if (mine := written(ours.data)) != (other := written(theirs.data)):
        return Differences([f"data\n  ours   {mine.decode()}\n  theirs {other.decode()}"])
    found = Differences()
    left, right = _by_place(ours), _by_place(theirs)
    for place in left.keys() | right.keys():
        only_ours, only_theirs = left[place] - right[place], right[place] - left[place]
        if not only_ours and not only_theirs:
            continue
        text = f"errors that null {place}\n  only ours   {only_ours}\n  only theirs {only_theirs}"
        nulled_from_below = any(len(path) > len(place) for _, path, _, _ in left[place] | right[place])
        is_choice = nulled_from_below and left[place] and right[place]
        (found.allowed if is_choice else found.wrong).append(text)
    return found


def written(data: Any) -> bytes:
    return orjson.dumps(data)


def _by_place(result: ExecutionResult) -> defaultdict[Place, set[Said]]:
    """Errors by the place in the answer that is null because of them."""
    found: defaultdict[Place, set[Said]] = defaultdict(set)
    for error in result.errors or ():
        found[_nulled(result.data, error.path or ())].add(_said(error))
    return found


def _nulled(data: Any, path: Iterable[Any]) -> Place:
    place: list[Any] = []
    for part in path:
        if data is None:
            break
        data = data[part]
        place.append(part)
    return tuple(place)


def _said(error: GraphQLError) -> Said:
    places = tuple((place.line, place.column) for place in error.locations or ())
    return error.message, tuple(error.path or ()), places, (error.extensions or {}).get("code")
