"""What is different between two files of a program, in words, and what forbids that one follows the other (R20)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from .problems import Place, Problem, key_of, problem_at
from .rules import Definition
from .section import DIGITS


def diff(old: Definition, new: Definition) -> list[str]:
    """Each change with the file's key, as `tiers.ladder[1].threshold: 200 → 300`; none if both say the same.

    Places in lists are those of the new file, of the old one for what is removed. Things that have a code are
    the same thing if it is the same. Comments, order of keys and defaults written out are no change.
    """
    return list(_changes((), _said(old), _said(new)))


def problems_after(earlier: Definition, later: Definition) -> list[Problem]:
    """What forbids that one file follows another, as each section says."""
    return [
        problem_at(name, finding)
        for name, section in later.sections.items()
        if name in earlier.sections
        for finding in section.problems_after(earlier.sections[name])
    ]


def _said(definition: Definition) -> Mapping[str, Any]:
    """All that a file says, defaults too, with amounts as one writes them."""
    context = {DIGITS: definition.program.currency_digits}
    return {name: section.model_dump(mode="json", context=context) for name, section in definition.sections.items()}


def _changes(place: Place, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    before, after = _by_code(old), _by_code(new)
    if before is not None and after is not None:
        yield from _of_coded(place, before, after)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_tables(place, cast(Mapping[str, Any], old), cast(Mapping[str, Any], new))
    elif old is None:  # what a file does not say
        yield f"{key_of(place)}: new, {_shown(new)}"
    elif new is None:
        yield f"{key_of(place)}: removed, was {_shown(old)}"
    else:
        yield f"{key_of(place)}: {_shown(old)} → {_shown(new)}"


def _of_tables(place: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in old:
            yield f"{key_of((*place, name))}: new, {_shown(new[name])}"
        elif name not in new:
            yield f"{key_of((*place, name))}: removed, was {_shown(old[name])}"
        else:
            yield from _changes((*place, name), old[name], new[name])


def _of_coded(place: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for index, (code, item) in enumerate(new.items()):
        if code in old:
            yield from _changes((*place, index), old[code], item)
        else:
            yield f"{key_of((*place, index))}: new, {_shown(code)}"
    for index, code in enumerate(old):
        if code not in new:
            yield f"{key_of((*place, index))}: removed, was {_shown(code)}"
    if [code for code in old if code in new] != [code for code in new if code in old]:
        yield f"{key_of(place)}: order, {_shown(list(old))} → {_shown(list(new))}"


def _by_code(value: Any) -> dict[str, Any] | None:
    """A list of things that have codes, by code; None if it is something else."""
    if not isinstance(value, list):
        return None
    items = cast(list[Any], value)
    if not all(isinstance(item, Mapping) and "code" in item for item in items):
        return None
    return {item["code"]: item for item in items}


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
