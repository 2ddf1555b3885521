"""What an operator does with a program's rewards, and the record of it: never of codes, only of how many (R41)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.programs.rules import Programs, ProgramVersion, owner_of
from app.rewards.commands import catalogue, catalogue_stock
from app.rewards.rules.catalogue_outcomes import CodesAdded, RewardChanged, RewardCreated, RewardRetired, StockAdded
from app.rewards.rules.kinds import RewardKind
from app.rewards.rules.offering import Said, Term
from app.staff.rules import AuditAction, AuditedKind, Staff

from .auditing import note


async def create_reward(
    tx: Transaction,
    *,
    program: ProgramVersion,
    code: str,
    kind: RewardKind,
    said: Said,
    stock: int | None,
    buckets: int,
    amount: int | None,
    template: str | None,
    programs: Programs,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> RewardCreated:
    """May refuse: RewardCodeTaken. May raise BadInput: what is said makes no sense, or does not go together."""
    reward_id = await catalogue.create_reward(
        tx, program=program, code=code, kind=kind, said=said, stock=stock, buckets=buckets, amount=amount,
        template=template, programs=programs, now=now,
    )  # fmt: skip
    done = catalogue.Edited(program.code, {"code": (None, code), "points": (None, said.points), "left": (None, stock)})
    await _note(tx, reward_id, done, action=AuditAction.REWARD_CREATED, reason=reason, by=by, now=now)
    return RewardCreated(reward_id)


async def change_reward(
    tx: Transaction,
    *,
    programs: Programs,
    reward_id: UUID,
    said: Said,
    removed: Collection[Term],
    reason: str | None,
    by: Staff,
    now: datetime,
) -> RewardChanged:
    """May refuse: RewardIsRetired. May raise BadInput: nothing is said, or it makes no sense."""
    done = await catalogue.change_reward(
        tx, programs=programs, reward_id=reward_id, said=said, removed=removed, now=now
    )
    await _note(tx, reward_id, done, action=AuditAction.REWARD_CHANGED, reason=reason, by=by, now=now)
    return RewardChanged(reward_id)


async def retire_reward(
    tx: Transaction, *, reward_id: UUID, reason: str | None, by: Staff, now: datetime
) -> RewardRetired:
    """May refuse: RewardIsRetired."""
    done = await catalogue.retire_reward(tx, reward_id=reward_id, now=now)
    await _note(tx, reward_id, done, action=AuditAction.REWARD_RETIRED, reason=reason, by=by, now=now)
    return RewardRetired(reward_id)


async def add_reward_stock(
    tx: Transaction, *, reward_id: UUID, pieces: int, reason: str | None, by: Staff, now: datetime
) -> StockAdded:
    """May refuse: RewardIsRetired; MoreThanInStock. May raise BadInput: it has no stock that pieces are put into."""
    done = await catalogue_stock.add_stock(tx, reward_id=reward_id, pieces=pieces)
    await _note(tx, reward_id, done, action=AuditAction.REWARD_STOCKED, reason=reason, by=by, now=now)
    return StockAdded(reward_id, pieces)


async def add_voucher_codes(
    tx: Transaction, *, reward_id: UUID, codes: Sequence[str], reason: str | None, by: Staff, now: datetime
) -> CodesAdded:
    """May refuse: RewardIsRetired. May raise BadInput: it has no codes, or something is wrong with what was sent."""
    done = await catalogue_stock.add_codes(tx, reward_id=reward_id, codes=codes, now=now)
    await _note(tx, reward_id, done, action=AuditAction.VOUCHER_CODES_ADDED, reason=reason, by=by, now=now)
    return CodesAdded(reward_id, done.added, done.known, done.repeated)


async def _note(
    tx: Transaction,
    reward_id: UUID,
    done: catalogue.Edited,
    *,
    action: AuditAction,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> None:
    about = AuditedKind.REWARD, reward_id
    await note(tx, owner_id=owner_of(done.program), program=done.program, by=by, action=action, about=about,
               reason=reason, changes=done.changes, now=now)  # fmt: skip
