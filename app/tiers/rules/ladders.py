"""Ladders as they were in force, one after another."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from app.programs.rules import Program, ProgramVersion
from app.tiers.section import TiersSection


@lru_cache(maxsize=1024)
def ladders_of(program: Program) -> Sequence[ProgramVersion]:
    """The versions that brought another ladder (see `TiersSection.standing`), in the order in which they are in force;
    the first is the program's first."""
    found: list[ProgramVersion] = []
    for version in program.in_force:
        if not found or version.section(TiersSection).standing != found[-1].section(TiersSection).standing:
            found.append(version)
    return tuple(found)


def ladder_at(program: Program, instant: datetime) -> ProgramVersion:
    """The version that brought the ladder that is in force at an instant."""
    ladders = ladders_of(program)
    return ladders[0] if len(ladders) == 1 else ladders[max(bisect_right(ladders, instant, key=_start) - 1, 0)]


def _start(version: ProgramVersion) -> datetime:
    return version.effective_from
