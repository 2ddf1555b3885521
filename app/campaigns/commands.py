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
from app.programs.rulebook import Told
from app.programs.rules import SPREAD, Program

from .models import CampaignChangeRow, CampaignRow
from .queries import changes_of_program
from .rules import ALLOWED, Change, of_files
from .rules.outcomes import CampaignCodeTaken, CampaignStepNotPossible, NewerCampaigns
from .section import Campaign

MOST = 100
"""Campaigns of a program that operators made and that are not ended: every order is held against each."""
NO_CAMPAIGN = "There is no such campaign that an operator made."

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
    """What had been done to the campaign last."""


async def create_campaign(
    tx: Transaction, *, program: Program, campaign: Campaign, words: Told, expected: int, now: datetime
) -> Done:
    """A new campaign, in force in a moment. `expected` is the number of the change that it was compared with.

    May refuse: CampaignCodeTaken; NewerCampaigns, something was done since. May raise BadInput: there are too many.
    """
    code = campaign.code
    if any(code == each.code for each in of_files(program)):
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
    done = await _entered(tx, program.code, code, Change.CREATED, before=before, now=now)
    if done is None:  # whoever took the number has committed by now
        raise Refused(NewerCampaigns(program.code, len(await changes_of_program(tx, program.code))))
    return done


async def change_campaign(tx: Transaction, *, program: str, code: str, change: Change, now: datetime) -> Done:
    """Pause, resume or end a campaign. Whoever finds the next number taken looks again at what there is.

    May refuse: CampaignStepNotPossible. May raise BadInput: no operator made such a campaign.
    """
    while True:
        before = await changes_of_program(tx, program)
        state = _states(before).get(code)
        if state is None:
            raise BadInput(NO_CAMPAIGN)
        if state not in ALLOWED[change]:
            raise Refused(CampaignStepNotPossible(program, code, state))
        done = await _entered(tx, program, code, change, before=before, now=now)
        if done is not None:
            return done


async def _entered(
    tx: Transaction, program: str, code: str, change: Change, *, before: Sequence[CampaignChangeRow], now: datetime
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
    return Done(number, effective_from, _states(before).get(code)) if inserted else None


def _states(changes: Sequence[CampaignChangeRow]) -> dict[str, Change]:
    """By campaign, what was done to it last."""
    return {row.code: Change[row.change] for row in changes}
