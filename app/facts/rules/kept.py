"""Facts of customers who are not members, kept in case they join: until when, and as what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter

from app.clock import days_later
from app.facts.section import FactsSection
from app.members.section import Join, MembersSection
from app.programs.rules import Program, Programs, ProgramVersion

from .activities import ACTIVITIES, ReportedActivity
from .kinds import FactKind
from .orders import ReportedOrder
from .refunds import ReportedRefund

Report = ReportedOrder | ReportedRefund | ReportedActivity
"""What other systems report."""
REPORTED_AS: Mapping[FactKind, type[Report]] = {
    FactKind.ORDER_PAID: ReportedOrder,
    FactKind.ORDER_COMPLETED: ReportedOrder,
    FactKind.REFUND: ReportedRefund,
    **dict.fromkeys(ACTIVITIES, ReportedActivity),
}


@dataclass(frozen=True)
class FactKept:
    """The customer is not a member: the fact is kept, and credited if they join in time."""

    kept_until: datetime
    """Exclusive: who joins at this instant is too late."""


@dataclass(frozen=True)
class ToKeep:
    """One fact of a report, as it is kept."""

    kind: FactKind
    source: str
    external_id: str
    occurred_at: datetime
    digest: bytes
    report: Report
    """With this fact alone."""

    @property
    def content(self) -> str:
        """The report as JSON, for `report_kept`."""
        return orjson.dumps(self.report).decode()


def places_of(report: Report) -> tuple[list[str], list[str]]:
    """Kinds and external ids by which all that is kept of a report is found; for a refund also its order."""
    order = [FactKind.ORDER_PAID.name, FactKind.ORDER_COMPLETED.name]
    if isinstance(report, ReportedOrder):
        return order, [report.external_id]
    if isinstance(report, ReportedRefund):
        return [*order, FactKind.REFUND.name], [report.order, report.external_id]
    return [report.kind.name], [report.external_id]


def facts_of(report: Report) -> list[ToKeep]:
    """The facts of a report, each by itself."""
    if isinstance(report, ReportedOrder):
        return list(_facts_of_order(report))
    kind = FactKind.REFUND if isinstance(report, ReportedRefund) else report.kind
    at = report.refunded_at if isinstance(report, ReportedRefund) else report.occurred_at
    return [ToKeep(kind, report.source, report.external_id, at, report.digest, report)]


def _facts_of_order(order: ReportedOrder) -> Iterator[ToKeep]:
    alone = {
        FactKind.ORDER_PAID: replace(order, completed_at=None),
        FactKind.ORDER_COMPLETED: replace(order, paid_at=None, lines=()),
    }
    for kind in order.kinds:
        at = order.at(kind)
        if at is not None:
            yield ToKeep(kind, order.source, order.external_id, at, order.digest(kind), alone[kind])


def report_kept(kind: FactKind, content: str) -> Report:
    """The report again, with the same digest."""
    return _reader(REPORTED_AS[kind]).validate_json(content)


@cache
def _reader(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def kept_until(at: datetime, *, version: ProgramVersion) -> datetime | None:
    """Until when what happened at an instant is kept, by the version of then; None if it is not."""
    days = version.section(FactsSection).kept_days
    return days_later(at, days, zone=version.zone) if days else None


def may_keep(program: Program) -> bool:
    """Did any version of it keep facts of who was no member? Of any: what is kept is, though no version does now."""
    return any(version.section(FactsSection).kept_days for version in program.versions.values())


def is_in_time(programs: Programs, program: str, *, at: datetime, since: datetime) -> bool:
    """Does what happened at an instant count for who is a member since another? Where one joins by asking, what was
    done before counts only if it would have been kept until then: whenever it is reported, the same comes of it.
    Where the first fact makes the member, facts of before are late like others."""
    if at >= since or programs.at(program, since).section(MembersSection).join is Join.AUTOMATIC:
        return True
    until = kept_until(at, version=programs.at(program, at))
    return until is not None and since < until
