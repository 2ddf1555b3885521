"""Points that are given for something that happens once, and revoked if it turns out never to have been (R15, R16)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.points.rules import Because, Books, Cause, Earning, expiry
from app.points.rules.earning import missing_of
from app.points.rules.reversing import revoke as revoke_in
from app.points.section import PointsSection
from app.programs.rules import ProgramVersion

from .earning import earn
from .ledger import load_all, load_lots_by_rule
from .settling import settle_due


@dataclass(frozen=True)
class Gift:
    """Points for something: once in all, however often they are given and revoked. Lots that its cause made by its
    rule are of it."""

    points: int
    cause: Cause
    rule: str


async def give(
    tx: Transaction, *, account: Books, gift: Gift, cause_id: UUID, program: ProgramVersion, now: datetime
) -> int:
    """Give what the member does not have of a gift, or had and was revoked; how many points that is. They are active
    at once, pay what is owed first (R11), and last as any. Each giving has a cause of its own (R5).

    What was still to be taken of what was given before is the member's again. May raise BadInput: more than a member
    can have.
    """
    lots = await load_lots_by_rule(tx, account, cause=gift.cause.name, rule=gift.rule)
    missing = missing_of(gift.points, lots)
    expires_at = expiry(now, policy=program.section(PointsSection).expiry, zone=program.zone)
    earning = Earning(missing, gift.cause, cause_id, gift.rule, program.number, at=now, activates_at=now,
                      expires_at=expires_at)  # fmt: skip
    await earn(tx, account=account, earnings=[earning], now=now)
    await settle_due(tx, account, now=now)
    return missing


async def revoke(tx: Transaction, *, account: Books, because: Because, now: datetime) -> int:
    """Take back what is unused of a gift, that of the cause and the rule; how many points that is (R15).

    What of it is held or spent is taken when it returns: that is released, or cancelled (R7).
    """
    lots = await load_lots_by_rule(tx, account, cause=because.cause.name, rule=because.rule)
    await load_all(tx, account)
    revoked = revoke_in(account, lots, because=because, now=now)
    await settle_due(tx, account, now=now)
    return revoked
