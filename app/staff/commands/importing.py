"""Imports that an operator asks for, and the record of who did."""

from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.facts.importing.kinds import ImportAsked, ImportKind
from app.facts.importing.models import ImportRunRow
from app.facts.importing.reading import Columns, Mapped
from app.facts.importing.runs import begin_run
from app.facts.importing.uploading import add_part, start_import
from app.facts.rules import Brings
from app.programs.rules import Programs, ProgramVersion, owner_of
from app.staff.audited import Changes
from app.staff.rules import AuditAction, AuditedKind, Staff

from .auditing import note


async def ask_for_import(
    tx: Transaction,
    *,
    program: ProgramVersion,
    source: str,
    columns: Columns,
    brings: Brings,
    to_today: bool,
    is_dry: bool,
    by: Staff,
    now: datetime,
) -> ImportAsked:
    """An import whose file is still to come, in parts; who asked for it is on record. Customers are those of the
    operator's own issuer."""
    run = await begin_run(
        tx,
        program=program.code,
        source=source,
        issuer=by.person.issuer,
        columns=columns,
        kind=ImportKind.ORDERS if isinstance(columns, Mapped) else ImportKind.MEMBERS,
        to_today=to_today,
        points=brings.points,
        gifts=brings.gifts,
        is_dry=is_dry,
        by=(by.person.issuer, by.person.subject),
        now=now,
    )
    await _note(tx, run, by=by, action=AuditAction.IMPORT_CREATED, now=now)
    return ImportAsked(run.id)


async def add_asked_part(
    tx: Transaction, *, programs: Programs, run_id: UUID, number: int, text: str, by: Staff, now: datetime
) -> ImportAsked:
    """A part of the file of an import, unless it was added before; who added it is on record, and how large it was, and
    nothing of what it says (R41). May raise WrongFile, BadInput; may refuse: ImportNotOpen (see `add_part`)."""
    part = await add_part(tx, programs=programs, run_id=run_id, number=number, text=text, now=now)
    if part.is_new:
        action = AuditAction.IMPORT_PART_ADDED
        added = {"part": (None, part.number), "bytes": (None, part.size)}
        await _note(tx, part.run, by=by, action=action, changes=added, now=now)
    return ImportAsked(run_id, replayed=not part.is_new)


async def start_asked_import(tx: Transaction, *, run_id: UUID, by: Staff, now: datetime) -> ImportAsked:
    """The file is whole, and the worker is to do it; who said so is on record. May refuse: ImportNotOpen."""
    run = await start_import(tx, run_id=run_id)
    action = AuditAction.IMPORT_TRIED if run.dry_run else AuditAction.IMPORT_STARTED
    await _note(tx, run, by=by, action=action, now=now)
    return ImportAsked(run.id)


async def _note(
    tx: Transaction,
    run: ImportRunRow,
    *,
    by: Staff,
    action: AuditAction,
    changes: Changes | None = None,
    now: datetime,
) -> None:
    about = AuditedKind.IMPORT, run.id
    await note(tx, owner_id=owner_of(run.program), program=run.program, by=by, action=action, about=about, reason=None,
               changes=changes, now=now)  # fmt: skip
