"""Counting who tries codes, before anything is done: it counts whatever comes of it."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from app.customers.rules import Identity
from app.db import Reader
from app.db.unique_keys import owners_of
from app.errors import RateLimited
from app.graph import Context
from app.graph.idempotency import is_known
from app.graph.mutation import Owner
from app.members.asked import key_owner
from app.members.locking import owner_of_membership
from app.members.queries import membership_digest
from app.programs.asked import program_asked


class Counts(Protocol):
    """Counts that somebody tries a code of a kind. May raise RateLimited."""

    def __call__(self, db: Any, /, *, owner_id: UUID, key: UUID, now: datetime) -> Awaitable[None]: ...


async def member_or_customer(db: Reader, context: Context, given: Any) -> UUID:
    """As `lock_membership` has it: the member, also one who has left; who never was one has keys of their own."""
    digest = membership_digest(program_asked(context, given.program).code, _identity(context))
    (member_id,) = await owners_of(db, [digest])
    return await owner_of_membership(db, context, given) if member_id is None else member_id


async def counted(
    db: Reader, context: Context, given: Any, *, count: Counts, key_owned_by: Owner = member_or_customer
) -> None:
    """Attempts are a person's, in whatever program. Who may try no more codes is told what came of a key all the same:
    no code is looked at for that (R36). May raise RateLimited, which is kept under no key.

    The key must be known as the mutation will look for it: by one of another owner a code could be tried uncounted. In
    another program the same key is another wish, which tries a code of its own: so it is counted with the program.
    """
    person = key_owner(_identity(context))
    tried = uuid5(given.idempotency_key, program_asked(context, given.program).code)
    try:
        await count(context.db, owner_id=person, key=tried, now=context.now)
    except RateLimited:
        owner_id = await key_owned_by(db, context, given)
        if not await is_known(db, owner_id=owner_id, caller=context.viewer.caller, key=given.idempotency_key):
            raise


def _identity(context: Context) -> Identity:
    return Identity(context.viewer.issuer, context.viewer.subject)
