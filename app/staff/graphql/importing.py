"""How an operator imports members and their orders, looks at what would come of it, and at how far it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

import strawberry

from app.db import Columns, Page, Reader
from app.errors import BadInput
from app.facts.importing import kinds, queries, uploading
from app.facts.importing.commands import Origin
from app.facts.importing.models import ImportChangeRow, ImportNotTakenRow, ImportRunRow
from app.facts.importing.reading import Mapped, MappedMembers
from app.facts.importing.runs import Move, moves_of
from app.facts.rules import Brings
from app.graph import (
    Connection,
    Context,
    Info,
    Mutation,
    Query,
    Refusal,
    RefusalCode,
    Role,
    batched,
    column,
    computed,
    describe_values,
    extends,
    mutation,
    refused_as,
    said,
    shows,
)
from app.graph.ids import global_id, key_of, name_ids
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.staff import commands, rules
from app.staff.asked import staff_asking

from .adjustments import StaffMember
from .audit import CHECKING

OPERATORS = frozenset((Role.OPERATOR,))
PREFIX = rules.AuditedKind.IMPORT.value
name_ids(PREFIX, keys=1)

strawberry.enum(kinds.ImportKind, description="What a file says.")
describe_values(
    kinds.ImportKind,
    {"MEMBERS": "Who was a member before, and the tier they held.", "ORDERS": "What customers ordered, and when."},
)
strawberry.enum(kinds.ImportState, description="How far an import is.")
describe_values(
    kinds.ImportState,
    {
        "UPLOADING": "Its file is not whole yet, or nobody has started it.",
        "PENDING": "It waits for the worker.",
        "RUNNING": "The worker is at it.",
        "DONE": "All lines were come to; those that could not be taken are told.",
        "FAILED": "It could not be gone on with.",
    },
)


def _called(field: Any, name: str) -> Any:
    """A field by a name that Python keeps to itself."""
    field.graphql_name = name
    return field


class HasRun(Protocol):
    @property
    def id(self) -> UUID: ...


class HasMoves(Protocol):
    @property
    def moves(self) -> str: ...


class HasAsker(Protocol):
    @property
    def by_issuer(self) -> str | None: ...
    @property
    def by_subject(self) -> str | None: ...


def id_of(row: HasRun) -> strawberry.ID:
    return strawberry.ID(global_id(PREFIX, row.id))


def moves_told(row: HasMoves) -> list[Move]:
    return [Move(*tiers, members=number) for tiers, number in sorted(moves_of(row.moves).items())]


def asked_by(row: HasAsker) -> rules.StaffMember:
    return rules.StaffMember(row.by_issuer or "", row.by_subject or "")


@shows(ImportNotTakenRow, description="A line of a file of which nothing was taken.", seen_by=CHECKING)
class ImportLineNotTaken:
    line: int = column("Its number in the file, from 1.")
    reason: str = column("What is wrong with it, in English.")


@shows(ImportChangeRow, description="A member whom an import would change.", seen_by=CHECKING)
class ImportChange:
    customer: str = column("The customer: subject of their tokens.")
    is_new: bool = column("Whether they would become a member by it.")
    tier_before: str = column("Code of the tier held before; of the base tier for who was no member.")
    tier_after: str = column("Code of the tier held after.")
    growth_before: int = column("Growth that counted before.")
    growth_after: int = column("Growth that counts after.")
    orders: int = column("New orders.")


@shows(Move, description="Members who would go from one tier to another, or stay.", seen_by=CHECKING)
class ImportMove:
    tier_before: str = column("Code of the tier held before.")
    tier_after: str = column("Code of the tier held after.")
    members: int = column("How many.")


@shows(
    ImportRunRow,
    description="An import of members or of their orders, or the trying of one. Done again it changes nothing.",
    seen_by=CHECKING,
)
class Import:
    id: strawberry.ID = computed(id_of, "Its global id.")
    kind: kinds.ImportKind = column("What its file says.")
    state: kinds.ImportState = column("How far it is.")
    source: str = column("The system that the orders are from: their ids are its.")
    dry_run: bool = column("Whether it only tells what would change.")
    points: bool = column("Whether orders are credited with points as well.")
    gifts: bool = column("Whether tiers that are reached give their gifts.")
    parts: int = column("Parts of the file that were uploaded.")
    lines_total: int = column("Lines of the file that are, or should be, orders or members.", name="lines")
    lines_done: int = column("Lines that were come to.", name="done")
    new: int = column("Lines that brought something new.")
    known: int = column(
        "Lines of which nothing was new: orders that were recorded before, members taken over as they say."
    )
    members: int = column("Customers who were come to.")
    shift_days: int | None = column("By how many days all orders are moved; null until it is started.")
    problem: str | None = column("Why it failed, in English.")
    asked_by: StaffMember = computed(asked_by, "Who asked for it.")
    created_at: datetime = column("When they did.")
    started_at: datetime | None = column("When the worker began: the present, for all of it.")
    finished_at: datetime | None = column("When it was done, or had failed.")
    moves: list[ImportMove] = computed(moves_told, "By tiers, how many members a dry run would move, or leave there.")
    not_taken: Connection[ImportLineNotTaken] = batched(
        queries.lines_not_taken,
        "Lines that could not be taken, in their order.",
        key="id",
        total=queries.numbers_not_taken,
    )
    changes: Connection[ImportChange] = batched(
        queries.changes_of_runs,
        "Of a dry run: the members who would change.",
        key="id",
        total=queries.numbers_of_changes,
    )


@strawberry.input(description="Which column of a file of orders is what, by the names in its first line.")
class OrderColumnsInput:
    customer: str = strawberry.field(default=Mapped.customer, description="The customer: `sub` of their tokens.")
    date: str = strawberry.field(default=Mapped.date, description="Day or instant at which it was paid and completed.")
    amount: str = strawberry.field(default=Mapped.amount, description="What was paid, in the program's currency.")
    quantity: str | None = strawberry.field(default=None, description="Number of things; null: one.")
    order: str | None = strawberry.field(default=None, description="The order's id; null: there is none.")


@strawberry.input(description="Which column of a file of members is what, by the names in its first line.")
class MemberColumnsInput:
    customer: str = strawberry.field(default=MappedMembers.customer, description="The customer: `sub` of their tokens.")
    tier: str | None = strawberry.field(default=MappedMembers.tier, description="Code of the tier held; null: none.")
    joined: str = strawberry.field(default=MappedMembers.joined, description="Day or instant since which they are.")
    growth: str | None = strawberry.field(default=None, description="Growth that is known; null: none.")


@strawberry.input(description="What is to be imported, and how. Say either `orders` or `members`.")
class CreateImportInput:
    program: str | None = strawberry.field(
        default=None, description="Code of the program; without it the token's own, else the shop's default."
    )
    source: str = strawberry.field(default="history", description="The system that the orders are from.")
    orders: OrderColumnsInput | None = strawberry.field(default=None, description="The columns of a file of orders.")
    members: MemberColumnsInput | None = strawberry.field(
        default=None, description="The columns of a file of members. Import members before their orders."
    )
    dry_run: bool = strawberry.field(
        default=False,
        description="Change nothing, only tell what would change. Each customer is locked while their lines are gone "
        "through: what is reported of one with very many orders meanwhile may have to be reported again.",
    )
    points: bool = strawberry.field(default=False, description="Credit points for orders as well: much slower.")
    gifts: bool = strawberry.field(default=False, description="Give what tiers give for being reached, once.")
    shift_dates: bool = strawberry.field(
        default=False, description="Move all orders by whole days, so that the last is of today."
    )


@strawberry.input(description="A part of an import's file.")
class AddImportPartInput:
    id: strawberry.ID = strawberry.field(description="Of which import: its global id.")
    number: int = strawberry.field(description="The how-manieth part, from 1. The last one may be sent again.")
    text: str = strawberry.field(
        description="Whole lines of CSV, in UTF-8. The first line of the first part names the columns."
    )


@strawberry.input(description="The import to start.")
class StartImportInput:
    id: strawberry.ID = strawberry.field(description="Its global id.")


@shows(kinds.ImportAsked, description="The import is as it was asked to be.", seen_by=CHECKING)
class ImportSuccess:
    import_: Import = _called(batched(queries.runs_by_id, "The import.", key="run_id"), "import")


@shows(kinds.ImportNotOpen, description="It was started: nothing can be changed of it any more.", seen_by=CHECKING)
class ImportNotOpen(Refusal):
    code: RefusalCode = refused_as(RefusalCode.IMPORT_NOT_OPEN)
    message: str = said(en="The import was started before.", zh="该导入已启动。")
    import_: Import = _called(batched(queries.runs_by_id, "The import.", key="run_id"), "import")


ImportResult = Annotated[
    ImportSuccess | ImportNotOpen, strawberry.union("ImportResult", description="What came of changing an import.")
]


async def import_seen(
    db: Reader, *, context: Context, id: strawberry.ID, columns: Columns = None
) -> ImportRunRow | None:
    """An import by its global id, for those who may see it; None for all others (R43). May raise BadInput."""
    return await _seen(db, context, id)


async def _seen(db: Reader, context: Context, asked: str) -> ImportRunRow | None:
    key = key_of(asked, PREFIX)
    (run,) = await queries.runs_by_id(db, [key]) if isinstance(key, UUID) else [None]
    is_theirs = run is not None and run.by_issuer is not None and run.program in context.viewer.programs
    return run if is_theirs else None


async def imports_seen(
    db: Reader, *, context: Context, page: Page, program: str | None = None, columns: Columns = None
) -> Sequence[ImportRunRow]:
    return await queries.runs_of_program(db, program_asked(context, program).code, page=page, columns=columns)


async def number_of_imports(db: Reader, *, context: Context, program: str | None = None) -> int:
    return await queries.number_of_runs(db, program_asked(context, program).code)


async def _changed(info: Info, asked: str) -> UUID:
    """The import that is to be changed. May raise BadInput: there is none for the caller."""
    run = await _seen(info.context.tx, info.context, asked)
    if run is None:
        raise BadInput(uploading.NO_IMPORT)
    return run.id


def _columns(input: CreateImportInput) -> Mapped | MappedMembers:
    if input.orders is not None and input.members is None:
        return Mapped(**vars(input.orders))
    if input.members is not None and input.orders is None:
        return MappedMembers(**vars(input.members))
    raise BadInput("Say either 'orders' or 'members'.")


@extends(Query, seen_by=CHECKING)
class ImportQueries:
    import_: Import | None = _called(
        batched(import_seen, "An import, by its id; null if there is no such import for you.", key=None), "import"
    )
    imports: Connection[Import] = batched(
        imports_seen,
        "Imports into a program that staff asked for, the last first.",
        key=None,
        total=number_of_imports,
    )


@extends(Mutation)
class ImportMutations:
    @mutation(
        description="Begin an import of members or of orders: nothing is taken before it is started.",
        seen_by=OPERATORS,
    )
    @staticmethod
    async def create_import(info: Info, input: CreateImportInput) -> ImportResult | None:
        context = info.context
        program, columns, by = program_asked(context, input.program), _columns(input), staff_asking(context)
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
        description="Add a part of its file to an import. What is wrong with the file as a whole is told at once.",
        seen_by=OPERATORS,
    )
    @staticmethod
    async def add_import_part(info: Info, input: AddImportPartInput) -> ImportResult | None:
        return await uploading.add_part(  # pyright: ignore[reportReturnType]
            info.context.tx,
            programs=info.context.get(Programs),
            run_id=await _changed(info, input.id),
            number=input.number,
            text=input.text,
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
