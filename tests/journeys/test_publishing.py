"""An operator changes a program, and members read of it: the examples' own operations, over HTTP."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from app import clock
from app.graph import Role
from app.graph.viewer import Viewer
from app.programs.rules import SPREAD
from tests.served import issuer_in, served, settings_in
from tests.world import EXAMPLES, World, held_programs, staff, ways

CLUB = "taobao-club"
OPERATIONS = EXAMPLES / "operations"
TEXT = {name: (OPERATIONS / f"{name}.graphql").read_text("utf-8") for name in ("publishing", "rules")}
VARIABLES = json.loads((OPERATIONS / "publishing.json").read_text("utf-8"))
Ask = Callable[..., Awaitable[Any]]


def easier(file: str) -> str:
    assert file.count("threshold = 1000\n") == 1
    return file.replace("threshold = 1000\n", "threshold = 500\n")


async def test_an_operator_looks_publishes_and_members_are_told(world: World, tmp_path: Path) -> None:
    """R20, M1, M31."""
    await world.orders("anna", "600", completed=world.now)
    await world.orders("bella", "100", completed=world.now)
    issuer, now = issuer_in(tmp_path), clock.now()
    token = issuer.token(subject="olga", now=now, role=Role.OPERATOR, programs=(CLUB,))
    settings = settings_in(tmp_path, world.database.settings.url, default_program=CLUB)
    async with served(settings) as server, httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:

        async def ask(operation: str, *, of: str = "publishing", as_olga: bool = True, **variables: Any) -> Any:
            headers = {"accept-language": "en"} | ({"authorization": f"Bearer {token}"} if as_olga else {})
            body = {"query": TEXT[of], "operationName": operation, "variables": {"program": CLUB} | variables}
            answer = (await http.post("/graphql", json=body, headers=headers)).json()
            assert "errors" not in answer, answer
            (value,) = answer["data"].values()
            return value

        newest = await ask("ProgramFile")
        file = easier(newest["file"])
        seen = await ask("CompareProgram", file=file)
        assert (seen["newestVersion"], seen["problems"]) == (newest["number"], []) == (1, [])
        assert seen["changes"] == ["tiers.ladder[1].threshold: 1000 → 500"]
        assert seen["tierMoves"] == {
            "members": 2,
            "unchanged": 1,
            "countedAnew": False,
            "moves": [{"kind": "RAISED", "fromTier": {"code": "v1", "name": "V1"},
                       "toTier": {"code": "v2", "name": "V2"}, "members": 1, "anyway": 0}],
        }  # fmt: skip
        publish = VARIABLES["publish"] | {"file": file, "expectedVersion": seen["newestVersion"]}
        done = await ask("PublishProgram", publish=publish)
        assert (done["__typename"], done["version"]["number"]) == ("PublishProgramSuccess", 2)
        assert await ask("PublishProgram", publish=publish) == done | {"replayed": True}
        late = publish | {"idempotencyKey": "7b0f4e0a-1c58-4f0e-9a31-5d1c1f6f2c02", "file": newest["file"]}
        assert (await ask("PublishProgram", publish=late))["number"] == 2

        await server.app.programs.load(world.database)
        (told,) = await ask("RuleChanges", of="rules", as_olga=False, since=now.isoformat())
        (change,) = told["changes"]
        assert change["before"]["words"] == "V2: from 1,000 growth on."
        assert change["after"]["words"] == "V2: from 500 growth on."
        rules = await ask("Rules", of="rules", as_olga=False)
        assert [group["topic"] for group in rules["rules"]][:2] == ["MEMBERSHIP", "EARNING"]
        (entry,) = (await ask("WhoPublished"))["audit"]["nodes"]
        assert (entry["action"], entry["programVersion"], entry["by"]) == ("PROGRAM_PUBLISHED", 2, {"subject": "olga"})
        assert entry["reason"] == VARIABLES["publish"]["reason"]


async def test_the_operations_are_compiled(world: World) -> None:
    """Nothing of them is left to graphql-core."""
    olga, run = staff(Role.OPERATOR, CLUB), world.execute
    found = await run(TEXT["publishing"], {"program": CLUB}, "ProgramFile", world.context(olga))
    assert found.data is not None
    file = easier(found.data["publishedVersion"]["file"])
    publish = VARIABLES["publish"] | {"file": file, "expectedVersion": 1}
    for name, given in (("CompareProgram", {"file": file}), ("PublishProgram", {"publish": publish}),
                        ("WhoPublished", {})):  # fmt: skip
        result = await run(TEXT["publishing"], {"program": CLUB} | given, name, world.context(olga))
        assert not result.errors, result.errors
    world.programs = await held_programs(world.database, default=CLUB)
    world.now += SPREAD
    for name, given in (("Rules", {}), ("RuleChanges", {"since": "2026-01-01T00:00:00Z"})):
        result = await run(TEXT["rules"], {"program": CLUB} | given, name, world.context(Viewer()))
        assert not result.errors, result.errors
    assert world.execution.counts == ways(6)
