"""What staff see of the versions of a program's file as they were published."""

from datetime import datetime

from app.graph import Query, Role, batched, column, extends, shows
from app.programs import queries
from app.programs.models import ProgramVersionRow

SETTING = frozenset((Role.OPERATOR, Role.AUDITOR))


@shows(ProgramVersionRow, description="A version of a program's file, as it was published.", seen_by=SETTING)
class PublishedVersion:
    program: str = column("The program's code.")
    number: int = column("1 for the first that was published, then 2 and so on.")
    effective_from: datetime = column(
        "From when it is in force, until the next; never, if one that was published later is in force from then or "
        "earlier."
    )
    published_at: datetime = column("When it was published.")
    published_by: str = column("Who published it: a name from the command line, else issuer and subject of a token.")
    file: str = column("The file (TOML), as it was published.")
    share: int | None = column(
        "On how many percent of the members it is tried, until a later version is in force for all; null: it is for "
        "all. Nothing else of it is written: who is among them follows from their ids."
    )


@extends(Query)
class VersionQueries:
    published_version: PublishedVersion | None = batched(
        queries.version_asked,
        "A program's file, to be looked at and worked on: the version published last, or the one of a number; null if "
        "there is none.",
        key=None,
        seen_by=SETTING,
        arguments={"number": "Of which version; without it the one that was published last."},
    )
