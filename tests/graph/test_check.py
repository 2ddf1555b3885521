"""Declarations that do not fit each other are found when the graph is built."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from app.graph import EVERYONE, Graph, Query, batched, column, computed, extends, shows
from app.graph.check import misfits
from app.members.graphql import Member
from app.points import queries as points
from app.points.graphql import Points, PointsEntry
from app.schema import EXTENSIONS, schema


@dataclass(frozen=True)
class Thing:
    name: str

    @property
    def loud(self) -> str:
        return self.name.upper()


@shows(Thing, description="One.", seen_by=EVERYONE)
class One:
    name: str = column("Its name.")
    loud: str = column("Loud.")
    quiet: str = column("It has none.")


@shows(Thing, description="Another.", seen_by=EVERYONE)
class Another:
    name: str = column("Its name.")


Either = Annotated[One | Another, strawberry.union("Either")]


async def things(db: Any) -> Sequence[Thing]:
    return []


async def once(db: Any) -> Iterator[Thing]:
    return iter([])


def thing_of(row: Any) -> Thing:
    return Thing("x")


@extends(Member, seen_by=EVERYONE)
class WrongMember:
    first: list[PointsEntry] = batched(points.entries_of_members, "Of no such column.", key="number")
    second: list[Member] = batched(points.entries_of_members, "Rows of another type.", key="id")
    third: Points = computed(thing_of, "A row of another type.")


@extends(Query, seen_by=EVERYONE)
class WrongQuery:
    fine: list[One] = batched(things, "Things.", key=None)
    gone: list[One] = batched(once, "An iterator.", key=None)
    either: Either | None = batched(things, "One or another.", key=None)


@extends(Query)
class Unseen:
    unseen: list[Another] = batched(things, "For nobody.", key=None)

    @strawberry.field(description="Undeclared.")
    @staticmethod
    def plain() -> int:
        return 1


def test_the_real_graph_fits() -> None:
    assert list(misfits(schema.core)) == []


def test_each_misfit_is_told_by_where_it_is() -> None:
    graph = Graph(extended_by=[*EXTENSIONS, WrongMember, WrongQuery, Unseen], config=schema.config)
    assert {sentence.split(",")[0].removesuffix(".") for sentence in misfits(graph.core)} == {
        "Member.first reads 'number'",
        "Member.second shows MemberRow",
        "Member.third shows Balance",
        "One.quiet reads 'quiet'",
        "Query.gone shows a list",
        "Either cannot tell Another from One",
        "Query.unseen does not say who may see it",
        "Query.plain is neither declared nor a mutation",
    }
