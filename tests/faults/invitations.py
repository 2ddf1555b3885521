"""Newcomers who are invited: they join by a code or accept one later, order, and send things back; any of it more than
once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from .refunds import Refund, Returned
from .reports import AGES, DAY, MINOR, Fact, Order, Report
from .wishes import JOIN, Wish

BIND = """mutation Bind($input: BindInviteCodeInput!) { bindInviteCode(input: $input) { __typename
  ... on BindInviteCodeSuccess { invitation { id } }
  ... on AlreadyInvited { invitation { id } } } }"""
WRONG = "ABCDEFGH23"
"""Nobody's code: of so many that there are."""
MOST_KEYS = 8
"""Wishes of one person that name a code: so few that nobody is told to try later."""


@dataclass(frozen=True)
class Binding:
    """A member accepts an invitation."""

    key: UUID
    customer: str
    program: str
    invite: str
    document: str = BIND

    @property
    def variables(self) -> Mapping[str, Any]:
        return {"input": {"idempotencyKey": str(self.key), "code": self.invite, "program": self.program}}


Invited = Wish | Binding | Report | Returned


@dataclass
class Invitations:
    """What has been asked for so far. `codes`: by which hosts invite, who were members before."""

    codes: Mapping[str, str]
    program: str
    issuer: str
    newcomers: list[str] = field(default_factory=list[str])
    keys: Counter[str] = field(default_factory=Counter[str])
    wished: list[Wish | Binding] = field(default_factory=list[Wish | Binding])
    ordered: list[Order] = field(default_factory=list[Order])


def some_invitation(
    random: Random, invitations: Invitations, orders: list[Order], refunds: list[Refund], *, now: datetime
) -> Invited:
    """Orders and refunds that are new are added to all that are known."""
    chance = random.random()
    if chance < 0.2 or not invitations.wished:
        invitations.newcomers.append(f"newcomer-{len(invitations.newcomers)}")
        if random.random() < 0.6 or not invitations.wished:
            return _wish(random, invitations, invitations.newcomers[-1], joins=1)
        return _new_order(random, invitations, orders, now, of=invitations.newcomers[-1:])
    if chance < 0.4:
        return _wish(
            random,
            invitations,
            random.choice((*invitations.newcomers[-6:], random.choice(tuple(invitations.codes)))),
            joins=0.2,
        )
    if chance < 0.5:
        return _again(random, invitations)
    if chance < 0.7 or not invitations.ordered:
        return _new_order(random, invitations, orders, now, of=invitations.newcomers[-6:])
    order = random.choice(invitations.ordered[-8:])
    if chance < 0.85:
        return Report(order, random.choice(((Fact.PAID,), (Fact.COMPLETED,), tuple(Fact))), invitations.issuer)
    lines = tuple(enumerate(order.amounts, 1))  # all of it: what is left of it is nothing
    at = order.paid_at + timedelta(hours=random.randint(1, 20))
    refunds.append(Refund(f"refund-{len(refunds)}", order.customer, order.program, order.id, at, lines))
    return Returned(refunds[-1], invitations.issuer)


def _wish(random: Random, invitations: Invitations, who: str, *, joins: float) -> Wish | Binding:
    """With somebody's code: nearly always with one that can be accepted. `joins`: how likely it is to join by it."""
    if invitations.keys[who] >= MOST_KEYS:
        return random.choice(invitations.wished)
    invitations.keys[who] += 1
    key = UUID(int=random.getrandbits(128), version=4)
    code = WRONG if random.random() < 0.1 else random.choice(tuple(invitations.codes.values()))
    if random.random() < joins and who not in invitations.codes:
        wish: Wish | Binding = Wish(JOIN, who, invitations.program, key, invite=code)
    else:
        wish = Binding(key, who, invitations.program, code)
    invitations.wished.append(wish)
    return wish


def _again(random: Random, invitations: Invitations) -> Wish | Binding:
    """The same, or another with the same key: that is a code less to be tried."""
    again = random.choice(invitations.wished[-10:])
    return again if random.random() < 0.8 else replace(again, invite=random.choice(tuple(invitations.codes.values())))


def _new_order(
    random: Random, invitations: Invitations, orders: list[Order], now: datetime, *, of: Sequence[str]
) -> Report:
    paid, completed = random.choice(AGES[1:])
    who = random.choice(of)
    amounts = tuple(random.randint(1, 50) * MINOR for _ in range(random.randint(1, 2)))
    order = Order(f"order-{len(orders)}", who, invitations.program, now - paid * DAY, now - completed * DAY, amounts)
    orders.append(order)
    invitations.ordered.append(order)
    return Report(order, tuple(Fact) if random.random() < 0.6 else (Fact.PAID,), invitations.issuer)
