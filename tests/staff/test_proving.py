"""The prover sees a correction that moved nothing, moved twice, or that nobody put on record; so does the database."""

import asyncpg
import pytest

from app.prover import prove
from tests.databases import run
from tests.world import World

from .correcting import LIMIT, OLGA, adjust, approve, proved, reject, waiting

BROKEN: dict[str, tuple[str, str]] = {
    "more points than were moved": (
        "UPDATE points_adjustments SET points = 6 WHERE points = 5",
        "points_entries of the adjustment",
    ),
    "another instant than it moved at": (
        "UPDATE points_adjustments SET asked_at = asked_at + interval '1 second' WHERE points = 5",
        "points_entries of the adjustment",
    ),
    "agreed to, and nothing moved": (
        """UPDATE points_adjustments SET state = 'APPLIED', decided_at = asked_at, decided_issuer = 'x',
        decided_subject = 'x' WHERE state = 'WAITING'""",
        "points_entries of the adjustment",
    ),
    "turned down, and it moved": (
        "UPDATE points_adjustments SET state = 'REJECTED', decision_reason = 'Why not.' WHERE points = 5000",
        "points_entries of the adjustment",
    ),
    "a movement of a correction that there is not": (
        "DELETE FROM points_adjustments WHERE points = 5",
        "is an adjustment of the member",
    ),
    "not on record": ("DELETE FROM audit_entries WHERE action = 'POINTS_ADJUSTED'", "audit_entries of the adjustment"),
    "asked for, and not on record": (
        "DELETE FROM audit_entries WHERE action = 'ADJUSTMENT_ASKED'",
        "audit_entries of the adjustment",
    ),
    "decided, and not on record": (
        "DELETE FROM audit_entries WHERE action = 'ADJUSTMENT_REJECTED'",
        "audit_entries of the adjustment",
    ),
    "on record twice": (
        """INSERT INTO audit_entries (owner_id, id, program, action, about_kind, about_id, issuer, subject, role,
        reason, at) SELECT owner_id, gen_random_uuid(), program, action, about_kind, about_id, issuer, subject, role,
        reason, at FROM audit_entries WHERE action = 'POINTS_ADJUSTED'""",
        "audit_entries of the adjustment: number",
    ),
    "another reason on record": (
        "UPDATE audit_entries SET reason = 'Another.' WHERE action = 'ADJUSTMENT_ASKED'",
        "audit_entries of the adjustment",
    ),
    "another person on record": (
        "UPDATE audit_entries SET subject = 'somebody' WHERE action = 'ADJUSTMENT_APPROVED'",
        "audit_entries of the adjustment",
    ),
    "on record for nothing": (
        "UPDATE audit_entries SET about_id = gen_random_uuid() WHERE action = 'ADJUSTMENT_APPROVED'",
        "there is such a thing",
    ),
    "of another program": ("UPDATE points_adjustments SET program = 'brand-standard'", "points_adjustments.program"),
    "on record for another program": ("UPDATE audit_entries SET program = 'brand-standard'", "audit_entries.program"),
    "alone above the limit": (
        """UPDATE points_adjustments SET needs_second = false, decided_at = null, decided_issuer = null,
        decided_subject = null WHERE points = 5000""",
        "within what one may do alone",
    ),
    "another day": ("UPDATE points_adjustments SET asked_on = asked_on - 1 WHERE points = 5", "asked_on, by asked_at"),
}


async def corrected(world: World) -> None:
    """Of each kind one: alone, agreed to, turned down, waiting."""
    anna = await world.joins("anna")
    await adjust(world, anna, 5)
    await approve(world, await waiting(world, anna, 5000))
    await reject(world, await waiting(world, anna, 6000))
    await waiting(world, anna, 7000)
    await adjust(world, anna, -LIMIT + 5)
    await proved(world)


@pytest.mark.parametrize("broken", BROKEN)
async def test_what_is_wrong_is_named(world: World, broken: str) -> None:
    """R5."""
    await corrected(world)
    change, named = BROKEN[broken]
    await run(world.database.settings.url, change)
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert any(named in mismatch.what for mismatch in proof.mismatches), [str(each) for each in proof.mismatches]


FORBIDDEN: dict[str, str] = {
    "ck_points_adjustments_second": """UPDATE points_adjustments SET decided_issuer = asked_issuer,
        decided_subject = asked_subject WHERE points = 5000""",
    "ck_points_adjustments_points": "UPDATE points_adjustments SET points = 0",
    "ck_points_adjustments_state": "UPDATE points_adjustments SET state = 'DONE' WHERE points = 5000",
    "ck_points_adjustments_alone": "UPDATE points_adjustments SET needs_second = false WHERE state = 'WAITING'",
    "ck_points_adjustments_decided_at": "UPDATE points_adjustments SET state = 'APPLIED' WHERE state = 'WAITING'",
    "ck_points_adjustments_decided_by": "UPDATE points_adjustments SET decided_issuer = null WHERE points = 5000",
    "ck_points_adjustments_rejected": "UPDATE points_adjustments SET decision_reason = null WHERE points = 6000",
    "ck_points_adjustments_reason": "UPDATE points_adjustments SET reason = '' WHERE points = 5",
    "ck_points_adjustments_decision_reason": "UPDATE points_adjustments SET decision_reason = '' WHERE points = 6000",
    "ck_audit_entries_reason": "UPDATE audit_entries SET reason = ''",
    "ck_audit_entries_action": "UPDATE audit_entries SET action = 'SOMETHING'",
    "ck_audit_entries_role": "UPDATE audit_entries SET role = 'MEMBER'",
    "fk_points_adjustments_member": "UPDATE points_adjustments SET member_id = gen_random_uuid() WHERE points = 7000",
}


@pytest.mark.parametrize("constraint", FORBIDDEN)
async def test_the_database_does_not_take_what_cannot_be(world: World, constraint: str) -> None:
    await corrected(world)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=constraint):
        await run(world.database.settings.url, FORBIDDEN[constraint])


async def test_one_person_cannot_be_both(world: World) -> None:
    """The rule that a mistake in the code would not get round."""
    anna = await world.joins("anna")
    await waiting(world, anna, 5000, by=OLGA)
    with pytest.raises(asyncpg.CheckViolationError, match="ck_points_adjustments_second"):
        await run(
            world.database.settings.url,
            """UPDATE points_adjustments SET state = 'APPLIED', decided_at = asked_at, decided_issuer = asked_issuer,
            decided_subject = asked_subject""",
        )
