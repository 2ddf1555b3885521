"""How an operator imports members and their orders."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.errors import BadInput
from app.facts.importing import kinds, queries, uploading
from app.facts.importing.terms import Origin
from app.facts.rules import Brings
from app.graph import Info, Mutation, Refusal, RefusalCode, batched, extends, mutation, refused_as, said, shows
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.staff import commands
from app.staff.asked import staff_asking
from app.staff.graphql.audit import CHECKING
from app.staff.graphql.comparing import OPERATORS

from .inputs import AddImportPartInput, CreateImportInput, StartImportInput, columns_of
from .queries import import_seen
from .shown import Import, called


@shows(kinds.ImportAsked, description="The import is as it was asked to be.", seen_by=CHECKING)
class ImportSuccess:
    import_: Import = called(batched(queries.runs_by_id, "The import.", key="run_id"), "import")


@shows(kinds.ImportNotOpen, description="It was started: nothing can be changed of it any more.", seen_by=CHECKING)
class ImportNotOpen(Refusal):
    code: RefusalCode = refused_as(RefusalCode.IMPORT_NOT_OPEN)
    message: str = said(en="The import was started before.", zh="该导入已启动。")
    import_: Import = called(batched(queries.runs_by_id, "The import.", key="run_id"), "import")


ImportResult = Annotated[
    ImportSuccess | ImportNotOpen, strawberry.union("ImportResult", description="What came of changing an import.")
]


async def _changed(info: Info, asked: strawberry.ID) -> UUID:
    """The import that is to be changed. May raise BadInput: there is none for the caller."""
    run = await import_seen(info.context.tx, context=info.context, id=asked)
    if run is None:
        raise BadInput(uploading.NO_IMPORT)
    return run.id


@extends(Mutation)
class ImportMutations:
    @mutation(
        description="Begin an import of members or of orders: nothing is taken before it is started.",
        seen_by=OPERATORS,
    )
    @staticmethod
    async def create_import(info: Info, input: CreateImportInput) -> ImportResult | None:
        context = info.context
        program, columns, by = program_asked(context, input.program), columns_of(input), staff_asking(context)
        Origin(program.code, input.source, by.person.issuer)
        return await commands.ask_for_import(  # pyright: ignore[reportReturnType]
            context.tx,
            program=program,
            source=input.source,
            columns=columns,
            brings=Brings(input.points, input.gifts),
            to_today=input.shift_dates,
            is_dry=input.dry_run,
            by=by,
            now=context.now,
        )

    @mutation(
        description="Add a part of its file to an import. What is wrong with the file as a whole is told at once. Who "
        "added it is on record.",
        seen_by=OPERATORS,
    )
    @staticmethod
    async def add_import_part(info: Info, input: AddImportPartInput) -> ImportResult | None:
        return await commands.add_asked_part(  # pyright: ignore[reportReturnType]
            info.context.tx,
            programs=info.context.get(Programs),
            run_id=await _changed(info, input.id),
            number=input.number,
            text=input.text,
            by=staff_asking(info.context),
            now=info.context.now,
        )

    @mutation(
        description="Have the worker do an import whose file is whole. Who said so is on record.",
        seen_by=OPERATORS,
    )
    @staticmethod
    async def start_import(info: Info, input: StartImportInput) -> ImportResult | None:
        return await commands.start_asked_import(  # pyright: ignore[reportReturnType]
            info.context.tx,
            run_id=await _changed(info, input.id),
            by=staff_asking(info.context),
            now=info.context.now,
        )
