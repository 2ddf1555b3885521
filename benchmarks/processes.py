"""What processes of this machine have cost: CPU time, of all threads, in user and in system mode."""

from dataclasses import dataclass
from typing import Any, Self

import asyncpg
import psutil

DRIVER: Any = asyncpg


def cpu_of(process: psutil.Process) -> float:
    """Seconds so far, of a process, of those it started, and of those of them that are gone."""
    while True:
        family = [process, *process.children(recursive=True)]
        try:
            spent = sum(sum(each.cpu_times()[:4]) for each in family)  # own, and of children that are gone
        except psutil.NoSuchProcess:
            continue
        if family == [process, *process.children(recursive=True)]:  # else one that ended may not have been counted
            return spent


def read_by(postmaster: psutil.Process | None) -> int | None:
    """Bytes that a database's processes have had read from the disk so far, those that run. None: nobody tells us."""
    if postmaster is None:
        return None
    try:
        return sum(each.io_counters().read_bytes for each in postmaster.children())
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return None


async def postmaster_of(url: str) -> psutil.Process | None:
    """The process that all of a database server's are children of; None if it is not on this machine."""
    connection = await DRIVER.connect(url)
    try:
        backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
        return backend.parent() if "postgres" in backend.name() else None
    except psutil.NoSuchProcess:
        return None
    finally:
        await connection.close()


@dataclass(frozen=True)
class Cost:
    """CPU of the server and of PostgreSQL, from now on."""

    server: psutil.Process
    postmaster: psutil.Process | None
    began: tuple[float, float]

    @classmethod
    def of(cls, server: psutil.Process, postmaster: psutil.Process | None) -> Self:
        return cls(server, postmaster, _spent(server, postmaster))

    def so_far(self) -> tuple[float, float | None]:
        """Seconds. None: PostgreSQL is elsewhere."""
        spent = _spent(self.server, self.postmaster)
        server, postgres = (late - early for late, early in zip(spent, self.began, strict=True))
        return server, None if self.postmaster is None else postgres


def _spent(server: psutil.Process, postmaster: psutil.Process | None) -> tuple[float, float]:
    return cpu_of(server), 0.0 if postmaster is None else cpu_of(postmaster)
