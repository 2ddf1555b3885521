"""How far an invitation has come, by all that is known of the invitee's orders now (R25, R37)."""

from datetime import datetime

from app.db import Transaction
from app.facts.queries.completed import first_completed
from app.outbox import tell
from app.programs.rules import Programs
from app.referrals.events import InvitationMoved
from app.referrals.rules import Progress, Referral, progressed
from app.referrals.section import ReferralsSection


async def progress_of(tx: Transaction, of: Referral, *, program: str, programs: Programs) -> Progress:
    """By the order that was completed first, of those that count by the rules under which it was accepted. The invitee
    is locked. May raise Overloaded: those rules were published a moment ago."""
    section = programs.version(program, of.program_version).section(ReferralsSection)
    order = await first_completed(tx, member_id=of.member_id, at_least=section.at_least or 1)
    number = None if order is None else order.program_version
    version = None if number is None else programs.version(program, number)
    return progressed(of.progress, order, version=version, accepted_at=of.accepted_at)


async def tell_inviter(tx: Transaction, of: Referral, *, now: datetime) -> None:
    """The inviter's side follows in a transaction of its own: none writes two members."""
    event = InvitationMoved(of.member_id, of.id, of.other_id)
    await tell(tx, member_id=of.member_id, event=event, now=now)
