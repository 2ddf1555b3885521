"""All that a program's file can say, read from the models of its sections."""

import types
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from app.definition import SECTIONS
from app.programs.section import Part, Words


def settings() -> dict[str, Any]:
    """Every key by its place in the file, such as `points.earning[].per`, with its type."""
    return {key: kind for name, section in SECTIONS.items() for key, kind in _within(name, section)}


def choices() -> dict[str, type[Enum]]:
    """The keys of which there is a choice of values."""
    return {key: kind for key, kind in settings().items() if isinstance(kind, type) and issubclass(kind, Enum)}


def _within(place: str, kind: Any) -> Iterator[tuple[str, Any]]:
    plain = _plain(kind)
    if get_origin(plain) is tuple:
        yield from _within(f"{place}[]", get_args(plain)[0])
    elif isinstance(plain, type) and issubclass(plain, Part) and plain is not Words:
        for name, field in _fields(plain).items():
            yield from _within(f"{place}.{name}", field.annotation)
    elif _is_of_parts(plain):  # one of several kinds of them
        for part in get_args(plain):
            yield from _within(place, part)
    else:
        yield place, plain


def _is_of_parts(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType) and all(
        isinstance(part, type) and issubclass(part, Part) for part in get_args(kind)
    )


def _fields(kind: type[BaseModel]) -> Mapping[str, Any]:
    return kind.model_fields


def _plain(kind: Any) -> Any:
    """What is left without annotations, and without `| None`."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _plain(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        parts = [part for part in get_args(kind) if part is not type(None)]
        return _plain(parts[0]) if len(parts) == 1 else kind
    return kind
