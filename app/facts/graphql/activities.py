"""What a client sees of activities, and how another system reports them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Protocol

import strawberry

from app.errors import BadInput
from app.facts import commands
from app.facts.activities import customer_meant, reported_activity
from app.facts.models import FactRow
from app.facts.queries import activities as queries
from app.facts.reporting import source_of
from app.facts.rules import activities as rules
from app.facts.rules import kept
from app.graph import (
    OWNER_AND_STAFF,
    SIGNED_IN,
    Context,
    Info,
    Mutation,
    Refusal,
    RefusalCode,
    Role,
    Work,
    batched,
    column,
    computed,
    describe_values,
    extends,
    mutations,
    refused_as,
    shows,
)
from app.members import queries as members
from app.members.graphql import CustomerInput, Member, NotAMember
from app.points.graphql import PointsEntry
from app.points.section import Action
from app.programs.asked import program_asked
from app.programs.rules import Programs, ProgramVersion

from .kept import FactKept
from .orders import FactConflict

strawberry.enum(Action, description="What a customer did, beside ordering.")
describe_values(
    Action,
    {
        "REVIEW": "Reviewed what they bought.",
        "SHARE": "Shared something of the shop with others.",
        "POST": "Posted in the shop's community.",
        "ANSWER": "Answered somebody's question.",
        "LOGIN": "Signed in.",
        "PROFILE_COMPLETED": "Completed their profile.",
    },
)
strawberry.enum(rules.FactProblem, description="Why a fact cannot be.")
describe_values(
    rules.FactProblem,
    {
        "CUSTOMER": "No customer has such a subject, or the issuer is not that of this server's tokens.",
        "ID": "The id is empty, longer than 200 characters, or not printable.",
        "CHANNEL": "The channel is not 1 to 32 of a-z, 0-9, '-' and '_'.",
        "FUTURE": "It is said to have happened in the future.",
        "PAST": "It is said to have happened before 1900.",
    },
)
PROBLEMS = {
    rules.FactProblem.CUSTOMER: ("There can be no such customer.", "不可能存在这样的客户。"),
    rules.FactProblem.ID: ("The id must have 1 to 200 printable characters.", "编号须为 1 到 200 个可显示字符。"),
    rules.FactProblem.CHANNEL: (
        "The channel must be 1 to 32 of a-z, 0-9, '-' and '_'.",
        "渠道须为 1 到 32 个 a-z、0-9、“-”或“_”字符。",
    ),
    rules.FactProblem.FUTURE: ("It is said to have happened in the future.", "上报的发生时间在未来。"),
    rules.FactProblem.PAST: ("It is said to have happened before 1900.", "上报的发生时间早于 1900 年。"),
}
"""In English and Chinese."""


class HasProblem(Protocol):
    @property
    def problem(self) -> rules.FactProblem: ...


def problem_in_words(row: HasProblem, *, language: str) -> str:
    english, chinese = PROBLEMS[row.problem]
    return chinese if language == "zh" else english


@shows(FactRow, description="Something that a customer did, as another system reported it.", seen_by=SIGNED_IN)
class Activity:
    action: Action = column("What they did.", name="kind")
    occurred_at: datetime = column("When they did it.")
    source: str = column("The system that reported it.")
    external_id: str = column("Its id in the system that reported it.")
    channel: str | None = column("Where it was done: app, store, and so on.")


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryActivity:
    activity: Activity | None = batched(
        queries.activities_by_id, "What was done that made the points move.", key=("member_id", "cause_id")
    )


@strawberry.input(description="Something that a customer did.")
class ActivityInput:
    action: Action = strawberry.field(description="What they did.")
    customer: CustomerInput = strawberry.field(description="Who did it.")
    id: str = strawberry.field(
        description="Its id in the reporting system, one of those of the same action: 1 to 200 characters."
    )
    occurred_at: datetime = strawberry.field(description="When they did it.")
    channel: str | None = strawberry.field(default=None, description="Where it was done: app, store, and so on.")


@strawberry.input(description="What is to be reported of what customers did.")
class RecordActivitiesInput:
    activities: list[ActivityInput] = strawberry.field(description="1 to 500, in the order in which they are taken in.")
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    source: str | None = strawberry.field(
        default=None, description="The reporting system, one of the token's; not needed if the token has one."
    )


@shows(rules.ActivityRecorded, description="The activity is known.", seen_by=SIGNED_IN)
class RecordActivitySuccess:
    activity: Activity = batched(queries.activities_by_id, "What was done.", key=("member_id", "fact_id"))
    member: Member = batched(members.members_by_id, "Who did it.", key="member_id")
    points: int = column("Points that it earned, as far as caps left them.")
    growth: int = column("Growth that it brought, as far as caps left it.")
    replayed: bool = column("True if it had been reported before, and nothing was done now.")


@shows(
    rules.InvalidFact,
    description="What was reported makes no sense: do not report it again as it is.",
    seen_by=SIGNED_IN,
)
class InvalidFact(Refusal):
    code: RefusalCode = refused_as(RefusalCode.INVALID_FACT)
    message: str = computed(problem_in_words, "Why, for people, in the language asked for.")
    problem: rules.FactProblem = column("What is wrong with it.")


RecordActivityResult = Annotated[
    RecordActivitySuccess | FactKept | FactConflict | NotAMember | InvalidFact,
    strawberry.union("RecordActivityResult", description="What came of reporting one activity."),
]


def activities_to_record(context: Context, input: RecordActivitiesInput) -> Sequence[Work]:
    """May raise BadInput, Forbidden: of the list as a whole; then nothing is done."""
    program, source = program_asked(context, input.program), source_of(context.viewer, input.source)
    if not 0 < len(input.activities) <= rules.MOST_ACTIVITIES:
        raise BadInput(f"'activities' must be 1 to {rules.MOST_ACTIVITIES}.")
    return [partial(record_one, context, sent, program=program, source=source) for sent in input.activities]


async def record_one(
    context: Context, sent: ActivityInput, *, program: ProgramVersion, source: str
) -> rules.ActivityRecorded | kept.FactKept:
    return await commands.record_activity(
        context.tx,
        programs=context.get(Programs),
        program=program.code,
        identity=customer_meant(sent.customer, viewer=context.viewer),
        activity=reported_activity(sent, source=source),
        now=context.now,
    )


@extends(Mutation)
class ActivityMutations:
    @mutations(
        description=(
            "Report what customers did: reviews, shares, posts, answers, logins, completed profiles. Each is taken in "
            "by itself, in order, and has its own result at its place; one that is null, with an error at its path, "
            "is to be sent again. Its id makes each safe to repeat."
        ),
        seen_by=frozenset((Role.SERVICE,)),
    )
    @staticmethod
    async def record_activities(info: Info, input: RecordActivitiesInput) -> list[RecordActivityResult | None] | None:
        return activities_to_record(info.context, input)  # pyright: ignore[reportReturnType]
