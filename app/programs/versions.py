"""Programs held in memory, and kept up to date: every process knows of a publish before it is in force."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn

from app.db import Reader
from app.logs import Log

from .extras import Extra, HeldExtras
from .models import ProgramVersionRow
from .problems import WrongDefinition
from .queries import all_versions, newest_numbers
from .rules import Definition, Program, Programs, ProgramVersion

INTERVAL = 0.5
"""Seconds between two looks at what is published: several within `rules.SPREAD`."""
PATIENCE = 1.0
"""Seconds after which a look that gets no answer is given up, and another taken."""

Place = tuple[str, int, str]
"""Program, number and digest: what a version is known by."""

log = Log(__name__)


class UnreadableVersion(Exception):
    """A published file is not right for this release: it was published by another one."""

    def __init__(self, row: ProgramVersionRow, error: WrongDefinition) -> None:
        super().__init__(f"version {row.number} of the program '{row.program}' is not for this release:\n{error}")


class HeldPrograms:
    """The programs that this process works by. `programs` is replaced as a whole, never changed.

    Made by `app.definition.programs_to_hold`, which knows how files are read and which extras there are.
    """

    def __init__(
        self, read: Callable[[str], Definition], *, default: str | None = None, extras: Sequence[Extra[Any]] = ()
    ) -> None:
        self.programs = Programs(default=default, reading=read)
        self._read = read
        self._extras = HeldExtras(extras)
        self._newest: frozenset[Place] = frozenset()
        self._versions: dict[Place, ProgramVersion] = {}
        self._taken_over = (self._versions, self._extras.made)
        """What `programs` was put together from."""
        self._trouble: str | None = None

    async def load(self, db: Reader) -> bool:
        """Look at what is published and what operators made, and take it over if it is not what is held; says whether
        it was not.

        May raise UnreadableVersion; no version is taken over then.
        """
        before = self.programs
        try:
            await self._extras.load(db)
            await self._load_versions(db)
        finally:  # what was read is taken over, also if the rest could not be
            if self._is_new:
                self.programs = self._put_together()
        return self.programs is not before

    @property
    def _is_new(self) -> bool:
        """Is anything held that `programs` was not put together from?"""
        versions, made = self._taken_over
        return self._versions is not versions or self._extras.made is not made

    async def _load_versions(self, db: Reader) -> bool:
        if frozenset(map(_place, await newest_numbers(db))) == self._newest:
            return False
        rows = await all_versions(db)
        self._versions = {_place(row): self._versions.get(_place(row)) or self._made(row) for row in rows}
        self._newest = frozenset({row.program: _place(row) for row in rows}.values())
        return True

    async def follow(
        self, db: Reader, *, interval: float = INTERVAL, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> NoReturn:
        """Load again and again, until cancelled. What cannot be loaded is logged and tried again."""
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.load(db)
                self._trouble = None
            except Exception as error:
                self._report(error)
            await pause(interval)

    def _made(self, row: ProgramVersionRow) -> ProgramVersion:
        try:
            definition = self._read(row.file)
        except WrongDefinition as error:
            raise UnreadableVersion(row, error) from None
        return ProgramVersion.of(definition, number=row.number, effective_from=row.effective_from, share=row.share)

    def _put_together(self) -> Programs:
        self._taken_over = (self._versions, self._extras.made)
        by_code: dict[str, list[ProgramVersion]] = {}
        for version in self._versions.values():
            by_code.setdefault(version.code, []).append(version)
        held = {code: self._program(code, versions) for code, versions in by_code.items()}
        return Programs(held, self.programs.default, self._read, self._extras.made)

    def _program(self, code: str, versions: Sequence[ProgramVersion]) -> Program:
        known = self.programs.get(code)
        return known if known and [*known.versions.values()] == versions else Program.of(versions)

    def _report(self, error: Exception) -> None:
        """Once for each kind of trouble, not at each look. What the database says may hold data, so only its kind."""
        trouble = str(error) if isinstance(error, UnreadableVersion) else type(error).__name__
        if trouble != self._trouble:
            log.warning("programs_not_followed", trouble=trouble)
        self._trouble = trouble


def _place(row: ProgramVersionRow) -> Place:
    return row.program, row.number, row.digest
