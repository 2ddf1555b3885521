"""Which program a request is about, and what the amounts in it come to in its currency."""

from decimal import Decimal

from app.errors import BadInput
from app.graph import Context, Role, Viewer

from .money import minor_units
from .rules import Programs, ProgramVersion, UnknownProgram

MOST_DIGITS = 30
"""Of an amount as it is sent: what is longer or larger is not looked at."""


def program_asked(context: Context, code: str | None) -> ProgramVersion:
    """The program that an argument names, else the token, else the shop's default; its present version.

    May raise BadInput: none is named, or there is none of that name for the caller.
    """
    programs = context.get(Programs)
    return programs.current(_code(programs, context.viewer, code), context.now)


def code_asked(context: Context, code: str | None) -> str:
    """The code of the program that is meant, whether it was ever published or not.

    May raise BadInput: none is named, or it is not one of the caller's. Staff and services are told the same of
    another's program as of one that does not exist (R43).
    """
    return _code(context.get(Programs), context.viewer, code)


def _code(programs: Programs, viewer: Viewer, code: str | None) -> str:
    asked = code or viewer.program or programs.default
    if asked is None:
        raise BadInput("Name a program: neither the argument 'program' nor your token does.")
    limited = viewer.role not in (Role.MEMBER, Role.VISITOR)
    if limited and asked not in viewer.programs:
        raise UnknownProgram(asked)
    return asked


def check_currency(currency: str, *, program: ProgramVersion) -> None:
    """May raise BadInput: amounts are in another currency than the program's."""
    if currency != program.currency:
        raise BadInput(f"The program's currency is {program.currency}, not {currency[:3]!r}.")


def minor_asked(name: str, sent: Decimal, *, digits: int) -> int:
    """An amount in minor units of a currency with so many decimals (R12). May raise BadInput."""
    if not sent.is_finite() or abs(sent.adjusted()) > MOST_DIGITS or len(str(sent)) > MOST_DIGITS:
        raise BadInput(f"'{name}' is not an amount of money.")
    if sent < 0:
        raise BadInput(f"'{name}' must be 0 or more.")
    try:
        return minor_units(format(sent.copy_abs(), "f"), digits=digits)
    except ValueError as wrong:
        raise BadInput(f"'{name}': {wrong}.") from None
