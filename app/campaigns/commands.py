"""What operators do with campaigns: each change is numbered, and in force a moment later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.db import Transaction, Write
from app.db.rows import table_of
from app.errors import BadInput, Refused
from app.programs.commands import lock_program
from app.programs.queries import newest_version
from app.programs.rulebook import Told
from app.programs.rules import SPREAD, Program, Programs

from .models import CampaignChangeRow, CampaignRow
from .queries import changes_of_program
from .rules import ALLOWED, Change, is_of_file
from .rules.outcomes import CampaignCodeTaken, CampaignStepNotPossible, NewerCampaigns
from .section import Campaign

MOST = 100
"""Campaigns of a program that operators made and that are not ended: every order is held against each."""
NO_CAMPAIGN = "There is no such campaign."

CHANGES, CAMPAIGNS = table_of(CampaignChangeRow), table_of(CampaignRow)
INSERT_CAMPAIGN: Write[CampaignRow] = Write(
    CampaignRow,
    insert(CAMPAIGNS)
    .values({column.key: bindparam(column.key, type_=column.type) for column in CAMPAIGNS.columns})
    .on_conflict_do_nothing(index_elements=list(CAMPAIGNS.primary_key.columns))
    .returning(col(CampaignRow.code)),
)
INSERT_CHANGE: Write[CampaignChangeRow] = Write(
    CampaignChangeRow,
    insert(CHANGES)
    .values({column.key: bindparam(column.key, type_=column.type) for column in CHANGES.columns})
    .on_conflict_do_nothing(index_elements=list(CHANGES.primary_key.columns))
    .returning(col(CampaignChangeRow.number)),
)
"""Whoever finds the number taken waits for who is taking it, and is returned none."""


@dataclass(frozen=True)
class Done:
    """A change that is entered."""

    number: int
    effective_from: datetime
    before: Change | None
    """What had been done to the campaign last; None: it is new."""


async def create_campaign(
    tx: Transaction,
    *,
    programs: Programs,
    program: Program,
    campaign: Campaign,
    words: Told,
    expected: int,
    now: datetime,
) -> Done:
    """A new campaign, in force in a moment. `expected` is the number of the change that it was compared with.

    May refuse: CampaignCodeTaken; NewerCampaigns, something was done since. May raise BadInput: there are too many;
    Overloaded: a version was published that is not held here yet.
    """
    code = campaign.code
    await lock_program(tx, program.code)
    await _look_at_newest(tx, programs, program.code)
    if is_of_file(program, code):
        raise Refused(CampaignCodeTaken(program.code, code))
    before = await changes_of_program(tx, program.code)
    states = _states(before)
    if code in states:
        raise Refused(CampaignCodeTaken(program.code, code))
    if len(before) != expected:
        raise Refused(NewerCampaigns(program.code, len(before)))
    if sum(state is not Change.ENDED for state in states.values()) >= MOST:
        raise BadInput(f"A program has at most {MOST} campaigns of operators that are not ended.")
    inserted = await tx.run(
        INSERT_CAMPAIGN,
        program=program.code,
        code=code,
        content=campaign.model_dump_json(),
        words_zh=words.zh,
        words_en=words.en,
        created_at=now,
    )
    if not inserted:
        raise Refused(CampaignCodeTaken(program.code, code))
    done = await _entered(tx, program.code, code, Change.CREATED, was=None, before=before, now=now)
    if done is None:  # whoever took the number has committed by now
        raise Refused(NewerCampaigns(program.code, len(await changes_of_program(tx, program.code))))
    return done


async def change_campaign(
    tx: Transaction, *, programs: Programs, program: Program, code: str, change: Change, now: datetime
) -> Done:
    """Pause, resume or end a campaign, of an operator or of the program's file: to one of the file nothing was done
    before the first time. Whoever finds the next number taken looks again at what there is.

    May refuse: CampaignStepNotPossible. May raise BadInput: there is no such campaign; Overloaded: it may be of a
    version that is not held here yet.
    """
    while True:
        before = await changes_of_program(tx, program.code)
        state = _states(before).get(code)
        if state is None:
            if not is_of_file(program, code):
                await _look_at_newest(tx, programs, program.code)
                raise BadInput(NO_CAMPAIGN)
            state = Change.CREATED
        if state not in ALLOWED[change]:
            raise Refused(CampaignStepNotPossible(program.code, code, state))
        done = await _entered(tx, program.code, code, change, was=state, before=before, now=now)
        if done is not None:
            return done


async def _look_at_newest(tx: Transaction, programs: Programs, program: str) -> None:
    """The file that was published last may have the code, too. May raise Overloaded: it is not held here yet."""
    newest = await newest_version(tx, program)
    if newest is not None:
        programs.version(program, newest.number)


async def _entered(
    tx: Transaction,
    program: str,
    code: str,
    change: Change,
    *,
    was: Change | None,
    before: Sequence[CampaignChangeRow],
    now: datetime,
) -> Done | None:
    """None if another took the number meanwhile."""
    number = len(before) + 1
    latest = max((row.effective_from for row in before), default=now)
    effective_from = max(now + SPREAD, latest)
    inserted = await tx.run(
        INSERT_CHANGE,
        program=program,
        number=number,
        code=code,
        change=change.name,
        effective_from=effective_from,
        changed_at=now,
    )
    return Done(number, effective_from, was) if inserted else None


def _states(changes: Sequence[CampaignChangeRow]) -> dict[str, Change]:
    """By campaign, what was done to it last."""
    return {row.code: Change[row.change] for row in changes}
