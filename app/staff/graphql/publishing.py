"""How an operator publishes a program's file."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.graph import (
    Info,
    Mutation,
    Refusal,
    RefusalCode,
    batched,
    column,
    extends,
    mutation,
    refused_as,
    said,
    shows,
)
from app.programs import outcomes
from app.programs.asked import code_asked
from app.programs.graphql import PublishedVersion
from app.programs.queries import versions_by_number
from app.programs.rules import Programs
from app.staff import commands, rules
from app.staff.asked import program_to_publish, staff_asking

from .comparing import OPERATORS, ProgramProblem

THE_VERSION = ("program", "number")


@strawberry.input(description="Make a file the next version of a program's rules.")
class PublishProgramInput:
    idempotency_key: UUID = strawberry.field(
        description="Made new for each wish to publish, kept for its retries: then it happens once."
    )
    file: str = strawberry.field(description="The file (TOML). It names the program, which must be the one meant.")
    expected_version: int = strawberry.field(
        description="Number of the version that it was compared with, 0 if there was none: if another one was "
        "published since, nothing is done."
    )
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    effective_from: datetime | None = strawberry.field(
        default=None,
        description="From when it is in force, at least 2 seconds from now; without it from as soon as every server "
        "knows it. A first version is in force since ever, and must not say.",
    )
    share: int | None = strawberry.field(
        default=None,
        description="Try it on so many percent of the members first, 1 to 99; without it, it is for all, and ends what "
        "is being tried. Which members is settled by their ids: a larger share later only adds some, and one that is "
        "smaller than that of what is being tried cannot be chosen. A first version is for all.",
    )
    reason: str | None = strawberry.field(
        default=None, description="Why, for colleagues and auditors: 3 to 500 visible characters. No personal data."
    )


@shows(outcomes.ProgramPublished, description="The file is the next version of the program.", seen_by=OPERATORS)
class PublishProgramSuccess:
    version: PublishedVersion = batched(versions_by_number, "The version.", key=THE_VERSION)
    replayed: bool = column("True if this key had done it before, and nothing was done now.")


@shows(outcomes.WrongProgramFile, description="The file cannot be published.", seen_by=OPERATORS)
class WrongProgramFile(Refusal):
    code: RefusalCode = refused_as(RefusalCode.WRONG_PROGRAM_FILE)
    message: str = said(en="There is something wrong with the file.", zh="文件有误。")
    problems: list[ProgramProblem] = column("All that is wrong with it, at most 100.")


@shows(
    outcomes.NothingDifferent,
    description="The file says what the newest version says, whatever its comments, and is for the same members.",
    seen_by=OPERATORS,
)
class NothingDifferent(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NOTHING_DIFFERENT)
    message: str = said(en="Nothing is different from version {number}.", zh="与第 {number} 版没有差别。")
    version: PublishedVersion = batched(versions_by_number, "The newest version.", key=THE_VERSION)


@shows(
    outcomes.NewerVersion,
    description="The newest version is not the one that the file was compared with.",
    seen_by=OPERATORS,
)
class NewerVersion(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NEWER_VERSION)
    message: str = said(
        en="The newest version is {number}. Compare the file with it first.",
        zh="最新版本是第 {number} 版，请先与其比较。",
    )
    number: int = column("Number of the newest version; 0 if there is none.")
    newest: PublishedVersion | None = batched(
        versions_by_number, "The newest version; null if there is none.", key=THE_VERSION
    )


PublishProgramResult = Annotated[
    PublishProgramSuccess | WrongProgramFile | NothingDifferent | NewerVersion,
    strawberry.union("PublishProgramResult", description="What came of publishing a program's file."),
]


@extends(Mutation)
class PublishingMutations:
    @mutation(
        description="Publish a program's file: every server works by it from when it is in force. It is on record who "
        "did. Look at `compareProgram` first.",
        seen_by=OPERATORS,
        keyed_to=program_to_publish,
    )
    @staticmethod
    async def publish_program(info: Info, input: PublishProgramInput) -> PublishProgramResult | None:
        context = info.context
        return await commands.publish_program(  # pyright: ignore[reportReturnType]
            context.tx,
            programs=context.get(Programs),
            program=code_asked(context, input.program),
            file=input.file,
            expected=input.expected_version,
            effective_from=input.effective_from,
            share=input.share,
            reason=None if input.reason is None else rules.reason_given(input.reason),
            by=staff_asking(context),
            now=context.now,
        )
