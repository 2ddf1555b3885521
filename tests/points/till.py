"""What happens to a member's points, by the commands, at the world's time: each in a transaction of its own."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.clock import new_id
from app.db import Transaction
from app.members.commands import lock_member
from app.points import commands as points
from app.points.rules import Because, Books, Cause
from app.staff.commands import adjust_points
from app.staff.rules import Staff, StaffMember
from tests.world import ISSUER, World

SOURCE = "till"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Till:
    """A till for one member of a program."""

    world: World
    program: str
    member_id: UUID

    async def does(self, command: Callable[[Transaction, Books], Coroutine[Any, Any, Any]]) -> Any:
        async with self.world.database.transaction() as tx:
            await lock_member(tx, member_id=self.member_id)
            account = await points.settled_account(tx, member_id=self.member_id, now=self.world.now)
            return await command(tx, account)

    async def holds(self, amount: int, *, lasts: timedelta = DAY) -> UUID:
        world, version = self.world, self.world.programs.current(self.program, self.world.now)
        hold = await self.does(
            lambda tx, account: points.place_hold(tx, account=account, program=version, amount=amount,
                                                  deadline=world.now + lasts, source=SOURCE, reference=None,
                                                  now=world.now)
        )  # fmt: skip
        return hold.id

    async def captures(self, hold_id: UUID) -> UUID:
        await self.does(
            lambda tx, account: points.capture_hold(tx, account=account, hold_id=hold_id, source=SOURCE,
                                                    now=self.world.now)
        )  # fmt: skip
        return hold_id

    async def sells(self, amount: int) -> UUID:
        """A hold that is captured at once."""
        return await self.captures(await self.holds(amount))

    async def releases(self, hold_id: UUID) -> None:
        await self.does(
            lambda tx, account: points.release_hold(tx, account=account, hold_id=hold_id, source=SOURCE,
                                                    now=self.world.now)
        )  # fmt: skip

    async def gives_back(self, hold_id: UUID, amount: int | None = None, *, by_shop: bool = True) -> None:
        version = self.world.programs.current(self.program, self.world.now)
        await self.does(
            lambda tx, account: points.give_back_of_hold(tx, account=account, program=version, hold_id=hold_id,
                                                         source=SOURCE, amount=amount, by_shop=by_shop,
                                                         now=self.world.now)
        )  # fmt: skip

    async def spends(self, amount: int) -> None:
        because = Because(Cause.SPENDING, new_id(), "SPENDING", 1)
        await self.does(
            lambda tx, account: points.spend(tx, account=account, amount=amount, because=because, now=self.world.now)
        )

    async def adjusts(self, amount: int) -> None:
        by = Staff(StaffMember(ISSUER, "sam"), "SUPPORT")
        await self.does(
            lambda tx, account: adjust_points(tx, programs=self.world.programs, member_id=account.member_id,
                                              points=amount, reason="as agreed", by=by, now=self.world.now)
        )  # fmt: skip

    async def settles(self) -> None:
        await self.world.settles(self.member_id)
