"""Ways to break the rules by which writes are built, each of which a trial must find out."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from app.customers.rules import Identity
from app.db import Database, Reader, Transaction, Write
from app.db.unique_keys import Claimed, owners_of
from app.db.unique_keys import claim as claim_key
from app.errors import Refused
from app.facts.commands import activities, claiming, earning, orders, recording, refunds
from app.facts.commands.reversing import Reversal
from app.facts.rules import FactKind, ReportedOrder
from app.graph import Context
from app.graph.idempotency import claim as claim_request
from app.graph.idempotency import store as store_outcome
from app.graph.mutation import InTransaction, Keyed
from app.graph.mutations import OneByOne
from app.members import queries
from app.members.commands import joining, locking
from app.members.rules import MemberStatus, NotMember
from app.points.commands import ledger as points
from app.programs.asked import program_asked

from .hold_mutants import HOLD_MUTANTS
from .member_mutants import MEMBER_MUTANTS, nothing

GRAPH = import_module("app.graph.mutation")
"""The module: `app.graph` has a function of that name."""

Mutant = Callable[[pytest.MonkeyPatch], None]


def not_at_all(*_: Any, **__: Any) -> None:
    """In place of what is left out and not awaited."""


def no_idempotency_key(patch: pytest.MonkeyPatch) -> None:
    """What is asked again is done again."""
    for name in ("claim", "recall", "store"):
        patch.setattr(GRAPH, name, nothing)
    for name in ("keep", "outcome_of"):
        patch.setattr(GRAPH, name, not_at_all)


def key_without_input(patch: pytest.MonkeyPatch) -> None:
    """A key stands for whatever comes with it."""

    def the_same(name: str, values: Mapping[str, Any]) -> bytes:
        return b""

    patch.setattr(GRAPH, "digest_of_input", the_same)


def effect_outside_the_transaction_of_its_key(patch: pytest.MonkeyPatch) -> None:
    """The effect is committed, then the key."""

    async def in_two(self: Any, context: Any, keyed: Keyed, given: Any, work: Callable[[], Awaitable[Any]]) -> Any:
        async with context.db.transaction() as tx:
            request = self._request(context, given).of(await keyed.owner(tx, context, given))
            known = await claim_request(tx, request, self._outcomes, now=context.now)
            if known is not None:
                return known
            try:
                async with context.db.transaction() as context.transaction:
                    if keyed.lock is not None:
                        locked = await keyed.lock.take(context.transaction, context, given, request.id)
                        context.locked = None if locked is None else locked.row
                    outcome = await work()
            except Refused as refused:
                outcome = refused.answer
            await store_outcome(tx, request, outcome)
        return outcome

    patch.setattr(InTransaction, "_once_keyed", in_two)


def corrections_without_keys(patch: pytest.MonkeyPatch) -> None:
    """What staff ask again is done again."""
    ours = InTransaction._keyed  # pyright: ignore[reportPrivateUsage]

    async def keyed(self: Any, context: Any, by: Keyed, given: Any, work: Any) -> Any:
        is_correction: bool = self._name == "adjust_points"
        return await (self._once(context, work) if is_correction else ours(self, context, by, given, work))

    patch.setattr(InTransaction, "_keyed", keyed)


def leaving_keyed_to_the_membership(patch: pytest.MonkeyPatch) -> None:
    """The owner of a key is another one after joining."""
    ours = InTransaction._once_keyed  # pyright: ignore[reportPrivateUsage]

    async def keyed(self: Any, context: Any, by: Keyed, given: Any, work: Any) -> Any:
        is_leaving: bool = self._name == "leave_program"
        return await ours(self, context, replace(by, owner=_membership) if is_leaving else by, given, work)

    patch.setattr(InTransaction, "_once_keyed", keyed)


async def _membership(db: Reader, context: Context, given: Any) -> UUID:
    """Of the caller; the customer if there is none yet."""
    code = program_asked(context, given.program).code
    identity = Identity(context.viewer.issuer, context.viewer.subject)
    (owner,) = await owners_of(db, [queries.membership_digest(code, identity)])
    return owner or await queries.customer_of_viewer(db, context, given)


def acknowledged_before_commit(patch: pytest.MonkeyPatch) -> None:
    """Whether COMMIT went well is nobody's concern."""

    @asynccontextmanager
    async def hasty(self: Database) -> AsyncGenerator[Transaction]:
        connection = await self.take()
        transaction = connection.raw.transaction()
        try:
            await transaction.start()
            try:
                yield (tx := Transaction(connection, self._new_id))  # pyright: ignore[reportPrivateUsage]
                await tx.flush()
            except BaseException:
                await transaction.rollback()
                raise
            with suppress(Exception):
                await transaction.commit()
        finally:
            self.give_back(connection)

    patch.setattr(Database, "transaction", hasty)


def balance_read_without_lock(patch: pytest.MonkeyPatch) -> None:
    """Two read the same balance, and both write what they make of it."""
    locks: Sequence[Write[Any]] = (locking.LOCK, locking.LOCK_KNOWN_AS, locking.LOCK_ASKING, points.ACCOUNT)
    for write in locks:
        assert " FOR UPDATE" in write.sql
        patch.setattr(write, "sql", write.sql.split(" FOR UPDATE")[0])


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


def no_unique_membership(patch: pytest.MonkeyPatch) -> None:
    """Whether somebody is a member already is looked up, and held by nothing."""

    async def unclaimed(tx: Transaction, *, kind: str, digest: bytes, owner: UUID) -> Claimed:
        return Claimed(owner, is_new=True)

    patch.setattr(joining, "claim", unclaimed)


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


MUTANTS: Mapping[str, Mutant] = {
    mutant.__name__: mutant
    for mutant in (
        no_idempotency_key,
        key_without_input,
        effect_outside_the_transaction_of_its_key,
        corrections_without_keys,
        leaving_keyed_to_the_membership,
        acknowledged_before_commit,
        balance_read_without_lock,
        no_fact_claim,
        no_unique_cause,
        fact_claimed_before_its_effects,
        no_refund_claim,
        refunds_forgotten_at_payment,
        refunds_forgotten_at_completion,
        no_unique_membership,
        facts_forgotten_by_leaving,
        no_activity_claim,
        lists_in_one_transaction,
        *HOLD_MUTANTS,
        *MEMBER_MUTANTS,
    )
}
