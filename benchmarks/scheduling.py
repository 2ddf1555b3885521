"""How Linux schedules what is measured, who asks, and a database server that is started for it.

They share a machine. As ordinary work, each backend of PostgreSQL that has something to do again interrupts the server
in the middle of another request, and the server it: with two cores more is lost by that than by anything in either. As
batch work a process that is woken waits until who is at work pauses. What is measured by has the same.
"""

import os
from contextlib import suppress
from enum import Enum


class Scheduling(Enum):
    """Of all processes that a benchmark starts."""

    BATCH = "batch"
    ORDINARY = "ordinary"


def schedule(wanted: Scheduling) -> None:
    """This process, and all that it starts. Where the system knows no such thing, or forbids it, all stays as it is."""
    if wanted is Scheduling.BATCH:
        with suppress(AttributeError, OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def scheduling_told() -> str:
    """As it is, whatever was wanted."""
    is_batch = hasattr(os, "SCHED_BATCH") and os.sched_getscheduler(0) == os.SCHED_BATCH
    return f"all processes of the benchmark scheduled as {'batch' if is_batch else 'ordinary'} work"
