"""Which program a request is about."""

from app.errors import BadInput
from app.graph import Context, Role

from .rules import Programs, ProgramVersion, UnknownProgram


def program_asked(context: Context, code: str | None) -> ProgramVersion:
    """The program that an argument names, else the token, else the shop's default; its present version.

    May raise BadInput: none is named, or there is none of that name for the caller.
    """
    return context.get(Programs).current(code_asked(context, code), context.now)


def code_asked(context: Context, code: str | None) -> str:
    """The code of the program that is meant, whether it was ever published or not.

    May raise BadInput: none is named, or it is not one of the caller's. Staff and services are told the same of
    another's program as of one that does not exist (R43).
    """
    programs, viewer = context.get(Programs), context.viewer
    asked = code or viewer.program or programs.default
    if asked is None:
        raise BadInput("Name a program: neither the argument 'program' nor your token does.")
    limited = viewer.role not in (Role.MEMBER, Role.VISITOR)
    if limited and asked not in viewer.programs:
        raise UnknownProgram(asked)
    return asked
