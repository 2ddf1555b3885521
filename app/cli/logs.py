"""Logs: a line of JSON for each event in production, readable lines in development. Never values, never SQL (R41)."""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.failures import kind_of, place_of


def configure_logs(*, for_people: bool) -> None:
    """For the whole process: our own events and those of libraries, on the error stream."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        failures_without_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    show: Processor = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if for_people else _json()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, show],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING if for_people else logging.INFO, force=True)


def failures_without_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """What failed and where, in place of a traceback: the text of an exception may hold anybody's data."""
    error = _failure(event.pop("exc_info", None))
    if error is not None:
        event.update(error=kind_of(error), at=place_of(error))
    return event


def _failure(given: Any) -> BaseException | None:
    """`exc_info` may be an exception, what `sys.exc_info()` gives, or True for the one at hand."""
    if given is True:
        return sys.exc_info()[1]
    found: Any = given
    error: Any = found[1] if isinstance(given, tuple) else found
    return error if isinstance(error, BaseException) else None


def _json() -> structlog.processors.JSONRenderer:
    def written(event: Any, **_: Any) -> str:
        return orjson.dumps(event, default=str).decode()

    return structlog.processors.JSONRenderer(serializer=written)
