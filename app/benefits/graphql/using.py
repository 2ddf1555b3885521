"""How other systems have members use their benefits, and give them back."""

from typing import Annotated

import strawberry

from app.benefits import commands
from app.benefits.asked import cause_sent
from app.benefits.queries.uses import uses_by_id
from app.benefits.rules import outcomes
from app.graph import SIGNED_IN, Info, Mutation, Role, batched, column, extends, mutation, shows
from app.members.asked import identity_sent
from app.members.graphql import CustomerInput, Member, NotAMember
from app.members.queries import members_by_id
from app.programs.asked import program_asked
from app.programs.rules import Programs

from .held import BenefitUse
from .refusals import BenefitNotHeld, BenefitQuotaUsed, BenefitUseConflict

SERVICES = frozenset((Role.SERVICE,))
PROGRAM = "Code of the program; without it the token's own, else the shop's default."
CUSTOMER = "Whose benefit."
BENEFIT = "Code of the benefit."
CAUSE = "What it is wanted for: a benefit is used for it once, however often that is asked."
THE_USE = ("member_id", "use_id")
REPLAYED = "True if that had been done before, and nothing was done now."


@strawberry.input(description="What a benefit is wanted for, as the system that asks knows it.")
class BenefitCauseInput:
    id: str = strawberry.field(
        description="Its own id of that, such as an order's: 1 to 200 characters. No personal data, please."
    )
    source: str | None = strawberry.field(
        default=None, description="The system that asks, one of the token's; not needed if the token has one."
    )


@strawberry.input(description="Have a customer use a benefit that they have.")
class UseBenefitInput:
    customer: CustomerInput = strawberry.field(description=CUSTOMER)
    benefit: str = strawberry.field(description=BENEFIT)
    cause: BenefitCauseInput = strawberry.field(description=CAUSE)
    reference: str | None = strawberry.field(
        default=None,
        description="What else there is to say of it: 1 to 200 characters. The member may see it. No personal data, "
        "please.",
    )
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@strawberry.input(description="Say that what a benefit was used for was undone.")
class GiveBackBenefitInput:
    customer: CustomerInput = strawberry.field(description=CUSTOMER)
    benefit: str = strawberry.field(description=BENEFIT)
    cause: BenefitCauseInput = strawberry.field(description="What it was used for.")
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@shows(outcomes.BenefitUsed, description="The benefit was used.", seen_by=SIGNED_IN)
class UseBenefitSuccess:
    use: BenefitUse = batched(uses_by_id, "What was written of it.", key=THE_USE)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(outcomes.UseGivenBack, description="The use does not count any more.", seen_by=SIGNED_IN)
class GiveBackBenefitSuccess:
    use: BenefitUse = batched(uses_by_id, "What was written of it.", key=THE_USE)
    member: Member = batched(members_by_id, "Whose it is.", key="member_id")
    replayed: bool = column(REPLAYED)


UseBenefitResult = Annotated[
    UseBenefitSuccess | BenefitNotHeld | BenefitQuotaUsed | BenefitUseConflict | NotAMember,
    strawberry.union("UseBenefitResult", description="What came of using a benefit."),
]
GiveBackBenefitResult = Annotated[
    GiveBackBenefitSuccess | NotAMember,
    strawberry.union("GiveBackBenefitResult", description="What came of giving back a benefit."),
]


@extends(Mutation)
class BenefitMutations:
    @mutation(
        description="Have a customer use a benefit that they have now, once for each cause. The same again is answered "
        "with what the first did. It counts towards the benefit's quota, if there is one.",
        seen_by=SERVICES,
    )
    @staticmethod
    async def use_benefit(info: Info, input: UseBenefitInput) -> UseBenefitResult | None:
        context = info.context
        return await commands.use_benefit(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            program=program_asked(context, input.program),
            identity=identity_sent(input.customer.issuer, input.customer.subject, viewer=context.viewer),
            benefit=input.benefit,
            asked=cause_sent(input.cause, input.reference, viewer=context.viewer),
            now=context.now,
        )

    @mutation(
        description="Say that what a benefit was used for was undone: it does not count towards the quota any more. "
        "For the same cause it is not used again.",
        seen_by=SERVICES,
    )
    @staticmethod
    async def give_back_benefit(info: Info, input: GiveBackBenefitInput) -> GiveBackBenefitResult | None:
        context = info.context
        return await commands.give_back_benefit(  # pyright: ignore[reportReturnType]
            context.tx,
            program=program_asked(context, input.program),
            identity=identity_sent(input.customer.issuer, input.customer.subject, viewer=context.viewer),
            benefit=input.benefit,
            asked=cause_sent(input.cause, None, viewer=context.viewer),
            now=context.now,
        )
