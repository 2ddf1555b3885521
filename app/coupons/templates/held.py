"""Coupon templates as every process holds them: those of a program's file by version, and those that operators made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from app.coupons.section import CouponsSection
from app.errors import Overloaded
from app.programs.rules import Program, Programs, ProgramVersion

from .things import MADE, MadeTemplates, Template, offered, retired


def made_templates(programs: Programs, program: str) -> MadeTemplates:
    """What operators made in a program, by code."""
    return programs.extra(MADE, program)  # noqa: S610


@lru_cache(maxsize=256)
def templates_of_version(version: ProgramVersion) -> Mapping[str, Template]:
    """Those of a program's file, by code."""
    section = version.sections.get(CouponsSection)
    if not isinstance(section, CouponsSection):
        return {}
    zone, currency = version.zone, version.currency
    return {
        terms.code: offered(terms, program=version.code, version=version.number, zone=zone, currency=currency)
        for terms in section.templates
    }


def templates_now(
    programs: Programs, program: str, *, member_id: UUID | None = None, now: datetime
) -> Sequence[Template]:
    """All that are offered by now, in the order of the file, then those that operators made, the first first. What is
    retired is not among them; what cannot be got yet, or any more, is. May raise UnknownProgram."""
    of_file = templates_of_version(_program(programs, program, member_id, now).at(now))
    made = (each.at(now) for code, each in made_templates(programs, program).items() if code not in of_file)
    return [*of_file.values(), *(each for each in made if each.retired_at is None or now < each.retired_at)]


def templates_ever(
    programs: Programs, program: str, *, member_id: UUID | None = None, now: datetime
) -> Sequence[Template]:
    """Those, and then all that were retired. May raise UnknownProgram."""
    present = templates_now(programs, program, member_id=member_id, now=now)
    known = {each.code for each in present}
    versions = _program(programs, program, member_id, now)
    codes = dict.fromkeys(
        [*(c for each in versions.in_force for c in templates_of_version(each)), *made_templates(programs, program)]
    )
    gone = (template_by_code(programs, program, code, member_id=member_id, now=now) for code in codes
            if code not in known)  # fmt: skip
    return [*present, *(each for each in gone if each is not None)]


def template_by_code(
    programs: Programs, program: str, code: str, *, member_id: UUID | None = None, now: datetime
) -> Template | None:
    """As it is offered by now, or was until it was retired; None: there is none. May raise UnknownProgram."""
    versions = _program(programs, program, member_id, now)
    newest = versions.at(now)
    for version, after in _backwards(versions, newest):
        if (found := templates_of_version(version).get(code)) is not None:
            return found if after is None else retired(found, after.effective_from)
    made = made_templates(programs, program).get(code)
    return None if made is None else made.at(now)


def template_by_id(
    programs: Programs, wanted: UUID, *, program: str, member_id: UUID | None = None, now: datetime
) -> Template | None:
    """Likewise, by its id. None also if it is another program's (R43)."""
    code = _codes_of(_program(programs, program, member_id, now)).get(wanted)
    if code is None:
        code = made_templates(programs, program).codes.get(wanted)
    return None if code is None else template_by_code(programs, program, code, member_id=member_id, now=now)


def template_anywhere(programs: Programs, wanted: UUID, *, among: Iterable[str], now: datetime) -> Template | None:
    """Likewise, of whichever of these programs it is."""
    found = (template_by_id(programs, wanted, program=code, now=now) for code in among if programs.get(code))
    return next((template for template in found if template is not None), None)


def template_of(programs: Programs, program: str, code: str, version: int | None) -> Template:
    """That by which a coupon was issued: its terms are the coupon's, and its name is that of now. `version`: of the
    program; None: an operator made it. May raise UnknownProgram, or Overloaded: this process does not hold it yet."""
    if version is not None:
        found = templates_of_version(programs.version(program, version)).get(code)
    else:
        made = made_templates(programs, program).get(code)
        found = None if made is None else made.newest
    if found is None:
        raise Overloaded("This server does not know the newest coupons yet. Try again shortly.")
    return found


def is_of_file(programs: Programs, program: str, code: str) -> bool:
    """Is or was there a template with that code in any version of the program's file?"""
    held = programs.get(program)
    return held is not None and any(code in templates_of_version(each) for each in held.versions.values())


def _program(programs: Programs, program: str, member_id: UUID | None, now: datetime) -> Program:
    """As it is for a member; None: for who is none. May raise UnknownProgram."""
    if member_id is not None:
        return programs.for_member(program, member_id)
    programs.current(program, now)
    return programs.by_code[program]


def _backwards(program: Program, newest: ProgramVersion) -> Iterator[tuple[ProgramVersion, ProgramVersion | None]]:
    """A version and those that were in force before it, the last first, each with the one after it."""
    after = None
    for version in reversed(program.in_force[: program.in_force.index(newest) + 1]):
        yield version, after
        after = version


@lru_cache(maxsize=256)
def _codes_of(program: Program) -> Mapping[UUID, str]:
    """Of all that are or were in any version of the file, by their ids."""
    return {
        template.id: code
        for version in program.versions.values()
        for code, template in templates_of_version(version).items()
    }
