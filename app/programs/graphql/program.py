"""What a client sees of programs."""

from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

import strawberry

from app.db import Reader
from app.graph import EVERYONE, Context, Query, batched, column, computed, describe_values, extends, shows
from app.programs import money
from app.programs.asked import program_asked
from app.programs.rules import ProgramVersion
from app.programs.section import ProgramKind
from app.programs.words import name_of

strawberry.enum(ProgramKind, description="Whose program it is.")
describe_values(
    ProgramKind,
    {"PLATFORM": "A platform's club: its members buy from many brands.", "BRAND": "One brand's own program."},
)


@shows(money.Money, description="An amount of money.", seen_by=EVERYONE)
class Money:
    amount: Decimal = computed(money.decimal_of, "The amount as a decimal number, in the currency's unit: 12.50.")
    currency: str = column("The currency (ISO 4217).")


class HasZone(Protocol):
    @property
    def zone(self) -> ZoneInfo: ...


def time_zone_of(version: HasZone) -> str:
    return version.zone.key


async def program(db: Reader, *, context: Context, code: str | None = None) -> ProgramVersion:
    """The rules in force now. May raise BadInput: no such program."""
    return program_asked(context, code)


@shows(ProgramVersion, description="A membership program, as its rules are now.", seen_by=EVERYONE)
class Program:
    code: str = column("Stable code for use in software; never changes.")
    kind: ProgramKind = column("Whose program it is.")
    name: str = computed(name_of, "Its name for people, in the language asked for.")
    version: int = column("Number of the version of its rules that is in force.", name="number")
    time_zone: str = computed(time_zone_of, "Days, months and years of the program are those of this time zone (IANA).")
    currency: str = column("Currency of its amounts (ISO 4217).")


@extends(Query, seen_by=EVERYONE)
class ProgramQueries:
    program: Program = batched(
        program,
        "A program and its rules: what every member and visitor may know. These are the rules for all, also for a "
        "member on whom others are being tried: theirs are in `Member.program`.",
        key=None,
        arguments={"code": "Its code; without it the token's own program, else the shop's default."},
    )
