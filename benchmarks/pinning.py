"""Which core works for whom: what is measured has one for itself, who asks and the database have the other."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

from .database import run

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Cores:
    """The server's, and that of who asks and of the database; None: any, where there is only one or no such choice."""

    server: int | None
    others: int | None

    def __str__(self) -> str:
        if self.server is None:
            return "no core for any process by itself"
        return "each server on one core by itself, load and PostgreSQL on the other"


def cores_there_are() -> Cores:
    known = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return Cores(*known[:2]) if len(known) > 1 else Cores(None, None)


@contextmanager
def on(core: int | None) -> Generator[None]:
    """Processes that are started within run on that core, and all that they start."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def pin_backends(url: str, core: int | None) -> None:
    """The database's processes that work for who is connected to it, as far as they are on this machine."""
    if core is None:
        return
    for (pid,) in await run(url, BACKENDS):
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            if "postgres" in process.name():
                process.cpu_affinity([core])
