"""What pydantic finds wrong with what somebody wrote, as they are told it: where, and in words."""

from typing import Any, cast

from pydantic_core import ErrorDetails

from .problems import Finding, Place

MESSAGES = {
    "extra_forbidden": "unknown key",
    "missing": "missing",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "tuple_type": "must be a list",
}
"""What pydantic calls otherwise, by its types of errors."""


def finding_of(error: ErrorDetails, data: Any) -> Finding:
    """Where in `data` something is wrong, and what."""
    return _place(error, data), _message(error)


def _place(error: ErrorDetails, data: Any) -> Place:
    """Where it is in the file: pydantic marks the keys of a table as such, and names the kind of what has kinds."""
    place: list[str | int] = []
    for step in error["loc"]:
        table = cast(dict[str, Any], data) if isinstance(data, dict) else {}
        if step == "[key]" or (step not in table and table.get("kind") == step):
            continue
        place.append(step)
        data = table.get(str(step)) if table else _at(data, step)
    return tuple(place)


def _at(data: Any, step: str | int) -> Any:
    listed = cast(list[Any], data) if isinstance(data, list) else []
    return listed[step] if isinstance(step, int) and step < len(listed) else None


def _message(error: ErrorDetails) -> str:
    plain = error["msg"].removeprefix("Value error, ")
    for subject in ("Input should ", "String should "):
        if plain.startswith(subject):
            plain = f"must {plain.removeprefix(subject)}"
    return MESSAGES.get(error["type"], plain)
