"""How far a long command is, as a line that moves, where people look on."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PEOPLE = Console(stderr=True, highlight=False)


@contextmanager
def line_progress() -> Generator[Callable[[int, int], object]]:
    """A bar, as soon as it is told of the first lines: how many more are done, and of how many."""
    columns = (TextColumn("Lines"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=PEOPLE, transient=True, disable=not PEOPLE.is_terminal) as bar:
        shown = bar.add_task("lines", total=None, visible=False)
        yield lambda more, lines: bar.update(shown, advance=more, total=lines, visible=True)
