"""Dead letters as the command line shows them."""

from collections.abc import Sequence

from rich.table import Table

from app.db import Page, Reader

from .models import OutboxEventRow
from .queries import dead_letters


async def dead_letters_shown(db: Reader, *, page: Page) -> Table:
    """A page of dead letters, the newest first. Its last column goes on with the next page, as `Page.after`."""
    return table_of_letters((await dead_letters(db, page=page))[: page.first])


def table_of_letters(letters: Sequence[OutboxEventRow]) -> Table:
    """Without the payload: whoever needs it looks at the event itself."""
    table = Table("died at", "kind", "attempts", "last error", "member", "event", title=f"{len(letters)} dead letters")
    for letter in letters:
        died = "" if letter.ended_at is None else f"{letter.ended_at:%Y-%m-%d %H:%M:%SZ}"
        told = (died, letter.kind, str(letter.attempts), letter.last_error or "", letter.member_id, letter.id)
        table.add_row(*(str(value) for value in told))
    return table
