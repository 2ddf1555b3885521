"""Every read of imports."""

from .lines import changes_of_runs, first_of_ids, lines_after, lines_not_taken, numbers_not_taken, numbers_of_changes
from .runs import (
    first_import,
    import_of,
    number_of_runs,
    run_by_id,
    run_waiting,
    runs_before,
    runs_by_id,
    runs_of_program,
)

__all__ = [
    "changes_of_runs",
    "first_import",
    "first_of_ids",
    "import_of",
    "lines_after",
    "lines_not_taken",
    "number_of_runs",
    "numbers_not_taken",
    "numbers_of_changes",
    "run_by_id",
    "run_waiting",
    "runs_before",
    "runs_by_id",
    "runs_of_program",
]
