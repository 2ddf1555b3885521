"""Taking members over: whom another system knew, since when, the tier they held there, and growth if it is known."""

from functools import partial
from uuid import UUID

from app.customers.rules import Identity
from app.db import Transaction
from app.errors import BadInput, Refused
from app.members.commands import take_over_member
from app.members.rules import MemberStatus
from app.tiers import commands as tiers
from app.tiers.queries import growth_of_cause, newest_entry, tier_changes
from app.tiers.rules import GrowthCause, TierChangeKind

from .batches import CustomerLines
from .dry import in_transaction
from .growing import open_growth
from .models import ImportLineRow
from .reading import NotTaken
from .stages import Stage, Tally

LEFT = "the customer was a member and has left: joining again is theirs to ask for"


async def take_over(stage: Stage, lines: CustomerLines) -> Tally:
    """Make a customer a member as a line of a file of members says (R19). Whoever is one stays one since they are.

    The tier is a floor until the end of a first tier period; growth is entered for who has none written here, and what
    they did before is in it. Both are taken over once: of a line that says another tier or growth than was taken
    before, nothing is taken. Of lines that say different things of a customer, the first is taken.
    """
    rows = sorted(lines.lines, key=lambda row: row.line)
    wrong = [NotTaken(row.line, row.problem) for row in rows if row.problem is not None]
    right = [row for row in rows if row.problem is None]
    if not right:
        return Tally(refused=wrong)
    first, *others = right
    try:
        tally = await in_transaction(stage, lines.customer, partial(_take_over, stage=stage, line=first))
    except (Refused, BadInput) as error:
        why = LEFT if isinstance(error, Refused) else str(error)
        tally = Tally(refused=[NotTaken(first.line, why)])
    for row in others:
        if _content(row) == _content(first):
            tally += Tally(known=1)
        else:
            said = f"customer is in line {first.line} already, with other content"
            tally += Tally(refused=[NotTaken(row.line, said)])
    tally += Tally(refused=wrong)
    return tally


def _content(row: ImportLineRow) -> tuple[object, ...]:
    return row.at, row.amount, row.code


async def _take_over(tx: Transaction, *, stage: Stage, line: ImportLineRow) -> Tally:
    """May raise Refused: they have left. May raise BadInput: more growth than a member can have, or what the line says
    cannot be taken over any more."""
    member, is_new = await take_over_member(
        tx,
        program=stage.version,
        identity=Identity(stage.issuer, line.customer),
        joined_at=line.at or stage.now,
        now=stage.now,
    )
    if member.status == MemberStatus.LEFT.name:
        raise Refused(member.id)
    await _check(tx, member_id=member.id, line=line)
    before = standing = tiers.StandingMember.of(member)
    if line.amount:
        standing = await open_growth(tx, stage, member=standing, growth=line.amount)
    if line.code is not None:
        standing = await tiers.bring_along(tx, member=standing, programs=stage.programs, tier=line.code, now=stage.now)
    return Tally(new=1) if is_new or standing != before else Tally(known=1)


async def _check(tx: Transaction, *, member_id: UUID, line: ImportLineRow) -> None:
    """May raise BadInput: the line says another tier or growth than was taken before, or growth of who has some."""
    if line.amount is not None:
        await _check_growth(tx, member_id=member_id, growth=line.amount)
    if line.code is None:
        return
    changes = await tier_changes(tx, [member_id])
    brought = next((row.to_tier for row in changes if row.kind == TierChangeKind.BROUGHT.name), None)
    if brought is not None and brought != line.code:
        raise BadInput(f"a tier is taken over once, and differs: {brought} before, {line.code} now")


async def _check_growth(tx: Transaction, *, member_id: UUID, growth: int) -> None:
    opened = await growth_of_cause(tx, member_id=member_id, cause=GrowthCause.OPENING, cause_id=member_id)
    if opened and opened[0].change != growth:
        raise BadInput(f"growth is taken over once, and differs: {opened[0].change} before, {growth} now")
    if opened or not growth:
        return
    newest = await newest_entry(tx, member_id=member_id)
    if newest is not None:
        raise BadInput("growth is taken over only for who has none here, and they have: import members before orders")
