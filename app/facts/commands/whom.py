"""Whom a fact is about: a member, one who has left, or a customer who is none and may become one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.customers.commands import customer_known_as, lock_customer
from app.customers.rules import Identity
from app.db import Transaction
from app.errors import Refused
from app.facts.rules import FactKind, KnownOrder, ReportedOrder, is_in_time, kept_until
from app.members.commands import member_for_fact
from app.members.rules import MemberStatus, NotMember
from app.programs.rules import Programs
from app.tiers.commands import Row


class Member(Row, Protocol):
    """A member's row, locked until the transaction ends."""

    @property
    def customer_id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...
    @property
    def member_since(self) -> datetime: ...
    @property
    def invited_by(self) -> UUID | None: ...


@dataclass(frozen=True)
class Whom:
    """A customer and, if they are or were one, the member that they are. Nobody else makes them one, or changes it,
    until the transaction ends."""

    customer_id: UUID
    member: Member | None


def is_active(member: Member) -> bool:
    return member.status == MemberStatus.ACTIVE.name


async def whom_it_is_about(
    tx: Transaction,
    *,
    programs: Programs,
    program: str,
    identity: Identity,
    at: Sequence[datetime],
    channel: str | None = None,
    now: datetime,
    registered_at: datetime | None = None,
) -> Whom:
    """Whom facts of these instants are about. Where the program joins automatically, the first one makes the customer
    a member. May refuse: NotMember, and what they did is not kept.

    `registered_at` is the present, if `now` is of history. Who is not a member may be about to be one: joining takes
    the customer's lock first, so with that in hand they are looked for once more. Then what is kept here is committed
    before they join, and credited to them.
    """
    present = programs.current(program, now)
    member = await member_for_fact(
        tx, program=present, identity=identity, channel=channel, now=now, registered_at=registered_at
    )
    if member is not None:
        return Whom(member.customer_id, member)
    if not is_kept(programs, program, at=at, now=now):
        raise Refused(NotMember(program))
    customer_id = await customer_known_as(tx, identity=identity, now=now)
    await lock_customer(tx, customer_id=customer_id)
    return Whom(customer_id, await member_for_fact(tx, program=present, identity=identity, channel=channel, now=now))


def is_kept(programs: Programs, program: str, *, at: Sequence[datetime], now: datetime) -> bool:
    """Are all facts of these instants kept still, of who is not a member?"""
    ends = [kept_until(each, version=programs.at(program, each)) for each in at]
    return all(end is not None and now < end for end in ends)


def counts_for(member: Member, *, programs: Programs, at: Sequence[datetime]) -> bool:
    """Does what they did at these instants count for who is a member, by when they became one?"""
    return all(is_in_time(programs, member.program, at=each, since=member.member_since) for each in at)


def is_theirs(
    before: KnownOrder | None,
    *,
    member: Member,
    order: ReportedOrder,
    new: Sequence[FactKind],
    programs: Programs,
    whenever: bool,
) -> bool:
    """An order goes on that is known; but it is its payment that brings anything, and that must be in time even if the
    completion was known before it: whichever is reported first, the same comes of it (R25)."""
    if not is_active(member):
        return before is not None
    decisive = new if before is None else [kind for kind in new if kind is FactKind.ORDER_PAID]
    at = [each for kind in decisive if (each := order.at(kind)) is not None]
    return whenever or counts_for(member, programs=programs, at=at)
