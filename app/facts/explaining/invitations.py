"""Movements of points that an invitation brings: on the condition that an order of the invitee counts (R37)."""

from collections.abc import Callable, Iterator

from app.points.rules import EntryKind
from app.programs.rulebook import Told, told

from .evidence import Evidence
from .lots import lot_steps, policy_step
from .ruled import own_rule
from .steps import Step, StepCode, moment

NOT_YET = Told(
    "目前没有有效的订单，因此何时可用还不知道。", "None of the invitee's orders counts: it is not known yet when."
)
NOT_ANY_MORE = Told(
    "受邀人的该笔订单已退款，不再有效：未使用的部分收回，直至下一笔订单有效。",
    "The invitee's order was refunded and does not count any more: what is unused is taken back until the next one "
    "does.",
)
COUNTS = "referrals.at_least"
"""The rule that says which orders count."""


def given_steps(evidence: Evidence) -> Iterator[Step]:
    yield from own_rule(evidence)
    yield from lot_steps(evidence, sign=1)
    yield from policy_step(evidence, COUNTS)
    for lot in evidence.lots.values():
        if lot.activates_at is None:
            yield Step(StepCode.ACTIVATION, NOT_YET)
            continue
        at = moment(lot.activates_at, zone=evidence.version.zone)
        yield Step(StepCode.ACTIVATION, told(zh="自 {at} 起可用。", en="They can be used from {at}.", at=at))
        yield from policy_step(evidence, "points.expiry", as_=StepCode.EXPIRY)


def activated_steps(evidence: Evidence) -> Iterator[Step]:
    yield from own_rule(evidence)
    yield from lot_steps(evidence, sign=1)
    yield from policy_step(evidence, COUNTS, as_=StepCode.ACTIVATION)
    yield from policy_step(evidence, "points.expiry", as_=StepCode.EXPIRY)


def taken_back_steps(evidence: Evidence) -> Iterator[Step]:
    yield Step(StepCode.REFUND, NOT_ANY_MORE)
    yield from policy_step(evidence, COUNTS)
    yield from lot_steps(evidence, sign=-1)


INVITATION: dict[EntryKind, Callable[[Evidence], Iterator[Step]]] = {
    EntryKind.EARNED: given_steps,
    EntryKind.ACTIVATED: activated_steps,
    EntryKind.REVERSED: taken_back_steps,
}
