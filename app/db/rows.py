"""What a row is: an asyncpg record of one table, or a frozen dataclass made by the rules.

Both are read by attribute (`row.joined_at`), so that rules and resolvers need not know which they
were given; a record is read faster by key, which generated code does.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, get_type_hints

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Boolean, DateTime, Integer, SmallInteger, String, Text, TypeDecorator
from sqlmodel import SQLModel

PLACE_IN_ORDER = "place"


class Row(asyncpg.Record):
    """A record whose columns are attributes as well. One subclass for each table."""

    __slots__ = ()

    @property
    def place(self) -> str | None:
        """Where it is in a list that was asked for in an order of its own (see `paging.OrderedPage`)."""
        return self.get(PLACE_IN_ORDER)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


@dataclasses.dataclass(frozen=True)
class Fact:
    """What is certain about a column, because Postgres holds it: whoever reads it need not check."""

    kind: type | None
    """int (fits GraphQL's 32 bits), str, bool, datetime; None if nothing is certain."""
    nullable: bool


UNCERTAIN = Fact(None, nullable=True)


@cache
def record_of(model: type) -> type[Row]:
    """The class of the records of a SQLModel table: told apart by class, read by attribute."""
    columns = table_of(model).columns.keys()
    attributes = {name: property(itemgetter(name)) for name in columns}
    return type(model.__name__, (Row,), {"__slots__": (), **attributes})


@cache
def written_of(model: type) -> type[Any]:
    """The class of rows as they were written, each column a value. They are read as records of the table are, and pass
    for these: only the driver can make a record."""
    record, columns = record_of(model), table_of(model).columns.keys()
    attributes = {name: getattr(record, name) for name in columns}
    return type(model.__name__, (dict,), {"__slots__": (), "__class__": record, **attributes})


def table_of(model: Any) -> Any:
    return model.__table__


def is_table(kind: Any) -> bool:
    return issubclass(kind, SQLModel) and hasattr(kind, "__table__")


def runtime_class(kind: type) -> type:
    """The class that objects of this kind have when they come along."""
    return record_of(kind) if is_table(kind) else kind


@cache
def facts_of(kind: Any) -> Mapping[str, Fact]:
    """The columns of a kind of row, with what is certain about each."""
    if is_table(kind):
        return {column.key: Fact(_kind(column.type), column.nullable) for column in table_of(kind).columns}
    fields = list(kind.model_fields) if issubclass(kind, BaseModel) else list(get_type_hints(kind))
    return dict.fromkeys(fields, UNCERTAIN)


def _kind(sql_type: Any) -> type | None:
    plain = sql_type.impl if isinstance(sql_type, TypeDecorator) else sql_type
    if isinstance(plain, DateTime):
        return datetime if plain.timezone else None
    certain: dict[Any, type] = {Integer: int, SmallInteger: int, String: str, Text: str, Boolean: bool}
    return certain.get(plain.__class__)
