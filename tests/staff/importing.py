"""Imports as an operator asks for them and the worker does them."""

from typing import Any

from app.facts.importing import working
from app.graph import Role, Viewer
from tests.world import World, staff

CLUB = "taobao-club"
OPERATOR = staff(Role.OPERATOR, CLUB)
IMPORT = """{ id state parts linesTotal linesDone new known members problem shiftDays askedBy { subject }
    moves { tierBefore tierAfter members } notTaken { totalCount nodes { line reason } }
    changes { totalCount nodes { customer isNew tierBefore tierAfter growthBefore growthAfter orders } } }"""
ANSWER = "{ ... on ImportSuccess { import %s } ... on ImportNotOpen { code import { state } } }" % IMPORT  # noqa: UP031
CREATE = "mutation ($input: CreateImportInput!) { createImport(input: $input) %s }" % ANSWER  # noqa: UP031
ADD = "mutation ($input: AddImportPartInput!) { addImportPart(input: $input) %s }" % ANSWER  # noqa: UP031
START = "mutation ($input: StartImportInput!) { startImport(input: $input) %s }" % ANSWER  # noqa: UP031
LOOK = "query ($id: ID!) { import(id: $id) %s }" % IMPORT  # noqa: UP031
ORDERS = {"customer": "customer", "date": "date", "amount": "amount"}
PARTS = (
    "customer,date,amount\nanna,2026-01-05,1400.00\n",
    "bob,2026-01-06,x\nanna,2026-01-07,5.00\n",
    "cara,2026-02-01,9.00",
)


async def created(world: World, *parts: str, by: Viewer = OPERATOR, **more: Any) -> str:
    """An import with these parts of a file of orders, not started."""
    kind = {} if "members" in more else {"orders": ORDERS}
    answer = await world.data(CREATE, by=by, input={"program": CLUB, **kind, **more})
    import_id = answer["createImport"]["import"]["id"]
    for number, text in enumerate(parts, 1):
        await world.data(ADD, by=by, input={"id": import_id, "number": number, "text": text})
    return import_id


async def started(world: World, *parts: str, by: Viewer = OPERATOR, **more: Any) -> str:
    import_id = await created(world, *parts, by=by, **more)
    await world.data(START, by=by, input={"id": import_id})
    return import_id


async def worked(world: World, *, slice_: float = 60) -> None:
    await working.do_imports(world.database, programs=world.programs, now=world.now, slice_=slice_)


async def looked(world: World, import_id: str) -> dict[str, Any]:
    return (await world.data(LOOK, by=OPERATOR, id=import_id))["import"]
