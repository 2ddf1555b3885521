"""What an operator does with campaigns, and the record of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.campaigns import commands as campaigns
from app.campaigns.rules import Change
from app.campaigns.rules.outcomes import CampaignChanged, CampaignCreated, WrongCampaign
from app.db import Transaction
from app.errors import Refused
from app.programs.rules import Program, Programs, ProgramVersion, owner_of
from app.staff.campaigning import campaign_asked, words_of
from app.staff.rules import AuditAction, AuditedKind, Staff

from .auditing import note

ACTIONS: Mapping[Change, AuditAction] = {
    Change.CREATED: AuditAction.CAMPAIGN_CREATED,
    Change.PAUSED: AuditAction.CAMPAIGN_PAUSED,
    Change.RESUMED: AuditAction.CAMPAIGN_RESUMED,
    Change.ENDED: AuditAction.CAMPAIGN_ENDED,
}


async def create_campaign(
    tx: Transaction,
    *,
    programs: Programs,
    program: Program,
    version: ProgramVersion,
    data: Mapping[str, Any],
    expected: int,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> CampaignCreated:
    """May refuse: WrongCampaign; CampaignCodeTaken; NewerCampaigns. May raise BadInput: there are too many."""
    campaign, problems = campaign_asked(data, version=version, now=now)
    if campaign is None:
        raise Refused(WrongCampaign(program.code, problems))
    words = words_of(campaign, version=version)
    done = await campaigns.create_campaign(
        tx, programs=programs, program=program, campaign=campaign, words=words, expected=expected, now=now
    )
    await _note(tx, program.code, campaign.code, Change.CREATED, done, reason=reason, by=by, now=now)
    return CampaignCreated(program.code, campaign.code, done.effective_from)


async def change_campaign(
    tx: Transaction,
    *,
    programs: Programs,
    program: Program,
    code: str,
    change: Change,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> CampaignChanged:
    """May refuse: CampaignStepNotPossible. May raise BadInput: there is no such campaign."""
    done = await campaigns.change_campaign(tx, programs=programs, program=program, code=code, change=change, now=now)
    await _note(tx, program.code, code, change, done, reason=reason, by=by, now=now)
    return CampaignChanged(program.code, code, done.effective_from)


async def _note(
    tx: Transaction,
    program: str,
    code: str,
    change: Change,
    done: campaigns.Done,
    *,
    reason: str | None,
    by: Staff,
    now: datetime,
) -> None:
    """It is about the program as a whole; which campaign it was is among what was different."""
    owner = owner_of(program)
    before = None if done.before is None else done.before.name
    changes = {"campaign": (None if before is None else code, code), "state": (before, change.name)}
    about = AuditedKind.PROGRAM, owner
    await note(tx, owner_id=owner, program=program, by=by, action=ACTIONS[change], about=about, reason=reason,
               changes=changes, now=now)  # fmt: skip
