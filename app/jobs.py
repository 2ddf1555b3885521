"""What runs when, on one page."""

from datetime import datetime, timedelta
from typing import Any

from app import outbox
from app.db import Database
from app.timetable import Job


async def forget_done_events(database: Database, *, now: datetime, held: Any) -> None:
    """Events that were reacted to a week ago are of no more use."""
    await outbox.forget_done(database, now=now)


JOBS: tuple[Job, ...] = (Job("forget_done_events", timedelta(hours=1), forget_done_events),)
