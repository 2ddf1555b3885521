"""What may be said of a failure in tables and logs: its type and its place, never its text, which may carry values."""

from pathlib import Path
from traceback import extract_tb

APP = Path(__file__).parent


def kind_of(error: BaseException) -> str:
    """The name of its type."""
    return type(error).__name__


def place_of(error: BaseException) -> str:
    """The innermost line of our own code that it passed, such as `points/commands.py:55 settle`; or nothing."""
    frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(APP)]
    if not frames:
        return ""
    last = frames[-1]
    return f"{Path(last.filename).relative_to(APP).as_posix()}:{last.lineno} {last.name}"
