"""How an operator makes campaigns, pauses, resumes and ends them."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.campaigns.rules import Change, outcomes
from app.graph import (
    Info,
    Mutation,
    Refusal,
    RefusalCode,
    column,
    describe_values,
    extends,
    mutation,
    refused_as,
    said,
    shows,
)
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.staff import commands, rules
from app.staff.asked import program_to_publish, staff_asking
from app.staff.graphql.comparing import ProgramProblem

from .comparing import OPERATORS
from .inputs import ChangeCampaignInput, CreateCampaignInput, data_of

REPLAYED = "True if this key had done it before, and nothing was done now."
IN_FORCE = "From when: a moment later, so that every server knows of it."

strawberry.enum(Change, name="CampaignState", description="What was done to a campaign last.")
describe_values(
    Change,
    {
        "CREATED": "It was made, or is in the program's file: it has effect whenever it is open.",
        "PAUSED": "It was paused: it has no effect until it is resumed.",
        "RESUMED": "It was resumed: it has effect whenever it is open.",
        "ENDED": "It was ended, for good.",
    },
)


@shows(outcomes.CampaignCreated, description="There is a new campaign.", seen_by=OPERATORS)
class CreateCampaignSuccess:
    campaign: str = column("Its code.", name="code")
    effective_from: datetime = column(IN_FORCE)
    replayed: bool = column(REPLAYED)


@shows(outcomes.CampaignChanged, description="The campaign is as it was asked to be.", seen_by=OPERATORS)
class ChangeCampaignSuccess:
    campaign: str = column("Its code.", name="code")
    effective_from: datetime = column(IN_FORCE)
    replayed: bool = column(REPLAYED)


@shows(outcomes.WrongCampaign, description="The campaign cannot be made.", seen_by=OPERATORS)
class WrongCampaign(Refusal):
    code: RefusalCode = refused_as(RefusalCode.WRONG_CAMPAIGN)
    message: str = said(en="There is something wrong with the campaign.", zh="活动设置有误。")
    problems: list[ProgramProblem] = column("All that is wrong with it.")


@shows(outcomes.CampaignCodeTaken, description="Another campaign of the program has that code.", seen_by=OPERATORS)
class CampaignCodeTaken(Refusal):
    code: RefusalCode = refused_as(RefusalCode.CAMPAIGN_CODE_TAKEN)
    message: str = said(en="There is a campaign with the code {campaign}.", zh="活动编码 {campaign} 已被使用。")
    campaign: str = column("The code.")


@shows(
    outcomes.NewerCampaigns,
    description="Something was done to campaigns of the program since it was compared with them.",
    seen_by=OPERATORS,
)
class NewerCampaigns(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NEWER_CAMPAIGNS)
    message: str = said(
        en="Campaigns were changed since. Compare yours with them first.", zh="活动已有变动，请先重新比较。"
    )
    newest_change: int = column("Number of the newest change.", name="number")


@shows(
    outcomes.CampaignStepNotPossible,
    description="The campaign is not in a state in which that can be done.",
    seen_by=OPERATORS,
)
class CampaignStepNotPossible(Refusal):
    code: RefusalCode = refused_as(RefusalCode.CAMPAIGN_STEP_NOT_POSSIBLE)
    message: str = said(
        en="That cannot be done with the campaign {campaign} as it is.", zh="活动 {campaign} 当前状态不允许此操作。"
    )
    campaign: str = column("Its code.")
    state: Change = column("What was done to it last.")


CreateCampaignResult = Annotated[
    CreateCampaignSuccess | WrongCampaign | CampaignCodeTaken | NewerCampaigns,
    strawberry.union("CreateCampaignResult", description="What came of making a campaign."),
]
ChangeCampaignResult = Annotated[
    ChangeCampaignSuccess | CampaignStepNotPossible,
    strawberry.union("ChangeCampaignResult", description="What came of pausing, resuming or ending a campaign."),
]


def _reason(asked: str | None) -> str | None:
    return None if asked is None else rules.reason_given(asked)


async def _change(info: Info, given: ChangeCampaignInput, change: Change) -> outcomes.CampaignChanged:
    context = info.context
    programs = context.get(Programs)
    return await commands.change_campaign(
        context.tx,
        programs=programs,
        program=programs.by_code[program_asked(context, given.program).code],
        code=given.campaign,
        change=change,
        reason=_reason(given.reason),
        by=staff_asking(context),
        now=context.now,
    )


@extends(Mutation)
class CampaignMutations:
    @mutation(
        description="Make a campaign, in force in a moment. Who did it is on record. Look at `compareCampaign` first.",
        seen_by=OPERATORS,
        keyed_to=program_to_publish,
    )
    @staticmethod
    async def create_campaign(info: Info, input: CreateCampaignInput) -> CreateCampaignResult | None:
        context = info.context
        version = program_asked(context, input.program)
        return await commands.create_campaign(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            program=context.get(Programs).by_code[version.code],
            version=version,
            data=data_of(input.campaign),
            expected=input.expected_change,
            reason=_reason(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Have a campaign be without effect for a while, from in a moment on, also one of the program's "
        "file: orders that were paid before keep what it brought them. Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_to_publish,
    )
    @staticmethod
    async def pause_campaign(info: Info, input: ChangeCampaignInput) -> ChangeCampaignResult | None:
        return await _change(info, input, Change.PAUSED)  # pyright: ignore[reportReturnType]

    @mutation(
        description="Have a paused campaign have effect again, from in a moment on. Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_to_publish,
    )
    @staticmethod
    async def resume_campaign(info: Info, input: ChangeCampaignInput) -> ChangeCampaignResult | None:
        return await _change(info, input, Change.RESUMED)  # pyright: ignore[reportReturnType]

    @mutation(
        description="End a campaign for good, in a moment, also one of the program's file, whatever later files say of "
        "it: orders that were paid before keep what it brought them. Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_to_publish,
    )
    @staticmethod
    async def end_campaign(info: Info, input: ChangeCampaignInput) -> ChangeCampaignResult | None:
        return await _change(info, input, Change.ENDED)  # pyright: ignore[reportReturnType]
