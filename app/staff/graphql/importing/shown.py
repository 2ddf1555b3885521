"""What is shown of an import: how far it is, and what came, or would come, of it."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import strawberry

from app.facts.importing import kinds, queries
from app.facts.importing.models import ImportChangeRow, ImportNotTakenRow, ImportRunRow
from app.facts.importing.runs import Move, moves_of
from app.graph import Connection, batched, column, computed, describe_values, shows
from app.graph.ids import global_id, name_ids
from app.staff import rules
from app.staff.graphql.adjustments import StaffMember
from app.staff.graphql.audit import CHECKING

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


def called(field: Any, name: str) -> Any:
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
