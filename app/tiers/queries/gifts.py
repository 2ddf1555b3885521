"""What members were given for reaching tiers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from app.db import Reader, Statement, many_each
from app.db.ledgers import all_of_each
from app.db.statements import pair_each
from app.members.queries import members_by_id
from app.points.rules import EXTENDED, Cause
from app.programs.rules import Programs
from app.tiers.models import TierGiftRow
from app.tiers.rules.gifts import GiftSeen, gift_rule
from app.tiers.rules.seen import tier_named

Pair = tuple[UUID, UUID]

GIFTS = all_of_each(TierGiftRow, col(TierGiftRow.member_id), col(TierGiftRow.id))
BY_ID = Statement(
    TierGiftRow,
    lambda columns, keys: select(*columns).where(keys.hold_pair(col(TierGiftRow.member_id), col(TierGiftRow.id))),
    always=("member_id", "id"),
    pairs=True,
)


async def gifts_of_members(db: Reader, member_ids: Sequence[UUID]) -> list[TierGiftRow]:
    """All that members were given for reaching tiers, each member's in the order in which it was given."""
    return await db.fetch(GIFTS, member_ids)


async def gifts_of_owners(
    db: Reader, owners: Sequence[tuple[UUID, str]], *, programs: Programs
) -> list[list[GiftSeen]]:
    """What members were given, by their ids and programs, in the order in which it was."""
    ids = [owner for owner, _ in owners]
    found = many_each(await gifts_of_members(db, ids), ids, by="member_id")
    return [[_seen(row, program, programs) for row in rows] for rows, (_, program) in zip(found, owners, strict=True)]


async def gifts_by_id(db: Reader, ids: Sequence[Pair], *, programs: Programs) -> list[GiftSeen | None]:
    """Gifts by (member id, id). Two statements: whose program it is."""
    rows = pair_each(await db.fetch(BY_ID, ids), ids)
    program_of = await _programs_of(db, [owner for owner, _ in ids])
    return [None if row is None else _seen(row, program_of[row.member_id], programs) for row in rows]


async def gift_of_member(db: Reader, member_id: UUID, gift_id: UUID) -> TierGiftRow | None:
    """One of a member's, as it is written."""
    (row,) = pair_each(await db.fetch(BY_ID, [(member_id, gift_id)]), [(member_id, gift_id)])
    return row


async def gifts_of_entries(
    db: Reader, entries: Sequence[tuple[UUID, str, str]], *, programs: Programs
) -> list[GiftSeen | None]:
    """The gifts that movements of points are of, by member id, cause and rule: two statements, if any is."""
    owners = list(dict.fromkeys(owner for owner, cause, _ in entries if cause == Cause.TIER_GIFT.name))
    if not owners:
        return [None] * len(entries)
    program_of, rows = await _programs_of(db, owners), await gifts_of_members(db, owners)
    by_rule = {(row.member_id, gift_rule(row.tier)): row for row in rows}
    found = [by_rule.get((owner, rule.removesuffix(EXTENDED))) for owner, _, rule in entries]
    return [None if row is None else _seen(row, program_of[row.member_id], programs) for row in found]


async def _programs_of(db: Reader, owners: Sequence[UUID]) -> dict[UUID, str]:
    found = await members_by_id(db, list(dict.fromkeys(owners)), columns=frozenset(("program",)))
    return {member.id: member.program for member in found if member is not None}


def _seen(row: Any, program: str, programs: Programs) -> GiftSeen:
    """May raise Overloaded: its version was published a moment ago, and is not held here yet."""
    version = programs.version(program, row.program_version)
    tier = tier_named(programs, version, row.tier)
    words = None if tier.gift is None else tier.gift.words
    return GiftSeen(row.member_id, row.id, tier, words, row.points, row.revoked, row.given_at,
                    gift_rule(row.tier))  # fmt: skip
