"""Joining a program."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.customers.rules import Identity
from app.graph import OWNER_AND_STAFF, Info, Mutation, Role, batched, column, describe_values, extends, mutation, shows
from app.members.graphql import AlreadyMember, Member
from app.members.queries import customer_of_viewer, members_by_id
from app.members.rules import channel_named, shown_name
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.referrals import commands, rules

from .refusals import InviteCodeNotValid
from .trying import joining_counted


@strawberry.input(description="Become a member.")
class JoinProgramInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish to join, kept for its retries: then it happens once."
    )
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    display_name: str | None = strawberry.field(
        default=None, description="Name that other members may see: 1 to 30 characters."
    )
    channel: str | None = strawberry.field(
        default=None, description="Where this happens: app, store, and so on; a-z, 0-9, '-' and '_'."
    )
    invite_code: str | None = strawberry.field(
        default=None,
        description="Code of who invited you, as you typed it. If it is not valid you do not join: ask again with "
        "another, or without. Who comes back and can accept no invitation any more joins all the same, see "
        "`inviteCodeUnused`.",
    )


strawberry.enum(rules.InviteCodeUnused, description="Why somebody joined without the invitation that they came by.")
describe_values(
    rules.InviteCodeUnused,
    {
        "ALREADY_INVITED": "They accepted one before, when they were a member: `referral.inviter` has it.",
        "NOT_A_NEWCOMER": "They joined the first time too long ago.",
    },
)


@shows(rules.Joined, description="You are a member now.", seen_by=OWNER_AND_STAFF)
class JoinProgramSuccess:
    member: Member = batched(members_by_id, "The membership.", key="member_id")
    invite_code_unused: rules.InviteCodeUnused | None = column(
        "Why the invite code was left aside, and not looked at; null if none was sent, or its invitation is accepted."
    )
    replayed: bool = column("True if this key had done it before, and nothing was done now.")


JoinProgramResult = Annotated[
    JoinProgramSuccess | AlreadyMember | InviteCodeNotValid,
    strawberry.union("JoinProgramResult", description="What came of joining."),
]


@extends(Mutation)
class JoiningMutations:
    @mutation(
        description="Become a member of a program, or a member again; by somebody's invitation perhaps. Who tries more "
        "than 10 invite codes an hour is told RATE_LIMITED.",
        seen_by=frozenset((Role.MEMBER,)),
        keyed_to=customer_of_viewer,
        ahead=joining_counted,
    )
    @staticmethod
    async def join_program(info: Info, input: JoinProgramInput) -> JoinProgramResult | None:
        context = info.context
        return await commands.join_by_invitation(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            program=program_asked(context, input.program),
            identity=Identity(context.viewer.issuer, context.viewer.subject),
            display_name=shown_name(input.display_name),
            channel=channel_named(input.channel),
            code=input.invite_code,
            now=context.now,
        )
