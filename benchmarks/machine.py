"""Where it ran: what a reader must know of the machine and the day."""

import os
import platform
import sys
from pathlib import Path

import psutil

from app import clock

from .scheduling import scheduling_told

GIB = 1024**3


def machine_told() -> str:
    """The day (UTC), cores, memory, the Python, and how processes are scheduled."""
    memory = psutil.virtual_memory().total / GIB
    machine = f"{os.cpu_count()} cores ({_model()}), {memory:.0f} GiB of memory"
    return f"{clock.now():%d %B %Y}, {machine}, {python_told()}, {scheduling_told()}"


def python_told() -> str:
    """The interpreter and where it lies, for it matters who built it: as `pyenv` and a bare `configure` do, without
    optimizations by a profile, it takes up to a fifth more time than those of distributions and container images."""
    return f"{platform.python_implementation()} {platform.python_version()} of {sys.base_prefix}"


def quarter_of_memory() -> int:
    """Bytes: what PostgreSQL's manual has one begin with for `shared_buffers`."""
    return psutil.virtual_memory().total // 4


def two_fifths_of_memory() -> int:
    """Bytes: what by the same manual is as much as is of use."""
    return psutil.virtual_memory().total * 2 // 5


def _model() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
