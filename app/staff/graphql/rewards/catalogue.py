"""How an operator keeps a program's rewards."""

from decimal import Decimal
from typing import Annotated

import strawberry

from app.errors import BadInput
from app.graph import (
    Info,
    Mutation,
    Refusal,
    RefusalCode,
    Role,
    batched,
    column,
    extends,
    mutation,
    refused_as,
    said,
    shows,
)
from app.programs.asked import program_asked
from app.programs.money import minor_units
from app.programs.rules import Programs
from app.rewards.asked import reward_named
from app.rewards.graphql import Reward
from app.rewards.queries.catalogue import rewards_by_id
from app.rewards.rules import catalogue_outcomes as outcomes
from app.staff import commands, rules
from app.staff.asked import program_of_reward, program_to_publish, staff_asking

from .inputs import (
    AddRewardStockInput,
    AddVoucherCodesInput,
    ChangeRewardInput,
    CreateRewardInput,
    RetireRewardInput,
    said_of,
)

OPERATORS = frozenset((Role.OPERATOR,))
REPLAYED = "True if this key had done it before, and nothing was done now."
THE_REWARD = "reward_id"


@shows(outcomes.RewardCreated, description="There is a new reward.", seen_by=OPERATORS)
class CreateRewardSuccess:
    reward: Reward = batched(rewards_by_id, "The reward.", key=THE_REWARD)
    replayed: bool = column(REPLAYED)


@shows(outcomes.RewardChanged, description="The reward is as it was asked to be.", seen_by=OPERATORS)
class ChangeRewardSuccess:
    reward: Reward = batched(rewards_by_id, "The reward.", key=THE_REWARD)
    replayed: bool = column(REPLAYED)


@shows(outcomes.RewardRetired, description="Nobody can redeem the reward any more.", seen_by=OPERATORS)
class RetireRewardSuccess:
    reward: Reward = batched(rewards_by_id, "The reward.", key=THE_REWARD)
    replayed: bool = column(REPLAYED)


@shows(outcomes.StockAdded, description="There is more of the reward, or less.", seen_by=OPERATORS)
class AddRewardStockSuccess:
    reward: Reward = batched(rewards_by_id, "The reward.", key=THE_REWARD)
    added: int = column("How many were put in; below 0 if they were taken out.")
    replayed: bool = column(REPLAYED)


@shows(outcomes.CodesAdded, description="Codes were taken up into the pool of the reward.", seen_by=OPERATORS)
class AddVoucherCodesSuccess:
    reward: Reward = batched(rewards_by_id, "The reward.", key=THE_REWARD)
    added: int = column("How many codes are new.")
    known: int = column(
        "How many of those sent the program had before, in any pool, whether somebody has taken them or not."
    )
    repeated: int = column("How many came once more in what was sent.")
    replayed: bool = column(REPLAYED)


@shows(outcomes.RewardCodeTaken, description="Another reward of the program has that code.", seen_by=OPERATORS)
class RewardCodeTaken(Refusal):
    code: RefusalCode = refused_as(RefusalCode.REWARD_CODE_TAKEN)
    message: str = said(en="There is a reward with the code {reward_code}.", zh="编码 {reward_code} 已被使用。")
    reward: Reward = batched(rewards_by_id, "That reward; it may be retired.", key=THE_REWARD)


@shows(
    outcomes.RewardIsRetired,
    description="The reward is retired: nothing can be done with it.",
    seen_by=OPERATORS,
)
class RewardIsRetired(Refusal):
    code: RefusalCode = refused_as(RefusalCode.REWARD_RETIRED)
    message: str = said(en="The reward is retired.", zh="该兑换商品已下架。")
    reward: Reward = batched(rewards_by_id, "The reward.", key=THE_REWARD)


@shows(outcomes.MoreThanInStock, description="Less is left than is to be taken out.", seen_by=OPERATORS)
class MoreThanInStock(Refusal):
    code: RefusalCode = refused_as(RefusalCode.MORE_THAN_IN_STOCK)
    message: str = said(en="Only {left} are left.", zh="仅剩 {left} 件。")
    left: int = column("How many were left.")
    reward: Reward = batched(rewards_by_id, "The reward.", key=THE_REWARD)


CreateRewardResult = Annotated[
    CreateRewardSuccess | RewardCodeTaken,
    strawberry.union("CreateRewardResult", description="What came of making a reward."),
]
ChangeRewardResult = Annotated[
    ChangeRewardSuccess | RewardIsRetired,
    strawberry.union("ChangeRewardResult", description="What came of changing a reward."),
]
RetireRewardResult = Annotated[
    RetireRewardSuccess | RewardIsRetired,
    strawberry.union("RetireRewardResult", description="What came of retiring a reward."),
]
AddRewardStockResult = Annotated[
    AddRewardStockSuccess | RewardIsRetired | MoreThanInStock,
    strawberry.union("AddRewardStockResult", description="What came of adding to a reward's stock."),
]
AddVoucherCodesResult = Annotated[
    AddVoucherCodesSuccess | RewardIsRetired,
    strawberry.union("AddVoucherCodesResult", description="What came of adding codes to a reward's pool."),
]


def _reason(asked: str | None) -> str | None:
    return None if asked is None else rules.reason_given(asked)


def _minor(amount: Decimal | None, *, digits: int) -> int | None:
    """May raise BadInput: no amount of the currency."""
    try:
        return None if amount is None else minor_units(format(amount, "f"), digits=digits)
    except ValueError as wrong:
        raise BadInput(f"'amount': {wrong}.") from None


@extends(Mutation)
class CatalogueMutations:
    @mutation(
        description="Make a new reward of a program. Who did it is on record. A voucher can be redeemed once there are "
        "codes.",
        seen_by=OPERATORS,
        keyed_to=program_to_publish,
    )
    @staticmethod
    async def create_reward(info: Info, input: CreateRewardInput) -> CreateRewardResult | None:
        context = info.context
        program = program_asked(context, input.program)
        return await commands.create_reward(  # pyright: ignore[reportReturnType]
            context.tx,
            program=program,
            code=input.code,
            kind=input.kind,
            said=said_of(input),
            stock=input.stock,
            buckets=input.buckets,
            amount=_minor(input.amount, digits=program.currency_digits),
            template=input.template,
            programs=context.get(Programs),
            reason=_reason(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Say something of a reward otherwise, from now on: what was redeemed stays what it was. Who did "
        "it, and what was different, is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_reward,
    )
    @staticmethod
    async def change_reward(info: Info, input: ChangeRewardInput) -> ChangeRewardResult | None:
        context = info.context
        return await commands.change_reward(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            reward_id=reward_named(input.reward),
            said=said_of(input),
            removed=input.remove,
            reason=_reason(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Retire a reward: from now on nobody can redeem it. What was redeemed is still to be fulfilled. "
        "Who did it is on record.",
        seen_by=OPERATORS,
        keyed_to=program_of_reward,
    )
    @staticmethod
    async def retire_reward(info: Info, input: RetireRewardInput) -> RetireRewardResult | None:
        context = info.context
        return await commands.retire_reward(  # pyright: ignore[reportReturnType]
            context.tx,
            reward_id=reward_named(input.reward),
            reason=_reason(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Put more of a reward into its stock, or take some of what is left out of it. Who did it is on "
        "record.",
        seen_by=OPERATORS,
        keyed_to=program_of_reward,
    )
    @staticmethod
    async def add_reward_stock(info: Info, input: AddRewardStockInput) -> AddRewardStockResult | None:
        context = info.context
        return await commands.add_reward_stock(  # pyright: ignore[reportReturnType]
            context.tx,
            reward_id=reward_named(input.reward),
            pieces=input.pieces,
            reason=_reason(input.reason),
            by=staff_asking(context),
            now=context.now,
        )

    @mutation(
        description="Take codes up into the pool of a voucher, each once. Who did it, and how many there were, is on "
        "record: the codes are not.",
        seen_by=OPERATORS,
        keyed_to=program_of_reward,
    )
    @staticmethod
    async def add_voucher_codes(info: Info, input: AddVoucherCodesInput) -> AddVoucherCodesResult | None:
        context = info.context
        return await commands.add_voucher_codes(  # pyright: ignore[reportReturnType]
            context.tx,
            reward_id=reward_named(input.reward),
            codes=input.codes,
            reason=_reason(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
