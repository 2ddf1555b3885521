"""One compiled operation, run by many at once: each gets their own answer."""

import asyncio
from datetime import timedelta
from typing import Any

from graphql import ExecutionResult

from app.compiled import CompiledExecution
from app.graph import Role, Viewer
from app.schema import schema
from tests.world import NOON, World, customer, staff

from .compare import written

TEXT = """query ($first: Int!, $after: String, $full: Boolean!, $program: String) {
  me(program: $program) { ...Page }
  program(code: $program) { code name tiers { name benefits { description } } }
}
fragment Page on Member {
  id displayName tier { name }
  points { available pending expiring(within: 100) { amount } }
  pointHistory(first: $first, after: $after) { totalCount edges { cursor node { id order @include(if: $full) {
    externalId lines { quantity } } } } }
}"""
CALLERS = [customer("anna"), customer("ben"), staff(Role.SUPPORT, "taobao-club"), Viewer()]


async def test_who_asks_at_the_same_time_gets_the_same_as_alone(world: World) -> None:
    for number, subject in enumerate(("anna", "ben", "carl"), 1):
        for nth in range(number):
            paid = NOON - timedelta(days=300, hours=nth)
            await world.orders(subject, 10 * number, paid=paid, completed=paid + timedelta(days=nth))
    execution = CompiledExecution(schema)

    async def ask(number: int) -> ExecutionResult:
        program = [None, "taobao-club", "brand-standard"][number % 3]
        variables: dict[str, Any] = {"first": 1 + number % 5, "full": number % 7 > 3, "program": program}
        context = world.context(CALLERS[number % 4], language=["en", "zh"][number % 2])
        return await execution.execute(TEXT, variables, None, context)

    alone = [await ask(number) for number in range(60)]
    together = await asyncio.gather(*map(ask, range(60)))
    assert [written(result.data) for result in together] == [written(result.data) for result in alone]
    assert [str(result.errors) for result in together] == [str(result.errors) for result in alone]
    assert len({written(result.data) for result in alone}) > 10
