"""Ways to break idempotency keys, each of which a trial must find out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from app.customers.rules import Identity
from app.db import Reader
from app.db.unique_keys import owners_of
from app.errors import Refused
from app.graph import Context
from app.graph.idempotency import claim as claim_request
from app.graph.idempotency import store as store_outcome
from app.graph.mutation import InTransaction, Keyed
from app.members import queries
from app.programs.asked import program_asked

from .member_mutants import nothing

GRAPH = import_module("app.graph.mutation")
"""The module: `app.graph` has a function of that name."""


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


KEY_MUTANTS = (
    no_idempotency_key,
    key_without_input,
    effect_outside_the_transaction_of_its_key,
    corrections_without_keys,
    leaving_keyed_to_the_membership,
)
