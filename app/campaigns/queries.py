"""Every read of the campaigns that operators made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import String, bindparam, func, select
from sqlmodel import col

from app.db import Reader, Statement
from app.programs.extras import Extra
from app.programs.rulebook import Told

from .models import CampaignChangeRow, CampaignRow
from .rules import CAMPAIGNS, CHANGED, Change, Changed, ChangedCampaign, MadeCampaign
from .section import Campaign

PROGRAM = bindparam("program", type_=String())
ALL = Statement(
    CampaignRow,
    lambda columns, _: select(*columns).order_by(col(CampaignRow.program), col(CampaignRow.code)),
)
CHANGES = Statement(
    CampaignChangeRow,
    lambda columns, _: select(*columns).order_by(col(CampaignChangeRow.program), col(CampaignChangeRow.number)),
)
NUMBER = Statement(CampaignChangeRow, lambda _, __: select(func.count().label("number")).select_from(CampaignChangeRow))
OF_PROGRAM = Statement(
    CampaignChangeRow,
    lambda columns, _: (
        select(*columns).where(col(CampaignChangeRow.program) == PROGRAM).order_by(col(CampaignChangeRow.number))
    ),
    "program",
)


async def changes_of_program(db: Reader, program: str) -> list[CampaignChangeRow]:
    """All that was done to its campaigns, in the order in which it was."""
    return await db.fetch(OF_PROGRAM, (), program)


async def _look(db: Reader) -> object:
    """Changes are only ever added: their number tells of any."""
    (row,) = await db.fetch(NUMBER)
    found: Any = row
    return found["number"]


async def _read(db: Reader, before: Mapping[str, Sequence[MadeCampaign]]) -> Mapping[str, Sequence[MadeCampaign]]:
    """Changes first: a campaign that is made in between is not there yet, and looked for once more."""
    known = {(program, each.campaign.code): each for program, made in before.items() for each in made}
    done = await _done(db)
    found: defaultdict[str, list[MadeCampaign]] = defaultdict(list)
    for row in await db.fetch(ALL):
        changes = tuple(done.get((row.program, row.code), ()))
        same = known.get((row.program, row.code))
        is_same = same is not None and same.changes == changes
        found[row.program].append(same if same is not None and is_same else _made(row, changes))
    return found


async def _read_changed(
    db: Reader, _before: Mapping[str, Sequence[ChangedCampaign]]
) -> Mapping[str, Sequence[ChangedCampaign]]:
    """Whatever was done first to a campaign that an operator made, is that it was made."""
    found: defaultdict[str, list[ChangedCampaign]] = defaultdict(list)
    for (program, code), changes in (await _done(db)).items():
        if changes[0].change is not Change.CREATED:
            found[program].append(ChangedCampaign(code, tuple(changes)))
    return found


async def _done(db: Reader) -> Mapping[tuple[str, str], Sequence[Changed]]:
    """All that was done to campaigns, in its order, by program and code."""
    done: defaultdict[tuple[str, str], list[Changed]] = defaultdict(list)
    for row in await db.fetch(CHANGES):
        done[row.program, row.code].append(Changed(Change[row.change], row.effective_from))
    return done


def _made(row: CampaignRow, changes: tuple[Changed, ...]) -> MadeCampaign:
    words = Told(row.words_zh, row.words_en)
    return MadeCampaign(Campaign.model_validate_json(row.content), changes, words)


MADE_CAMPAIGNS: Extra[Sequence[MadeCampaign]] = Extra(CAMPAIGNS, _look, _read)
CHANGED_CAMPAIGNS: Extra[Sequence[ChangedCampaign]] = Extra(CHANGED, _look, _read_changed)
