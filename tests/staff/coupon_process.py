"""A worker that does jobs about coupons, and dies in the middle: `python -m tests.staff.coupon_process HOW URL`."""

import asyncio
import os
import signal
import sys
from typing import Any

from app.clock import new_id, now
from app.db import Database, Settings
from app.definition import programs_to_hold
from app.staff.commands.coupons import to_many, working

CODES_AT_ONCE = 40
KILLED_AT_PART = 3
KILLED_AFTER_MEMBERS = 30


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def make_codes_and_die() -> None:
    """In the third part, when its codes and what counts them are written, and not committed."""
    make, parts = working.make_codes, iter(range(1, 100))

    async def some(tx: Any, job: Any, *, now: Any) -> int:
        made = await make(tx, job, at_once=CODES_AT_ONCE, now=now)
        await tx.flush()
        if next(parts) == KILLED_AT_PART:
            die()
        return made

    working.make_codes = some  # pyright: ignore[reportAttributeAccessIssue]


def issue_and_die() -> None:
    """After some members of a part, of whom nothing is counted yet."""
    one, members = to_many._one, iter(range(1, 1000))  # pyright: ignore[reportPrivateUsage]

    async def and_die(*given: Any, **more: Any) -> None:
        await one(*given, **more)
        if next(members) == KILLED_AFTER_MEMBERS:
            die()

    to_many._one = and_die  # pyright: ignore[reportPrivateUsage]


async def main(url: str) -> None:
    database, held = Database(Settings(url=url), new_id=new_id), programs_to_hold()
    await database.open()
    await working.do_coupon_jobs(database, held=held, clock=now)


if __name__ == "__main__":
    _, how, url = sys.argv
    {"codes": make_codes_and_die, "issue": issue_and_die}[how]()
    asyncio.run(main(url))
