"""What publishing a file would change, and for whom: looked at before it is done (R20)."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns.queries import changes_of_program
from app.campaigns.rules import Change
from app.campaigns.section import CampaignsSection
from app.coupons.queries.templates import codes_of_operators
from app.coupons.section import CouponsSection
from app.db import Reader
from app.graph import Context
from app.programs.asked import code_asked
from app.programs.changes import diff, problems_after
from app.programs.problems import Problem, WrongDefinition
from app.programs.queries import newest_version
from app.programs.rules import Definition, Programs
from app.programs.telling import RuleChange, rule_changes
from app.tiers.queries.comparing import moves_between
from app.tiers.rules.moving import TierMoves
from app.tiers.section import TiersSection


@dataclass(frozen=True)
class ProgramComparison:
    """A file beside the version of its program that was published last."""

    program: str
    newest: int
    """Number of that version; 0 if none is published."""
    problems: tuple[Problem, ...] = ()
    """Why it cannot be published; then nothing is compared."""
    changes: tuple[str, ...] = ()
    """Each with the file's key."""
    rules: tuple[RuleChange, ...] = ()
    """What changes for members."""
    moves: TierMoves | None = None
    """None if the file has problems, and for a program that was never published: it has no members."""


async def comparison(db: Reader, *, context: Context, file: str, program: str | None = None) -> ProgramComparison:
    """Four statements: what operators made, the newest version, and one that counts members. May raise BadInput: no
    such program for the caller."""
    code = code_asked(context, program)
    try:
        definition = await read_for(db, context.get(Programs), file, program=code)
    except WrongDefinition as error:
        newest = await newest_version(db, code)
        return ProgramComparison(code, 0 if newest is None else newest.number, problems=error.problems)
    return await compared(db, definition=definition, now=context.now)


async def read_for(db: Reader, programs: Programs, file: str, *, program: str) -> Definition:
    """The file of a program. May raise WrongDefinition, also because it is another program's, or takes a code of what
    an operator made."""
    definition = programs.read(file)
    if definition.program.code != program:
        raise WrongDefinition([Problem("program.code", f'is not "{program}", the program that you name')])
    await check_codes(db, definition)
    return definition


async def check_codes(db: Reader, definition: Definition) -> None:
    """Two statements. May raise WrongDefinition: it has a campaign with the code of one that an operator made, by which
    ledgers know it, or a coupon template, which has one stock and one budget (R20, R31)."""
    program = definition.program.code
    created = Change.CREATED.name
    campaigns = {change.code for change in await changes_of_program(db, program) if change.change == created}
    templates = await codes_of_operators(db, program)
    taken = [
        Problem(f"campaigns.planned[{number}].code", f'"{each.code}" is the code of a campaign that an operator made')
        for number, each in enumerate(definition.section(CampaignsSection).planned)
        if each.code in campaigns
    ] + [
        Problem(f"coupons.templates[{number}].code", f'"{each.code}" is the code of a template that an operator made')
        for number, each in enumerate(definition.section(CouponsSection).templates)
        if each.code in templates
    ]
    if taken:
        raise WrongDefinition(taken)


async def compared(db: Reader, *, definition: Definition, now: datetime) -> ProgramComparison:
    """The file beside what is published, whoever asks."""
    program = definition.program
    newest = await newest_version(db, program.code)
    if newest is None:
        return ProgramComparison(program.code, 0, rules=rule_changes((), definition.rules))
    earlier = definition.read(newest.file)
    if problems := problems_after(earlier, definition):
        return ProgramComparison(program.code, newest.number, problems=tuple(problems))
    moved = await moves_between(
        db,
        program=program.code,
        present=earlier.section(TiersSection),
        new=definition.section(TiersSection),
        zone=program.zone,
        now=now,
    )
    changes = tuple(diff(earlier, definition))
    rules = rule_changes(earlier.rules, definition.rules)
    return ProgramComparison(program.code, newest.number, changes=changes, rules=rules, moves=moved)
