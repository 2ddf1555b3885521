"""What a refund says, and what refunds of an order come to (R10, R13)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from math import ceil
from uuid import UUID

from app.errors import BadInput
from app.points.rules import rounded
from app.points.section import Rounding

from .kinds import AHEAD, EARLIEST, LONGEST_ID, MOST_AMOUNT, MOST_LINES, FactKind
from .lines import Line


@dataclass(frozen=True)
class LineRefund:
    """What is given back of one line's price, whoever paid it; in minor units."""

    number: int
    """The line's place in the order, from 1."""
    amount: int


@dataclass(frozen=True)
class ReportedRefund:
    """What another system says of a refund."""

    source: str
    external_id: str
    """The refund's own id."""
    order: str
    """The order's id, in the same system."""
    refunded_at: datetime
    lines: Sequence[LineRefund]

    @property
    def digest(self) -> bytes:
        """Of its content: the same content has the same digest, in whatever order its lines are said (R24)."""
        lines = sorted((line.number, line.amount) for line in self.lines)
        told = [FactKind.REFUND.name, self.order, self.refunded_at.timestamp(), lines]
        return hashlib.sha256(repr(told).encode()).digest()


@dataclass(frozen=True)
class KnownRefund:
    """A refund as it was recorded."""

    id: UUID
    """Of its fact."""
    refunded_at: datetime
    lines: Sequence[LineRefund]


@dataclass(frozen=True)
class RefundRecorded:
    """The refund is known; `replayed` if it was before."""

    member_id: UUID
    order_id: UUID
    refund_id: UUID
    """Of its fact."""
    refunded: int
    """What was refunded of the order by now, in minor units."""
    currency: str
    replayed: bool = False


def checked_refund(refund: ReportedRefund, *, now: datetime) -> ReportedRefund:
    """The refund, if it makes sense (R26). May raise BadInput, which names the argument that does not."""
    for name, text in (("refund", refund.external_id), ("order", refund.order)):
        if not 0 < len(text) <= LONGEST_ID or not text.isprintable():
            raise BadInput(f"'{name}' must have 1 to {LONGEST_ID} printable characters.")
    if not EARLIEST <= refund.refunded_at <= now + AHEAD:
        is_early = refund.refunded_at < EARLIEST
        raise BadInput(f"'refundedAt' is {f'before {EARLIEST.year}' if is_early else 'in the future'}.")
    if not 0 < len(refund.lines) <= MOST_LINES:
        raise BadInput(f"'lines' must be 1 to {MOST_LINES}.")
    for place, line in enumerate(refund.lines):
        if not 0 < line.number <= MOST_LINES:
            raise BadInput(f"'lines[{place}].line' must be 1 to {MOST_LINES}: the line's place in the order.")
        if not 0 <= line.amount <= MOST_AMOUNT:
            raise BadInput(f"'lines[{place}].amount' must be 0 or more.")
    if len({line.number for line in refund.lines}) < len(refund.lines):
        raise BadInput("'lines' name a line twice: say what is given back of it in all.")
    return refund


@dataclass(frozen=True)
class RefundedOrder:
    """The lines of a paid order, and refunds of it. In whatever order they came, they come to the same (R25)."""

    lines: Sequence[Line]
    refunds: Sequence[KnownRefund]

    def before(self, at: datetime | None) -> "RefundedOrder":
        """With the refunds before an instant only; with all, if it is not known."""
        if at is None:
            return self
        return replace(self, refunds=[refund for refund in self.refunds if refund.refunded_at < at])

    def up_to(self, number: int) -> "RefundedOrder":
        """With so many of the refunds, those that were recorded first."""
        return replace(self, refunds=self.refunds[:number])

    def but_for(self, refund_id: UUID) -> "RefundedOrder":
        """With all refunds but one."""
        return replace(self, refunds=[refund for refund in self.refunds if refund.id != refund_id])

    @property
    def of_lines(self) -> list[int]:
        """What was refunded of each line, in minor units: of no line more than it came to; what is said of lines that
        the order does not have counts for nothing."""
        sums = Counter[int]()
        for refund in self.refunds:
            for line in refund.lines:
                sums[line.number] += line.amount
        return [min(sums[number], line.amount) for number, line in enumerate(self.lines, 1)]

    @property
    def amount(self) -> int:
        """What was refunded of the order, in minor units."""
        return sum(self.of_lines)

    @property
    def eligible_left(self) -> int:
        """What is left of the eligible amount, in minor units; a part of one is one."""
        if not self.refunds:
            return sum(line.eligible for line in self.lines)
        shares = zip(self.lines, self.of_lines, strict=True)
        left = (Fraction(line.eligible * (line.amount - refunded), line.amount or 1) for line, refunded in shares)
        return ceil(sum(left, start=Fraction()))

    def part(self, amount: int, weights: Sequence[int]) -> int:
        """Of an amount that the lines brought together by these weights, the part of what was refunded of them: all of
        it once all is refunded; nothing for a line that brought nothing (R10, R13)."""
        return rounded(amount * self.fraction(weights), rounding=Rounding.HALF_UP)

    def fraction(self, weights: Sequence[int]) -> Fraction:
        """Which part of what the lines brought together by these weights was refunded."""
        whole = sum(weights)
        if whole == 0:
            return Fraction()
        shares = zip(weights, self.of_lines, self.lines, strict=True)
        parts = (Fraction(weight * refunded, line.amount) for weight, refunded, line in shares if line.amount)
        return sum(parts, start=Fraction()) / whole

    @property
    def eligible_part(self) -> Fraction:
        """Which part of the eligible amount was refunded."""
        return self.fraction([line.eligible for line in self.lines])
