"""Programs as every process holds them: which version of a program's rules is in force at an instant."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from app.errors import BadInput, Overloaded

from .made import Made, MadeKind
from .parts import PARTS, in_force_for, part_of
from .rulebook import Rule, RuleGroup, grouped
from .section import ProgramKind, ProgramSection, Section, Words

S = TypeVar("S", bound=Section)
T = TypeVar("T")

SINCE_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""From when a first version is in force. It also is for whatever is said to be earlier."""
SPREAD = timedelta(seconds=2)
"""From a publish until the new version is in force: by then every process holds it."""


class UnknownProgram(BadInput):
    """There is no such program, or none that the caller may touch: nobody learns which (R43)."""

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no program {code[:40]!r}.")


def owner_of(code: str) -> UUID:
    """Who owns what is about a program as a whole, where all that is kept has an owner."""
    return UUID(bytes=sha256(f"program:{code}".encode()).digest()[:16])


@dataclass(frozen=True, eq=False)
class Definition:
    """A program's file, read and found right."""

    text: str
    sections: Mapping[str, Section]
    """By their names in the file."""
    read: Callable[[str], "Definition"]
    """Reads another file in the same way: that of an earlier version, to compare. May raise WrongDefinition."""
    rules: tuple[Rule, ...] = ()
    """In words, for members."""

    @property
    def program(self) -> ProgramSection:
        return self.section(ProgramSection)

    def section(self, kind: type[S]) -> S:
        return next(section for section in self.sections.values() if isinstance(section, kind))


@dataclass(frozen=True, eq=False)
class ProgramVersion:
    """The rules of a program from an instant on, until the next version's.

    The same object as long as the process holds it, and so is everything in it.
    """

    __held__: ClassVar[bool] = True
    code: str
    number: int
    """1 for the first that was published, then 2 and so on."""
    effective_from: datetime
    """In force at this instant and after; SINCE_EVER for the first."""
    kind: ProgramKind
    name: Words
    zone: ZoneInfo
    """Days, months and years are reckoned in it (R1, R3)."""
    currency: str
    currency_digits: int
    """Decimals of the currency's minor unit."""
    sections: Mapping[type, Any] = field(repr=False)
    """What it says to each domain, by the kind of its section: `section` says so to the type checker."""
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    """In words, for members."""
    share: int | None = None
    """It is tried on so many percent of the members; None: it is for all."""

    @classmethod
    def of(
        cls, definition: Definition, *, number: int, effective_from: datetime, share: int | None = None
    ) -> "ProgramVersion":
        program = definition.program
        return cls(
            code=program.code,
            number=number,
            effective_from=effective_from,
            kind=program.kind,
            name=program.name,
            zone=program.zone,
            currency=program.currency,
            currency_digits=program.currency_digits,
            sections={type(section): section for section in definition.sections.values()},
            rules=definition.rules,
            share=share,
        )

    @property
    def owner(self) -> UUID:
        """Of what is kept by owners and is about the program as a whole."""
        return owner_of(self.code)

    @cached_property
    def rule_groups(self) -> tuple[RuleGroup, ...]:
        """The rules in words, by what they are about."""
        return grouped(self.rules)

    def section(self, kind: type[S]) -> S:
        """What this version says to one domain. May raise KeyError: no section of the file is of this kind."""
        return self.sections[kind]


@dataclass(frozen=True, eq=False)
class Program:
    """All versions of a program: as it is for all, or for the members on whom something is tried."""

    __held__: ClassVar[bool] = True
    code: str
    versions: Mapping[int, ProgramVersion]
    """By number: also those that were overtaken before they came into force, and those that are tried on others."""
    in_force: tuple[ProgramVersion, ...]
    """In the order in which they are in force, each until the next."""
    starts: tuple[datetime, ...]

    @classmethod
    def of(cls, versions: Iterable[ProgramVersion]) -> "Program":
        """From versions in the order of their numbers; at least one, and the first is for all."""
        by_number = {version.number: version for version in versions}
        return cls._of(by_number, in_force_for(None, by_number.values()))

    @classmethod
    def _of(cls, by_number: Mapping[int, ProgramVersion], in_force: Sequence[ProgramVersion]) -> "Program":
        return cls(in_force[0].code, by_number, tuple(in_force), tuple(each.effective_from for each in in_force))

    @cached_property
    def is_for_all(self) -> bool:
        """Was nothing ever tried on some of the members?"""
        return all(version.share is None for version in self.versions.values())

    @cached_property
    def by_part(self) -> Sequence["Program"]:
        """As it is for the members of each part. The same object wherever the same versions come into force, and this
        one for those on whom nothing ever was tried."""
        if self.is_for_all:
            return (self,) * PARTS
        known: dict[tuple[ProgramVersion, ...], Program] = {self.in_force: self}
        found = (in_force_for(part, self.versions.values()) for part in range(PARTS))
        return [known.setdefault(tuple(each), self._of(self.versions, each)) for each in found]

    @cached_property
    def parts(self) -> Mapping["Program", Sequence[int]]:
        """All that it is for members, each with the parts for whose members it is that."""
        found: dict[Program, list[int]] = {}
        for part, program in enumerate(self.by_part):
            found.setdefault(program, []).append(part)
        return found

    def tried_at(self, instant: datetime) -> Sequence[ProgramVersion]:
        """The versions that are in force for some members only."""
        found = dict.fromkeys(theirs.at(instant) for theirs in self.parts)
        return [version for version in found if version is not self.at(instant)]

    def at(self, instant: datetime) -> ProgramVersion:
        """The version in force: from its `effective_from` on (R2), the first also before it. For a fact, that of its
        `paidAt` (R25)."""
        if instant >= self.starts[-1]:  # nearly always
            return self.in_force[-1]
        return self.in_force[max(bisect_right(self.starts, instant) - 1, 0)]


@dataclass(frozen=True, eq=False)
class Programs:
    """All programs, by code. What has not changed is the same object in the `Programs` that come after."""

    __held__: ClassVar[bool] = True
    by_code: Mapping[str, Program] = field(default_factory=dict[str, Program])
    default: str | None = None
    """Program of requests that name none."""
    reading: Callable[[str], Definition] | None = field(default=None, repr=False)
    """Reads a program's file as this process does."""
    made: Mapping[MadeKind[Any], Made] = field(default_factory=dict[MadeKind[Any], Made], repr=False)
    """What operators made, by kind and by program (see `extras`)."""

    @property
    def codes(self) -> Iterable[str]:
        return self.by_code.keys()

    def get(self, code: str) -> Program | None:
        return self.by_code.get(code)

    def read(self, text: str) -> Definition:
        """A program's file. May raise WrongDefinition."""
        if self.reading is None:
            raise LookupError("these programs came with no way to read files")
        return self.reading(text)

    def extra(self, kind: MadeKind[T], code: str) -> T:
        """What operators made of a kind in a program, as it is held: no statement."""
        return self.made.get(kind, {}).get(code, kind.none)

    def called(self, code: str, rule: str) -> Words | None:
        """How a rule is called that no file has, by what operators made; None: nothing has it."""
        names = (kind.called(made[code], rule) for kind, made in self.made.items() if code in made)
        return next((name for name in names if name is not None), None)

    def for_member(self, code: str, member_id: UUID) -> Program:
        """A program as it is for one of its members, with what is tried on them: everything that is reckoned for
        somebody who is known goes by it. May raise UnknownProgram."""
        program = self.by_code.get(code) or self._program(code)
        return program if program.is_for_all else program.by_part[part_of(member_id)]

    def version_for(self, code: str, member_id: UUID, instant: datetime) -> ProgramVersion:
        """`for_member(code, member_id).at(instant)`, as every field of a member's page asks it: in one step. May raise
        UnknownProgram."""
        program = self.by_code.get(code)
        if program is None or not program.is_for_all:
            return self.for_member(code, member_id).at(instant)
        return program.in_force[-1] if instant >= program.starts[-1] else program.at(instant)

    def at(self, code: str, instant: datetime) -> ProgramVersion:
        """The version in force for all at an instant, and for who is no member. May raise UnknownProgram."""
        return self._program(code).at(instant)

    def current(self, code: str, now: datetime) -> ProgramVersion:
        """The version in force for all now, and for who is no member. May raise UnknownProgram."""
        program = self.by_code.get(code) or self._program(code)
        return program.in_force[-1] if now >= program.starts[-1] else program.at(now)

    def version(self, code: str, number: int) -> ProgramVersion:
        """The version by which something was reckoned (R10). May raise UnknownProgram, or Overloaded: not held yet."""
        version = self._program(code).versions.get(number)
        if version is None:  # published a moment ago, and not held here yet
            raise Overloaded("This server does not know the program's newest rules yet. Try again shortly.")
        return version

    def _program(self, code: str) -> Program:
        program = self.by_code.get(code)
        if program is None:
            raise UnknownProgram(code)
        return program


def effective_instant(*, asked: datetime | None, number: int, now: datetime) -> datetime:
    """From when a version is in force: the first since ever, so that imported history finds rules (R25), others as
    asked, else SPREAD from now. May raise BadInput: asked for an instant by which not every process would know it."""
    if number == 1:
        if asked is not None:
            raise BadInput("The first version of a program is in force since ever: 'effectiveFrom' cannot be chosen.")
        return SINCE_EVER
    if asked is None:
        return now + SPREAD
    if asked.utcoffset() is None:
        raise BadInput("'effectiveFrom' needs an offset from UTC, like 2026-01-01T00:00:00+08:00.")
    if asked < now + SPREAD:
        raise BadInput(f"'effectiveFrom' must be at least {SPREAD.seconds} seconds from now, so that all know of it.")
    return asked
