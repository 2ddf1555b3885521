"""More names for the columns of a prepared statement, where several share one.

The driver finds a row's column by a table of names that all rows of a prepared statement share, and that is not for
others to see. Python's collector sees it. If a version of the driver has it no longer, `named` says so, and rows are as
wide as all names need.
"""

import gc
from collections.abc import Iterator, Mapping
from typing import Any

DESCRIPTOR = "RecordDescriptor"
"""The driver's class that has the table: not imported, so that a driver without it is only slower."""


def named(prepared: Any, mark: str, places: Mapping[str, int]) -> bool:
    """Give the columns, one of which is named `mark`, these names as well. False: it could not be done.

    The statement was run before, so that the table is there.
    """
    for table in _tables(prepared):
        if table.get(mark) == 0:
            table.update(places)
            return True
    return False


def _tables(prepared: Any) -> Iterator[dict[str, int]]:
    for state in gc.get_referents(prepared):
        for descriptor in gc.get_referents(state):
            if type(descriptor).__name__ == DESCRIPTOR:
                yield from (each for each in gc.get_referents(descriptor) if isinstance(each, dict))
