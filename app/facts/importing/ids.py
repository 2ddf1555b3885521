"""Ids of orders that lines of one file say different things of: which is right, nobody knows, and the first is taken.

They are looked up batch by batch: so what it costs before anything is played in does not grow with the file, and who
goes on with an import has nothing to find out again.
"""

from app.db import Database

from .batches import Batch
from .history import Shift, Telling, first_said
from .models import ImportRunRow
from .queries import first_of_ids
from .records import WrongFile

ENOUGH = 100
"""Lines from which on half of them is no accident."""


async def telling_of(database: Database, run: ImportRunRow, *, shift: Shift, batch: Batch, is_first: bool) -> Telling:
    """How the lines of a batch are told as orders.

    May raise WrongFile: so many lines of the `is_first` batch, whose customers are any of the file, have the id of
    another order that the column cannot be that of ids, or a line is no whole order. Nothing was taken then.
    """
    lines = [line for each in batch.customers for line in each.lines if line.code_key is not None]
    first_of = await first_of_ids(
        database, run.id, list({line.code_key for line in lines if line.code_key is not None})
    )
    wrong = sum(first_said(line, first_of) is not None for line in lines) if is_first else 0
    if len(lines) >= ENOUGH and wrong * 2 >= len(lines):
        raise WrongFile(
            f"Of {len(lines)} lines, {wrong} have ids that name several orders each: is that the column of the ids, "
            "and each line a whole order?"
        )
    return Telling(run.source, shift, first_of)
