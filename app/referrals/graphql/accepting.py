"""Accepting an invitation, and making the code to invite by."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.graph import OWNER_AND_STAFF, Info, Mutation, Role, batched, column, extends, mutation, shows
from app.members.graphql import Member, NotAMember
from app.members.locking import lock_membership, locked_member, owner_of_membership
from app.members.queries import members_by_id
from app.programs.rules import Programs
from app.referrals import commands, queries, rules

from .referral import Invitation
from .refusals import AlreadyInvited, InviteCodeNotValid, NotANewcomer, ReferralsNotOffered
from .trying import accepting_counted

MEMBERS = frozenset((Role.MEMBER,))
PROGRAM = "Code of the program; without it the token's own, else the shop's default."
REPLAYED = "True if this key had done it before, and nothing was done now."


@strawberry.input(description="Accept an invitation.")
class BindInviteCodeInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish to accept one, kept for its retries: then it happens once."
    )
    code: str = strawberry.field(
        description="The inviter's code, as somebody typed it: small letters, spaces and hyphens do not matter."
    )
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@strawberry.input(description="Have a code to invite by.")
class CreateInviteCodeInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish to have a code, kept for its retries: then it happens once."
    )
    program: str | None = strawberry.field(default=None, description=PROGRAM)


@shows(rules.Accepted, description="You have accepted the invitation.", seen_by=OWNER_AND_STAFF)
class BindInviteCodeSuccess:
    invitation: Invitation = batched(queries.invitations_by_id, "The invitation.", key=("member_id", "referral_id"))
    member: Member = batched(members_by_id, "The membership.", key="member_id")
    replayed: bool = column(REPLAYED)


@shows(rules.CodeMade, description="You have a code to invite by.", seen_by=OWNER_AND_STAFF)
class CreateInviteCodeSuccess:
    member: Member = batched(members_by_id, "The membership: its `referral` has the code.", key="member_id")
    replayed: bool = column(REPLAYED)


BindInviteCodeResult = Annotated[
    BindInviteCodeSuccess | InviteCodeNotValid | AlreadyInvited | NotANewcomer | NotAMember,
    strawberry.union("BindInviteCodeResult", description="What came of accepting an invitation."),
]
CreateInviteCodeResult = Annotated[
    CreateInviteCodeSuccess | ReferralsNotOffered | NotAMember,
    strawberry.union("CreateInviteCodeResult", description="What came of asking for a code to invite by."),
]


@extends(Mutation)
class ReferralMutations:
    @mutation(
        description="Accept an invitation: once, within some days of joining, of somebody who joined before. Who tries "
        "more than 10 codes an hour is told RATE_LIMITED.",
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
        ahead=accepting_counted,
    )
    @staticmethod
    async def bind_invite_code(info: Info, input: BindInviteCodeInput) -> BindInviteCodeResult | None:
        context = info.context
        return await commands.accept_invitation(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member=locked_member(context, input.program),
            code=input.code,
            now=context.now,
        )

    @mutation(
        description="Have a code to invite by: the one that was made before, or a new one.",
        seen_by=MEMBERS,
        keyed_to=owner_of_membership,
        locked=lock_membership,
    )
    @staticmethod
    async def create_invite_code(info: Info, input: CreateInviteCodeInput) -> CreateInviteCodeResult | None:
        context = info.context
        return await commands.make_code(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            member=locked_member(context, input.program),
            now=context.now,
        )
