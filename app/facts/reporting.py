"""From what another system sends to an order or a refund as the rules know it, and whether it may report it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from app.errors import BadInput
from app.graph import Viewer
from app.members.asked import identity_sent as identity_sent  # also for those who import it from here
from app.members.asked import source_asked
from app.members.rules import channel_named
from app.programs.asked import check_currency as check_currency  # also for those who import it from here
from app.programs.asked import minor_asked
from app.programs.rules import ProgramVersion

from .rules import Line, LineKind, LineRefund, ReportedOrder, ReportedRefund

SCOPE = "facts:write"


class SentLine(Protocol):
    @property
    def quantity(self) -> int: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def kind(self) -> LineKind: ...
    @property
    def paid_by_points(self) -> Decimal: ...
    @property
    def paid_by_coupons(self) -> Decimal: ...


class SentOrder(Protocol):
    @property
    def order(self) -> str: ...
    @property
    def source(self) -> str | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def paid_at(self) -> datetime | None: ...
    @property
    def completed_at(self) -> datetime | None: ...
    @property
    def channel(self) -> str | None: ...
    @property
    def lines(self) -> Sequence[SentLine]: ...


class SentLineRefund(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def amount(self) -> Decimal: ...


class SentRefund(Protocol):
    @property
    def order(self) -> str: ...
    @property
    def refund(self) -> str: ...
    @property
    def source(self) -> str | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def refunded_at(self) -> datetime: ...
    @property
    def lines(self) -> Sequence[SentLineRefund]: ...


def reported_order(sent: SentOrder, *, program: ProgramVersion, viewer: Viewer) -> ReportedOrder:
    """The order that a service reports. May raise Forbidden: not for this service; BadInput: it makes no sense."""
    check_currency(sent.currency, program=program)
    return ReportedOrder(
        source=source_of(viewer, sent.source),
        external_id=sent.order,
        paid_at=None if sent.paid_at is None else _aware("paidAt", sent.paid_at),
        completed_at=None if sent.completed_at is None else _aware("completedAt", sent.completed_at),
        lines=[line_sent(number, line, program=program) for number, line in enumerate(sent.lines)],
        channel=channel_named(sent.channel),
    )


def reported_refund(sent: SentRefund, *, program: ProgramVersion, viewer: Viewer) -> ReportedRefund:
    """The refund that a service reports. May raise Forbidden: not for this service; BadInput: it makes no sense."""
    check_currency(sent.currency, program=program)
    digits = program.currency_digits
    return ReportedRefund(
        source=source_of(viewer, sent.source),
        external_id=sent.refund,
        order=sent.order,
        refunded_at=_aware("refundedAt", sent.refunded_at),
        lines=[
            LineRefund(line.line, minor_asked(f"lines[{number}].amount", line.amount, digits=digits))
            for number, line in enumerate(sent.lines)
        ],
    )


def source_of(viewer: Viewer, asked: str | None) -> str:
    """The name under which a service reports. May raise Forbidden or BadInput."""
    return source_asked(viewer, asked, scope=SCOPE)


def line_sent(number: int, sent: SentLine, *, program: ProgramVersion) -> Line:
    """One line, with its amounts in minor units of the program's currency. May raise BadInput."""
    amounts = {"amount": sent.amount, "paidByPoints": sent.paid_by_points, "paidByCoupons": sent.paid_by_coupons}
    amount, by_points, by_coupons = (
        minor_asked(f"lines[{number}].{name}", value, digits=program.currency_digits) for name, value in amounts.items()
    )
    return Line(sent.quantity, amount, sent.sku, sent.category, sent.kind, by_points, by_coupons)


def _aware(name: str, at: datetime) -> datetime:
    if at.tzinfo is None:
        raise BadInput(f"'{name}' needs a time zone, such as 2026-01-31T12:00:00Z.")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadInput(f"'{name}' is out of range.") from None
