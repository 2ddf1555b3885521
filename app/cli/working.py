"""`worker`: the process of production that reacts and does timed work."""

import asyncio

import uvloop

from app import worker as workers

from .environment import settings_of_environment
from .logs import configure_logs


def worker() -> None:
    """React to events and do timed work. Any number of these may run."""
    settings = settings_of_environment()
    configure_logs(for_people=settings.is_development)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(workers.main(settings))
