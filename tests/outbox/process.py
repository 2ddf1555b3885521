"""A worker as a process of its own, for trials that kill it: `python -m tests.outbox.process die|wait URL`."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from app.db import Transaction
from app.outbox import Told
from app.settings import Settings
from app.worker import main

from .world import Happened, count_it


async def die(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    """Between the effect and the mark."""
    await count_it(tx, told, now=now, held=held)
    os.kill(os.getpid(), signal.SIGKILL)


async def wait(tx: Transaction, told: Told[Any], *, now: datetime, held: Any) -> None:
    """Say that it is at work, and go on when told to."""
    await count_it(tx, told, now=now, held=held)
    print("at work", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


def settings_of(url: str) -> Settings:
    return Settings(database_url=url, token_issuer="none", token_audience="none", jwks_file=Path("none"))


if __name__ == "__main__":
    _, how, url = sys.argv
    asyncio.run(main(settings_of(url), reactions={Happened: {"die": die, "wait": wait}[how]}, jobs=()))
