"""How far behind the outbox is, for Prometheus. The totals are the same whichever process tells them."""

from datetime import datetime

from prometheus_client import Gauge

from app.db import Reader

from .queries import Backlog, backlog

WAITING = Gauge("outbox_waiting", "Events that wait to be reacted to.")
DEAD = Gauge("outbox_dead", "Events that were tried in vain; somebody has to look at them.")
OLDEST = Gauge("outbox_oldest_seconds", "Seconds since the oldest waiting event happened; 0 if none waits.")


async def measure(db: Reader, *, now: datetime) -> Backlog:
    """Set the gauges to what the database has now."""
    found = await backlog(db, now=now)
    WAITING.set(found.waiting)
    DEAD.set(found.dead)
    OLDEST.set(found.oldest_seconds)
    return found
