"""Every write of the proofs. None waits for a member's lock; what disagrees is written by who holds it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Integer, bindparam, delete, literal_column
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.db.rows import table_of
from app.members.proving import Mismatch

from .models import MismatchRow, ProofRow
from .queries import mismatches_known

MOST_KEPT = 20
"""Mismatches of one member that are kept; the proof has their number."""
LONGEST = 500
"""Characters of what was expected or found."""


def _proved() -> Any:
    columns = {column.key: bindparam(column.key, type_=column.type) for column in table_of(ProofRow).columns}
    return insert(ProofRow).values(columns)


PROVED = _proved()
AGREE: Write[ProofRow] = Write(
    ProofRow,
    PROVED.on_conflict_do_update(
        index_elements=[col(ProofRow.member_id)],
        set_={"proved_at": PROVED.excluded.proved_at},
        where=(col(ProofRow.mismatches) == literal_column("0", Integer))
        & (col(ProofRow.proved_at) < PROVED.excluded.proved_at),
    ),
)
"""What was found under the member's lock is not overwritten by who read without it."""
CONFIRM: Write[ProofRow] = Write(
    ProofRow,
    PROVED.on_conflict_do_update(
        index_elements=[col(ProofRow.member_id)],
        set_={"proved_at": PROVED.excluded.proved_at, "mismatches": PROVED.excluded.mismatches},
    ),
)
INSERT_MISMATCH = insert_of(MismatchRow)
FORGET_MISMATCHES: Write[MismatchRow] = Write(
    MismatchRow, delete(MismatchRow).where(col(MismatchRow.member_id) == bindparam("of_member"))
)
FORGET_PROOF: Write[ProofRow] = Write(
    ProofRow, delete(ProofRow).where(col(ProofRow.member_id) == bindparam("of_member"))
)


class Proved(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...


async def keep_agreeing(tx: Transaction, members: Iterable[Proved], *, now: datetime) -> None:
    """These members' books agree. In the order of their ids: so two who write down proofs never wait crosswise."""
    rows = [
        {"member_id": member.id, "program": member.program, "proved_at": now, "mismatches": 0}
        for member in sorted(members, key=lambda member: member.id)
    ]
    await tx.run_many(AGREE, rows)


async def keep_confirmed(
    tx: Transaction, *, member: Proved, found: Sequence[Mismatch], now: datetime
) -> list[Mismatch]:
    """What disagrees of a member, or nothing: the caller holds the member's lock. Gives what was not known before."""
    rows = await mismatches_known(tx, member.id)
    known = {row.what: row for row in rows}
    await tx.run(CONFIRM, member_id=member.id, program=member.program, proved_at=now, mismatches=len(found))
    if rows:
        await tx.run(FORGET_MISMATCHES, of_member=member.id)
    new: list[Mismatch] = []
    kept: list[dict[str, Any]] = []
    for mismatch in found[:MOST_KEPT]:
        before = known.pop(mismatch.what, None)
        if before is None:
            new.append(mismatch)
        kept.append(
            {
                "member_id": member.id,
                "id": before.id if before else tx.new_id(),
                "program": member.program,
                "what": mismatch.what,
                "expected": str(mismatch.expected)[:LONGEST],
                "found": str(mismatch.found)[:LONGEST],
                "found_at": before.found_at if before else now,
            }
        )
    await tx.run_many(INSERT_MISMATCH, kept)
    return new


async def forget_proofs(tx: Transaction, member_ids: Iterable[UUID]) -> None:
    """Of members that there are not any more."""
    rows = [{"of_member": member_id} for member_id in sorted(member_ids)]
    await tx.run_many(FORGET_MISMATCHES, rows)
    await tx.run_many(FORGET_PROOF, rows)
