"""Looking at what the code under test tells of itself (`app.logs`)."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from app.logs import Event


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        said: Any = record.msg
        if isinstance(said, Event):
            self.events.append({**said.known, "event": said.name, "log_level": record.levelname.lower()})


@contextmanager
def capture_logs() -> Generator[list[dict[str, Any]]]:
    """Our own events, of whatever level, as they are told."""
    root, kept = logging.getLogger(), _Kept()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    try:
        yield kept.events
    finally:
        root.setLevel(level)
        root.removeHandler(kept)
