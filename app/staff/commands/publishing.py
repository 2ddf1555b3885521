"""Publishing a program's file by an operator."""

from datetime import datetime

from app.db import Transaction
from app.errors import Refused
from app.programs.commands import lock_program, publish
from app.programs.outcomes import NothingDifferent, ProgramPublished, WrongProgramFile
from app.programs.problems import MOST_SHOWN, WrongDefinition
from app.programs.rules import Programs, owner_of
from app.staff.comparison import read_for
from app.staff.rules import AuditAction, AuditedKind, Staff

from .auditing import note


async def publish_program(
    tx: Transaction,
    *,
    programs: Programs,
    program: str,
    file: str,
    expected: int,
    effective_from: datetime | None,
    share: int | None,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> ProgramPublished:
    """Make a file the next version of its program, for so many percent of the members or for all, and record who did.

    May refuse: WrongProgramFile; NewerVersion, another one was published than the one that it was compared with;
    NothingDifferent. May raise BadInput: it cannot be in force from then, or not for so many.
    """
    await lock_program(tx, program)
    try:
        done = await publish(
            tx,
            definition=await read_for(tx, programs, file, program=program),
            now=now,
            published_by=f"{by.person.issuer}|{by.person.subject}",
            effective_from=effective_from,
            expected=expected,
            share=share,
        )
    except WrongDefinition as error:
        raise Refused(WrongProgramFile(program, error.problems[:MOST_SHOWN])) from None
    if not done.is_new:
        raise Refused(NothingDifferent(program, done.number))
    owner = owner_of(program)
    await note(
        tx,
        owner_id=owner,
        program=program,
        by=by,
        action=AuditAction.PROGRAM_PUBLISHED,
        about=(AuditedKind.PROGRAM, owner),
        version=done.number,
        reason=reason,
        now=now,
    )
    return ProgramPublished(program, done.number)
