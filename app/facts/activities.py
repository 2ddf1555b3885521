"""From what another system sends of an activity to the activity as the rules know it."""

from datetime import UTC, datetime
from typing import Protocol

from app.customers.rules import Identity
from app.errors import BadInput, Refused
from app.graph import Viewer
from app.members.rules import channel_named
from app.points.section import Action

from .reporting import identity_sent
from .rules.activities import FactProblem, InvalidFact, ReportedActivity
from .rules.kinds import EARLIEST


class SentCustomer(Protocol):
    @property
    def subject(self) -> str: ...
    @property
    def issuer(self) -> str | None: ...


class SentActivity(Protocol):
    @property
    def action(self) -> Action: ...
    @property
    def id(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def channel(self) -> str | None: ...


def customer_meant(sent: SentCustomer, *, viewer: Viewer) -> Identity:
    """Whom a service means. May refuse: InvalidFact."""
    try:
        return identity_sent(sent.issuer, sent.subject, viewer=viewer)
    except BadInput:
        raise Refused(InvalidFact(FactProblem.CUSTOMER)) from None


def reported_activity(sent: SentActivity, *, source: str) -> ReportedActivity:
    """The activity that a service reports. May refuse: InvalidFact."""
    return ReportedActivity(
        source=source,
        external_id=sent.id,
        action=sent.action,
        occurred_at=_in_utc(sent.occurred_at),
        channel=_channel(sent.channel),
    )


def _channel(sent: str | None) -> str | None:
    try:
        return channel_named(sent)
    except BadInput:
        raise Refused(InvalidFact(FactProblem.CHANNEL)) from None


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:  # of the first or the last day that there is
        problem = FactProblem.PAST if at.year < EARLIEST.year else FactProblem.FUTURE
        raise Refused(InvalidFact(problem)) from None
