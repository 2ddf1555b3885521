"""For each refusal code a request that is refused with it."""

from collections.abc import Mapping

from . import members, others
from .case import Prepare, Refused

__all__ = ["REFUSED", "WITHOUT_KEY", "Refused"]

REFUSED: Mapping[str, Prepare] = {
    function.__name__.upper(): function for function in (*members.REFUSED, *others.REFUSED)
}
"""By the code's name, which is the function's."""
WITHOUT_KEY = {"FACT_CONFLICT", "INVALID_FACT", "IMPORT_NOT_OPEN"}
"""Of mutations whose input names what it is about by an id of its own (R24)."""
