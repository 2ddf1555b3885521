"""Joining a program."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.customers.rules import Identity
from app.graph import Info, Mutation, Role, extends, mutation
from app.members.graphql import AlreadyMember, JoinProgramSuccess
from app.members.queries import customer_of_viewer
from app.members.rules import channel_named, shown_name
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.referrals import commands

from .refusals import AlreadyInvited, InviteCodeNotValid, NotANewcomer
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
        description="Code of who invited you, as you typed it. If it is not valid you do not join: ask again without.",
    )


JoinProgramResult = Annotated[
    JoinProgramSuccess | AlreadyMember | InviteCodeNotValid | AlreadyInvited | NotANewcomer,
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
