"""What a client sees of members, and leaving. Joining is above: it may be by an invitation."""

from datetime import datetime
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from app.customers.rules import Identity
from app.db import Page
from app.graph import (
    OWNER_AND_STAFF,
    SIGNED_IN,
    STAFF,
    Info,
    Mutation,
    Node,
    Query,
    Refusal,
    RefusalCode,
    Role,
    any_node,
    any_nodes,
    batched,
    column,
    computed,
    describe_values,
    extends,
    found,
    mutation,
    node,
    refused_as,
    said,
    shows,
)
from app.programs import telling
from app.programs.asked import program_asked
from app.programs.graphql import Program, ProgramRuleChanges
from app.programs.rules import Programs, ProgramVersion

from . import commands, queries, rules
from .models import MemberRow

strawberry.enum(rules.MemberStatus, description="Whether somebody is a member.")
describe_values(
    rules.MemberStatus,
    {"ACTIVE": "A member now.", "LEFT": "Was a member and left; points and growth are kept for a return."},
)


class InProgram(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...


def program_of(row: InProgram, *, programs: Programs, now: datetime) -> ProgramVersion:
    return programs.version_for(row.program, row.id, now)


def rule_changes_of(
    row: InProgram, *, programs: Programs, since: datetime, first: int = 20
) -> list[telling.RulesChanged]:
    """May raise BadInput: 'first' is out of bounds."""
    wanted = Page.asked(first, None).first
    return telling.changes_since(programs.for_member(row.program, row.id), since=since, first=wanted)


@node(
    MemberRow,
    prefix="member",
    keys=("id",),
    by_key=queries.members_by_id,
    description="A customer's membership in one program.",
    seen_by=OWNER_AND_STAFF,
)
class Member(Node):
    program: Program = computed(
        program_of,
        "The program, as its rules are now for this member: those that are tried on a part of the members first, if "
        "they are among them.",
        seen_by=SIGNED_IN,
    )
    rule_changes: list[ProgramRuleChanges] = computed(
        rule_changes_of,
        "What changed, or is going to change, for this member, the newest first: also what is tried on them.",
        seen_by=SIGNED_IN,
        arguments={
            "since": "Only what is in force from a later instant: when one looked last, for example.",
            "first": "How many at most: 1 to 100.",
        },
    )
    status: rules.MemberStatus = column("Whether they are a member now.", seen_by=SIGNED_IN)
    joined_at: datetime = column("When they became a member, the first time.", seen_by=SIGNED_IN)
    display_name: str | None = column("Name that other members may see, on leaderboards for example.")
    channel: str | None = column("Where they joined: app, store, and so on.")


@strawberry.input(description="A person, as the issuer of their tokens knows them.")
class CustomerInput:
    subject: str = strawberry.field(description="The person: `sub` of their tokens.")
    issuer: str | None = strawberry.field(
        default=None, description="The identity provider: `iss` of the person's tokens, which is that of yours."
    )


@extends(Query)
class MemberQueries:
    me: Member | None = batched(
        queries.membership, "My membership; null until I join.", key=None, seen_by=frozenset((Role.MEMBER,))
    )
    member: Member | None = found(
        queries.members_seen, "A member by id; null if there is none in your programs.", of="member", seen_by=STAFF
    )
    node: Node | None = any_node(queries.members_visible, seen_by=SIGNED_IN)
    nodes: list[Node | None] = any_nodes(queries.members_visible, seen_by=SIGNED_IN)


@strawberry.input(description="End a membership.")
class LeaveProgramInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish to leave, kept for its retries: then it happens once."
    )
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )


@shows(rules.Left, description="You are no longer a member.", seen_by=OWNER_AND_STAFF)
class LeaveProgramSuccess:
    member: Member = batched(queries.members_by_id, "The membership that ended.", key="member_id")
    replayed: bool = column("True if this key had done it before, and nothing was done now.")


@shows(rules.AlreadyMember, description="You are a member of the program already.", seen_by=SIGNED_IN)
class AlreadyMember(Refusal):
    code: RefusalCode = refused_as(RefusalCode.ALREADY_A_MEMBER)
    message: str = said(en="You are a member already.", zh="您已经是会员了。")
    member: Member = batched(queries.members_by_id, "The membership.", key="member_id")


@shows(
    rules.NotMember,
    description="The customer is not a member of the program, or was none when it happened.",
    seen_by=SIGNED_IN,
)
class NotAMember(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NOT_A_MEMBER)
    message: str = said(
        en="Not a member of {program}. Join first; what happened before does not count.",
        zh="还不是 {program} 的会员，请先加入；此前发生的不计入。",
    )


LeaveProgramResult = Annotated[
    LeaveProgramSuccess | NotAMember,
    strawberry.union("LeaveProgramResult", description="What came of leaving."),
]


@extends(Mutation)
class MemberMutations:
    @mutation(
        description="End my membership of a program. Points and growth are kept for a return, and so are open "
        "redemptions: until then I can neither cancel one nor have a voucher's code shown; staff can refund it.",
        seen_by=frozenset((Role.MEMBER,)),
        keyed_to=queries.customer_of_viewer,
    )
    @staticmethod
    async def leave_program(info: Info, input: LeaveProgramInput) -> LeaveProgramResult | None:
        context = info.context
        return await commands.leave_program(  # pyright: ignore[reportReturnType]
            context.tx,
            program=program_asked(context, input.program),
            identity=Identity(context.viewer.issuer, context.viewer.subject),
            now=context.now,
        )
