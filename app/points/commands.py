"""Every write of points. All of them run under the member's lock, and settle first (R2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write, insert_of
from app.errors import BadInput
from app.members.commands import lock_member
from app.programs.money import MOST

from .models import AccountRow, EntryRow, LotRow
from .queries import IS_OPEN
from .rules import Cause, EntryKind, Lot, LotState, due_by, next_due

INSERT_LOT = insert_of(LotRow)
INSERT_ENTRY = insert_of(EntryRow)
OPEN_ACCOUNT: Write[AccountRow] = Write(
    AccountRow,
    insert(AccountRow)
    .values(member_id=bindparam("member_id"), available=0, pending=0)
    .on_conflict_do_nothing(index_elements=[col(AccountRow.member_id)]),
)
ACCOUNT: Write[AccountRow] = Write(
    AccountRow, select(AccountRow).where(col(AccountRow.member_id) == bindparam("member_id")).with_for_update()
)
OPEN_LOTS: Write[LotRow] = Write(LotRow, select(LotRow).where(col(LotRow.member_id) == bindparam("member_id"), IS_OPEN))
KEEP_ACCOUNT: Write[AccountRow] = Write(
    AccountRow,
    update(AccountRow)
    .where(col(AccountRow.member_id) == bindparam("of_member"))
    .values(
        available=bindparam("new_available"),
        pending=bindparam("new_pending"),
        due_at=bindparam("new_due_at"),
        last_entry_id=bindparam("new_last"),
    ),
)
SETTLE_LOT: Write[LotRow] = Write(
    LotRow,
    update(LotRow)
    .where(col(LotRow.member_id) == bindparam("of_member"), col(LotRow.id) == bindparam("of_lot"))
    .values(state=bindparam("new_state"), remaining=bindparam("new_remaining")),
)
SCHEDULE: Write[LotRow] = Write(
    LotRow,
    update(LotRow)
    .where(
        col(LotRow.member_id) == bindparam("of_member"),
        col(LotRow.cause) == bindparam("of_cause"),
        col(LotRow.cause_id) == bindparam("of_cause_id"),
        col(LotRow.state) == LotState.PENDING.name,
        col(LotRow.activates_at).is_(None),
    )
    .values(activates_at=bindparam("new_activates_at"), expires_at=bindparam("new_expires_at")),
)


@dataclass(frozen=True)
class Earning:
    """Points that a cause earns by a rule of the program."""

    amount: int
    cause: Cause
    cause_id: UUID
    rule: str
    program_version: int
    at: datetime
    activates_at: datetime | None
    expires_at: datetime | None


@dataclass
class Account:
    """A member's account while a transaction works on it under the member's lock."""

    member_id: UUID
    available: int
    pending: int
    due_at: datetime | None
    last_entry_id: UUID | None


async def settled_account(tx: Transaction, *, member_id: UUID, now: datetime) -> Account:
    """The account with everything entered that was due by now (R2). The caller holds the member's lock."""
    rows = await tx.run(ACCOUNT, member_id=member_id)
    if not rows:
        await tx.run(OPEN_ACCOUNT, member_id=member_id)
        rows = await tx.run(ACCOUNT, member_id=member_id)
    row = rows[0]
    account = Account(member_id, row.available, row.pending, row.due_at, row.last_entry_id)
    if account.due_at is not None and account.due_at <= now:
        await _settle(tx, account=account, now=now)
    return account


async def settle_member(tx: Transaction, *, member_id: UUID, now: datetime) -> None:
    """Settle somebody for whom nothing else happens: for the job that settles the idle (R2)."""
    await lock_member(tx, member_id=member_id)
    await settled_account(tx, member_id=member_id, now=now)


async def earn(tx: Transaction, *, account: Account, earnings: Sequence[Earning], now: datetime) -> None:
    """A pending lot and its entry for each; what is due by now is settled at once. Nothing for 0 points.

    May raise BadInput: more points than a member can have.
    """
    kept = [earning for earning in earnings if earning.amount]
    if account.available + account.pending + sum(earning.amount for earning in kept) > MOST:
        raise BadInput(f"A member's points can be at most {MOST}.")
    for earning in kept:
        await _earn(tx, account=account, earning=earning)
    if kept:
        await _settle(tx, account=account, now=now)


async def _earn(tx: Transaction, *, account: Account, earning: Earning) -> None:
    lot_id = tx.new_id()
    await tx.run(
        INSERT_LOT,
        member_id=account.member_id,
        id=lot_id,
        earned=earning.amount,
        remaining=earning.amount,
        state=LotState.PENDING.name,
        cause=earning.cause.name,
        cause_id=earning.cause_id,
        rule=earning.rule,
        program_version=earning.program_version,
        earned_at=earning.at,
        activates_at=earning.activates_at,
        expires_at=earning.expires_at,
    )
    account.pending += earning.amount
    await _enter(tx, account=account, kind=EntryKind.EARNED, change=0, pending_change=earning.amount, at=earning.at,
                 cause=earning.cause.name, cause_id=earning.cause_id, rule=earning.rule,
                 program_version=earning.program_version, lot_id=lot_id)  # fmt: skip


async def schedule(
    tx: Transaction,
    *,
    account: Account,
    cause: Cause,
    cause_id: UUID,
    activates_at: datetime,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Say when the pending points of a cause become active and lapse, now that it is known (R9)."""
    await tx.run(SCHEDULE, of_member=account.member_id, of_cause=cause.name, of_cause_id=cause_id,
                 new_activates_at=activates_at, new_expires_at=expires_at)  # fmt: skip
    await _settle(tx, account=account, now=now)


async def _settle(tx: Transaction, *, account: Account, now: datetime) -> None:
    """Enter what is due, dated when it was due, and keep the account."""
    lots = {lot.id: lot for lot in await tx.run(OPEN_LOTS, member_id=account.member_id)}
    left = {lot.id: lot.remaining for lot in lots.values()}
    for due in due_by(lots.values(), now=now):
        lot = lots[due.lot_id]
        is_active = due.kind is EntryKind.ACTIVATED
        account.available += due.amount if is_active else -due.amount
        account.pending -= due.amount if is_active else 0
        left[lot.id] = due.amount if is_active else 0
        state = LotState.ACTIVE if is_active else LotState.LAPSED
        await tx.run(SETTLE_LOT, of_member=account.member_id, of_lot=lot.id, new_state=state.name,
                     new_remaining=left[lot.id])  # fmt: skip
        await _enter(tx, account=account, kind=due.kind, change=due.amount if is_active else -due.amount,
                     pending_change=-due.amount if is_active else 0, at=due.at, cause=lot.cause, cause_id=lot.cause_id,
                     rule=lot.rule, program_version=lot.program_version, lot_id=lot.id)  # fmt: skip
    remaining: list[Lot] = [lot for lot in lots.values() if left[lot.id]]
    account.due_at = next_due(remaining, settled_at=now)
    await tx.run(KEEP_ACCOUNT, of_member=account.member_id, new_available=account.available,
                 new_pending=account.pending, new_due_at=account.due_at, new_last=account.last_entry_id)  # fmt: skip


async def _enter(
    tx: Transaction,
    *,
    account: Account,
    kind: EntryKind,
    change: int,
    pending_change: int,
    at: datetime,
    cause: str,
    cause_id: UUID,
    rule: str,
    program_version: int,
    lot_id: UUID,
) -> None:
    account.last_entry_id = tx.id_after(account.last_entry_id)
    await tx.run(
        INSERT_ENTRY,
        member_id=account.member_id,
        id=account.last_entry_id,
        kind=kind.name,
        change=change,
        pending_change=pending_change,
        balance_after=account.available,
        pending_after=account.pending,
        cause=cause,
        cause_id=cause_id,
        rule=rule,
        program_version=program_version,
        lot_id=lot_id,
        occurred_at=at,
    )
