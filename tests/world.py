"""A small world for tests: programs published, callers, the graph asked as a client would, and builders."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import ExecutionResult
from pydantic_settings import BaseSettings

from app.compiled import CompiledExecution
from app.compiled.operation import Document
from app.customers.rules import Identity
from app.db import Database
from app.definition import PRESETS, programs_to_hold
from app.definition import read as read_anew
from app.facts import commands as facts
from app.facts.rules import (
    FactKept,
    Line,
    LineRefund,
    OrderRecorded,
    RefundRecorded,
    Report,
    ReportedOrder,
    ReportedRefund,
)
from app.facts.rules.activities import ActivityRecorded
from app.graph import Context, Role, Viewer
from app.graph.execution import Execute
from app.graph.in_flight import KeysInFlight
from app.members import commands as members
from app.points.commands import settle_member
from app.programs.commands import publish
from app.programs.rules import Programs
from app.schema import schema

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUER = "https://id.example"
EXAMPLES = Path(__file__).parent.parent / "examples"
NUMBERS = count(1)
DOCUMENTS: OrderedDict[str, Document] = OrderedDict()
"""What was asked for in any world: to check and compile a document takes many times as long as to run it."""
MOST_DOCUMENTS = 500
read = lru_cache(256)(read_anew)
"""In place of the product's own (see conftest): nearly every test publishes the same files. What it gives is frozen."""
LONG_AGO = timedelta(days=3650)


class Way(BaseSettings):
    """How operations are executed that tests ask for without saying how: as the product's own setting says."""

    compiled: bool = True


COMPILED = Way().compiled


def ways(number: int) -> Mapping[str, int]:
    """What an execution has counted after so many operations: none was left to graphql-core or built with care, or all
    are executed the other way."""
    return {"compiled" if COMPILED else "uncompiled": number}


def customer(subject: str, **more: Any) -> Viewer:
    """A customer's token."""
    return Viewer(Role.MEMBER, ISSUER, subject, **more)


def staff(role: Role, *programs: str) -> Viewer:
    return Viewer(role, ISSUER, f"{role.value.lower()}-of-{'-'.join(programs)}", programs=frozenset(programs))


def service(
    *programs: str,
    sources: Sequence[str] = ("shop",),
    scopes: Sequence[str] = ("facts:write", "members:read", "points:hold", "benefits:use", "coupons:write"),
) -> Viewer:
    """The token of a system that reports orders, and may look at members, hold points and use benefits."""
    return Viewer(
        Role.SERVICE,
        ISSUER,
        "orders",
        programs=frozenset(programs),
        sources=frozenset(sources),
        scopes=frozenset(scopes),
    )


class KnowingExecution(CompiledExecution):
    """Of the product's graph, counted by itself. It knows documents as a server does that has run for a while."""

    def __init__(self) -> None:
        super().__init__(schema)

    def document(self, text: str) -> Document:
        known = DOCUMENTS.pop(text, None) or super().document(text)
        DOCUMENTS[text] = known
        if len(DOCUMENTS) > MOST_DOCUMENTS:
            DOCUMENTS.popitem(last=False)
        return known


@dataclass
class World:
    """A database with the programs `taobao-club` (joins automatically) and `brand-standard` (on request)."""

    database: Database
    programs: Programs
    now: datetime = NOON
    execution: CompiledExecution = field(default_factory=KnowingExecution)
    keys: KeysInFlight = field(default_factory=KeysInFlight)

    def context(self, viewer: Viewer, *, language: str = "en") -> Context:
        held: Mapping[type, Any] = {Programs: self.programs, KeysInFlight: self.keys}
        return Context(self.database, self.now, viewer, language, held=held)

    @property
    def execute(self) -> Execute:
        """Executes operations the compiled way, or the other if all tests are run that way (COMPILED=false)."""
        return self.execution.execute if COMPILED else self.execution.uncompiled

    async def ask(self, document: str, *, by: Viewer, language: str = "en", **variables: Any) -> ExecutionResult:
        """Execute an operation as the tests are run."""
        return await self.execute(document, variables, None, self.context(by, language=language))

    async def data(self, document: str, *, by: Viewer, language: str = "en", **variables: Any) -> dict[str, Any]:
        """What an operation gives that must go without errors."""
        result = await self.ask(document, by=by, language=language, **variables)
        assert not result.errors, result.errors
        assert result.data is not None
        return result.data

    async def publishes(self, text: str, *, effective_from: datetime | None = None, share: int | None = None) -> None:
        """A program's file: a new one, or the next version of one that there is, in force from an instant; for all, or
        tried on so many percent of the members."""
        at = (effective_from or self.now) - timedelta(days=1)
        async with self.database.transaction() as tx:
            await publish(
                tx,
                definition=read(text),
                now=at,
                published_by="tests",
                effective_from=effective_from,
                share=share,
            )
        await self.looks()

    async def looks(self) -> None:
        """What was published, and what operators made through the graph, is held by now."""
        self.programs = await held_programs(self.database, default=self.programs.default)

    async def joins(
        self, subject: str, *, program: str = "taobao-club", name: str | None = None, at: datetime | None = None
    ) -> UUID:
        """Make a customer a member since an instant: since long ago if none is said, so that all counts."""
        async with self.database.transaction() as tx:
            joined = await members.join_program(
                tx,
                program=self.programs.current(program, self.now),
                identity=Identity(ISSUER, subject),
                display_name=name,
                now=at or self.now - LONG_AGO,
            )
        return joined.member_id

    async def leaves(self, subject: str, *, program: str = "taobao-club") -> None:
        """End a customer's membership."""
        async with self.database.transaction() as tx:
            await members.leave_program(
                tx,
                program=self.programs.current(program, self.now),
                identity=Identity(ISSUER, subject),
                now=self.now,
            )

    async def orders(
        self,
        subject: str,
        amount: str | int,
        *,
        program: str = "taobao-club",
        order: str | None = None,
        paid: datetime | None = None,
        completed: datetime | None = None,
        lines: Sequence[Line] | None = None,
        now: datetime | None = None,
    ) -> OrderRecorded:
        """An order that is paid now, and completed if that is said. `amount` in the currency's unit."""
        minor = int(Decimal(amount) * 100)
        reported = ReportedOrder(
            source="shop",
            external_id=order or f"order-{next(NUMBERS)}",
            paid_at=paid or self.now,
            completed_at=completed,
            lines=lines or [Line(1, minor)],
        )
        return await self.reports(subject, reported, program=program, now=now)

    async def completes(
        self, subject: str, order: str, *, program: str = "taobao-club", at: datetime | None = None
    ) -> OrderRecorded:
        """An order that is completed now; whether it was paid is another matter."""
        return await self.reports(subject, ReportedOrder("shop", order, None, at or self.now, []), program=program)

    async def reports(
        self, subject: str, order: ReportedOrder, *, program: str = "taobao-club", now: datetime | None = None
    ) -> OrderRecorded:
        recorded = await self.reports_of(subject, order, program=program, now=now)
        assert isinstance(recorded, OrderRecorded)
        return recorded

    async def reports_of(
        self, subject: str, report: Report, *, program: str = "taobao-club", now: datetime | None = None
    ) -> OrderRecorded | RefundRecorded | ActivityRecorded | FactKept:
        """Whatever another system reports of a customer, who need not be a member."""
        to: Any = {"programs": self.programs, "program": program, "identity": Identity(ISSUER, subject)}
        async with self.database.transaction() as tx:
            if isinstance(report, ReportedOrder):
                return await facts.record_order(tx, order=report, now=now or self.now, **to)
            if isinstance(report, ReportedRefund):
                return await facts.record_refund(tx, refund=report, now=now or self.now, **to)
            return await facts.record_activity(tx, activity=report, now=now or self.now, **to)

    async def refunds(
        self,
        subject: str,
        order: str,
        lines: Mapping[int, str | int],
        *,
        refund: str | None = None,
        program: str = "taobao-club",
        at: datetime | None = None,
        now: datetime | None = None,
    ) -> RefundRecorded:
        """Something of an order is refunded now: amounts by the lines' places, in the currency's unit."""
        report = ReportedRefund(
            source="shop",
            external_id=refund or f"refund-{next(NUMBERS)}",
            order=order,
            refunded_at=at or self.now,
            lines=[LineRefund(number, int(Decimal(amount) * 100)) for number, amount in lines.items()],
        )
        recorded = await self.reports_of(subject, report, program=program, now=now)
        assert isinstance(recorded, RefundRecorded)
        return recorded

    async def settles(self, member_id: UUID) -> None:
        """What is due by now is entered, as the job does it."""
        async with self.database.transaction() as tx:
            await settle_member(tx, member_id=member_id, now=self.now)


async def published(database: Database, *files: Path, default: str | None = None) -> Programs:
    """Publish files and read them back as a process holds them."""
    for file in files:
        async with database.transaction() as tx:
            await publish(tx, definition=read(file.read_text("utf-8")), now=NOON, published_by="tests")
    return await held_programs(database, default=default)


async def held_programs(database: Database, *, default: str | None) -> Programs:
    """What is published, as a process holds it."""
    programs = programs_to_hold(default=default)
    await programs.load(database)
    return programs.programs


async def new_world(database: Database) -> World:
    files = (PRESETS / "taobao-club.toml", PRESETS / "brand-standard.toml")
    return World(database, await published(database, *files, default="taobao-club"))
