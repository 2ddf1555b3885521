"""Where the prover stands, for Prometheus. The totals are the same whichever process tells them."""

from datetime import datetime
from math import nan

from prometheus_client import Gauge

from app.db import Reader
from app.members.queries import members_waiting
from app.programs.queries import newest_numbers

from .queries import number_disagreeing, oldest_proof

DISAGREEING = Gauge("prover_mismatches", "Members whose books disagreed at their last proof; somebody has to look.")
OLDEST = Gauge("prover_oldest_proof_seconds", "Age of the oldest proof of a member; 0 if there is none.")
WAITING = Gauge("prover_waiting", "Members who were touched and are not proved yet.")
FIGURES = (DISAGREEING, OLDEST, WAITING)
for gauge in FIGURES:
    gauge.set(nan)  # a process that never measures must not say that all is well


async def measure(db: Reader, *, now: datetime) -> None:
    """Set the gauges to what the database has now: a few reads of indices, however many members there are."""
    codes = [row.program for row in await newest_numbers(db)]
    oldest = await oldest_proof(db, codes, before=now)
    DISAGREEING.set(await number_disagreeing(db))
    OLDEST.set((now - oldest).total_seconds() if oldest else 0)
    WAITING.set(await members_waiting(db))
