"""Ways to break what is recorded of orders, refunds and activities, each of which a trial must find out."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.db import Transaction
from app.db.unique_keys import Claimed
from app.db.unique_keys import claim as claim_key
from app.errors import Refused
from app.facts.commands import activities, claiming, earning, orders, recording, refunds
from app.facts.commands.reversing import Reversal
from app.facts.rules import FactKind, ReportedOrder
from app.graph.mutations import OneByOne
from app.members.rules import MemberStatus, NotMember

from .member_mutants import nothing


def no_fact_claim(patch: pytest.MonkeyPatch) -> None:
    """An order is new whenever it is reported."""
    patch.setattr(orders, "_known_before", nothing)


def no_unique_cause(patch: pytest.MonkeyPatch) -> None:
    """Which of an order's facts are known is not looked at."""

    async def all_new(tx: Transaction, *, before: object, order: ReportedOrder) -> list[FactKind]:
        return order.kinds

    patch.setattr(orders, "_new_facts", all_new)


def fact_claimed_before_its_effects(patch: pytest.MonkeyPatch) -> None:
    """The order's id is taken in a transaction of its own; what follows from the order comes after."""

    async def claimed(tx: Transaction, *, kind: str, digest: bytes, owner: UUID) -> Claimed:
        own = tx._connection.raw  # pyright: ignore[reportPrivateUsage]
        done = await claim_key(tx, kind=kind, digest=digest, owner=owner)
        await own.execute("COMMIT")
        await own.execute("BEGIN")
        return done

    patch.setattr(claiming, "claim", claimed)


def no_refund_claim(patch: pytest.MonkeyPatch) -> None:
    """A refund is new whenever it is reported."""
    patch.setattr(refunds, "_known", nothing)


def refunds_forgotten_at_payment(patch: pytest.MonkeyPatch) -> None:
    """What was refunded before an order is paid takes nothing back of its points."""
    patch.setattr(earning, "take_back_all", nothing)


def refunds_forgotten_at_completion(patch: pytest.MonkeyPatch) -> None:
    """What was refunded before an order's growth counts is growth all the same."""

    ours = orders.grow_by_order

    async def gross(tx: Transaction, *, reversal: Reversal, **given: Any) -> None:
        unknown = replace(reversal.refunded, refunds=())
        await ours(tx, reversal=replace(reversal, refunded=unknown), **given)

    patch.setattr(orders, "grow_by_order", gross)


def facts_forgotten_by_leaving(patch: pytest.MonkeyPatch) -> None:
    """Who has left is refused, before it is looked at whether the fact is known."""
    ours = recording.whom_it_is_about

    async def only_members(tx: Transaction, **given: Any) -> Any:
        whom = await ours(tx, **given)
        if whom.member is not None and whom.member.status != MemberStatus.ACTIVE.name:
            raise Refused(NotMember(whom.member.program))
        return whom

    patch.setattr(recording, "whom_it_is_about", only_members)


def no_activity_claim(patch: pytest.MonkeyPatch) -> None:
    """An activity is new whenever it is reported."""

    async def new(tx: Transaction, **_: Any) -> bool:
        return True

    patch.setattr(activities, "claim_for", new)


def lists_in_one_transaction(patch: pytest.MonkeyPatch) -> None:
    """All that a list reports is committed together, and what it comes to is told whether or not that went well."""

    async def together(self: Any, context: Any, works: Any) -> list[Any]:
        outcomes: list[Any] = []
        with suppress(Exception):
            async with context.db.transaction() as context.transaction:
                for work in works:
                    try:
                        outcomes.append(await work())
                    except Refused as refused:
                        outcomes.append(refused.answer)
        return outcomes

    patch.setattr(OneByOne, "_all", together)


FACT_MUTANTS = (
    no_fact_claim,
    no_unique_cause,
    fact_claimed_before_its_effects,
    no_refund_claim,
    refunds_forgotten_at_payment,
    refunds_forgotten_at_completion,
    facts_forgotten_by_leaving,
    no_activity_claim,
    lists_in_one_transaction,
)
