"""The lines of an order: what each is for, and what of it earns."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import BadInput
from app.offers.rules.lines import LineKind

from .kinds import LONGEST_ID, MOST_AMOUNT, MOST_LINES


@dataclass(frozen=True)
class Line:
    """One line of an order. Amounts are for the whole quantity, in minor units."""

    quantity: int
    amount: int
    sku: str | None = None
    category: str | None = None
    kind: LineKind = LineKind.GOODS
    by_points: int = 0
    """What points paid of the amount."""
    by_coupons: int = 0
    """What coupons paid of the amount."""

    @property
    def eligible(self) -> int:
        """What earns: not gift cards, not shipping, not what points or coupons paid for (R13)."""
        return self.amount - self.by_points - self.by_coupons if self.kind is LineKind.GOODS else 0


def check_lines(lines: Sequence[Line]) -> None:
    """Quantities above 0, amounts of 0 and more (R26), and not too much of either. May raise BadInput."""
    if len(lines) > MOST_LINES:
        raise BadInput(f"'lines' may be at most {MOST_LINES}.")
    for number, line in enumerate(lines):
        _check_line(number, line)
    if sum(line.amount for line in lines) > MOST_AMOUNT:
        raise BadInput("The order's amount is too large.")


def _check_line(number: int, line: Line) -> None:
    if not 0 < line.quantity <= MOST_AMOUNT:
        raise BadInput(f"'lines[{number}].quantity' must be more than 0.")
    for name, amount in (("amount", line.amount), ("paidByPoints", line.by_points), ("paidByCoupons", line.by_coupons)):
        if amount < 0:
            raise BadInput(f"'lines[{number}].{name}' must be 0 or more.")
    if line.by_points + line.by_coupons > line.amount:
        raise BadInput(f"'lines[{number}]': points and coupons paid more than its amount.")
    for name, text in (("sku", line.sku), ("category", line.category)):
        if text is not None and (not 0 < len(text) <= LONGEST_ID or not text.isprintable()):
            raise BadInput(f"'lines[{number}].{name}' must have 1 to {LONGEST_ID} printable characters.")
