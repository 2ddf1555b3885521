"""What can come of publishing a program's file."""

from dataclasses import dataclass

from app.errors import Refused

from .problems import Problem


@dataclass(frozen=True)
class ProgramPublished:
    """The file is the next version of its program."""

    program: str
    number: int
    replayed: bool = False


@dataclass(frozen=True)
class WrongProgramFile:
    """The file cannot be published."""

    program: str
    problems: tuple[Problem, ...]
    """The first of them, if there are very many."""


@dataclass(frozen=True)
class NothingDifferent:
    """The file says what the newest version says."""

    program: str
    number: int


@dataclass(frozen=True)
class NewerVersion:
    """What was looked at is not what would be replaced: another version was published since."""

    program: str
    number: int
    """Of the newest version; 0: none is published."""


def check_expected(program: str, *, newest: int, expected: int | None) -> None:
    """May refuse: NewerVersion, the newest version is another one than the one that was looked at, if that is said."""
    if expected is not None and expected != newest:
        raise Refused(NewerVersion(program, newest))
