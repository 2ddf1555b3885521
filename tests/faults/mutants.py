"""Ways to break the rules by which writes are built, each of which a trial must find out."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import pytest

from app.db import Database, Transaction, Write
from app.db.unique_keys import Claimed
from app.members.commands import joining, locking

from .coupon_mutants import COUPON_MUTANTS
from .fact_mutants import FACT_MUTANTS
from .hold_mutants import HOLD_MUTANTS
from .key_mutants import KEY_MUTANTS
from .member_mutants import MEMBER_MUTANTS

Mutant = Callable[[pytest.MonkeyPatch], None]


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
    asking = (locking.LOCK_ASKING, locking.LOCK_ASKING_BRIEFLY)
    locks: Sequence[Write[Any]] = (locking.LOCK, locking.LOCK_KNOWN_AS, *asking)
    for write in locks:
        assert " FOR UPDATE" in write.sql
        patch.setattr(write, "sql", write.sql.split(" FOR UPDATE")[0])


def no_unique_membership(patch: pytest.MonkeyPatch) -> None:
    """Whether somebody is a member already is looked up, and held by nothing."""

    async def unclaimed(tx: Transaction, *, kind: str, digest: bytes, owner: UUID) -> Claimed:
        return Claimed(owner, is_new=True)

    patch.setattr(joining, "claim", unclaimed)


MUTANTS: Mapping[str, Mutant] = {
    mutant.__name__: mutant
    for mutant in (
        acknowledged_before_commit,
        balance_read_without_lock,
        no_unique_membership,
        *KEY_MUTANTS,
        *FACT_MUTANTS,
        *HOLD_MUTANTS,
        *MEMBER_MUTANTS,
        *COUPON_MUTANTS,
    )
}
