"""Ways to break the rules of holds, each of which a trial must find out."""

from typing import Any
from uuid import UUID

import pytest

from app.errors import Refused
from app.points.commands import holding
from app.points.rules import Books, NotEnoughPoints, taking


def holds_end_again_and_again(patch: pytest.MonkeyPatch) -> None:
    """Whether a hold has ended is not looked at."""

    def is_fine(*_: Any) -> None:
        return None

    patch.setattr(taking, "check_open", is_fine)
    patch.setattr(holding, "check_open", is_fine)


def what_is_not_there_is_held(patch: pytest.MonkeyPatch) -> None:
    """As much as there is pays for what is asked."""
    ours = taking.pay

    def what_there_is(books: Books, kind: Any, amount: int, **given: Any) -> UUID:
        if books.available <= 0:
            raise Refused(NotEnoughPoints(amount, 0))
        return ours(books, kind, min(amount, books.available), **given)

    patch.setattr(taking, "pay", what_there_is)


def what_was_given_back_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """All that a hold spent is left to be given back, each time."""
    ours = holding.load_hold

    async def as_if_new(*given: Any) -> Any:
        hold = await ours(*given)
        if hold is not None:
            hold.given_back = 0
        return hold

    patch.setattr(holding, "load_hold", as_if_new)


HOLD_MUTANTS = (holds_end_again_and_again, what_is_not_there_is_held, what_was_given_back_is_forgotten)
