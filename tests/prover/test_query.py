"""What staff are told of the prover, over their own program."""

import pytest

from app.graph import Role
from tests.statements import Statements
from tests.world import NOON, World, customer, staff

from .going import BREAK, DAY, MEND, MINUTE, due_proved, rows, touched_proved

PROVER = """query Prover($program: String, $first: Int = 20, $after: String) { prover(program: $program) {
  members membersProved membersDisagreeing oldestProof waiting
  mismatches(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { member { displayName program { code } } what expected found foundAt } } } }"""
ROLES = [Role.SUPPORT, Role.OPERATOR, Role.AUDITOR]


@pytest.mark.parametrize("role", ROLES)
async def test_staff_see_whose_books_disagree_until_they_are_mended(world: World, role: Role) -> None:
    """R5: who, in what, what it should be and is; nothing else of anybody."""
    anna = await world.joins("anna", name="Anna")
    await world.joins("bella", name="Bella")
    await world.joins("carl", program="brand-standard")
    by = staff(role, "taobao-club")
    assert (await world.data(PROVER, by=by))["prover"] == {
        "members": 2,
        "membersProved": 0,
        "membersDisagreeing": 0,
        "oldestProof": None,
        "waiting": 2,
        "mismatches": {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []},
    }
    await touched_proved(world)
    await rows(world, BREAK)
    world.now += DAY
    await world.joins("dora")
    await due_proved(world)
    found = (await world.data(PROVER, by=by, first=2))["prover"]
    assert found["mismatches"].pop("pageInfo")["hasNextPage"] is True
    assert {node["member"]["program"]["code"] for node in found["mismatches"]["nodes"]} == {"taobao-club"}
    await rows(world, f"{MEND} WHERE id <> '{anna}' AND growth > 0")
    world.now += MINUTE
    await due_proved(world)
    found = (await world.data(PROVER, by=by))["prover"]
    assert found["mismatches"].pop("pageInfo")["hasNextPage"] is False
    assert found == {
        "members": 3,
        "membersProved": 2,
        "membersDisagreeing": 1,
        "oldestProof": NOON + DAY + MINUTE,
        "waiting": 1,
        "mismatches": {
            "totalCount": 2,
            "nodes": [
                {
                    "member": {"displayName": "Anna", "program": {"code": "taobao-club"}},
                    "what": f"members.{what}, by its growth",
                    "expected": "0",
                    "found": "1",
                    "foundAt": NOON + DAY,
                }
                for what in ("renewal_growth", "growth")
            ],
        },
    }
    await rows(world, f"{MEND} WHERE id = '{anna}'")
    world.now += MINUTE
    await due_proved(world)
    found = (await world.data(PROVER, by=by))["prover"]
    assert (found["membersDisagreeing"], found["mismatches"]["nodes"]) == (0, [])


async def test_mismatches_are_read_page_by_page(world: World) -> None:
    for number in range(3):
        await world.joins(f"customer {number}", name=f"{number}")
    await rows(world, BREAK)
    await touched_proved(world)
    by, after = staff(Role.SUPPORT, "taobao-club"), None
    seen: list[tuple[str, str]] = []
    more: list[bool] = []
    for _ in range(3):
        page = (await world.data(PROVER, by=by, first=2, after=after))["prover"]["mismatches"]
        after = page["pageInfo"]["endCursor"]
        more.append(page["pageInfo"]["hasNextPage"])
        seen += [(node["member"]["displayName"], node["what"]) for node in page["nodes"]]
        assert page["totalCount"] == 6
    assert (len(set(seen)), more) == (6, [True, True, False])


async def test_another_program_is_as_one_that_does_not_exist(world: World) -> None:
    """R43: its staff alone are told of a program; customers of none."""
    by = staff(Role.AUDITOR, "taobao-club")
    foreign = await world.ask(PROVER, by=by, program="brand-standard")
    nowhere = await world.ask(PROVER, by=by, program="nowhere")
    assert foreign.data == nowhere.data == {"prover": None} or foreign.data is nowhere.data is None
    messages = [
        str(error.message).replace("nowhere", "brand-standard")
        for each in (foreign, nowhere)
        for error in each.errors or ()
    ]
    assert len(messages) == 2
    assert len(set(messages)) == 1
    refused = await world.ask(PROVER, by=customer("anna"))
    assert [error.extensions["code"] for error in refused.errors or () if error.extensions] == ["FORBIDDEN"]


@pytest.mark.parametrize("number", [2, 30])
async def test_it_takes_a_fixed_number_of_statements(world: World, sql: Statements, number: int) -> None:
    """Figures, the page, its total, and the members on it; however many there are."""
    for each in range(number):
        await world.joins(f"customer {each}")
    await rows(world, BREAK)
    await touched_proved(world)
    with sql:
        await world.data(PROVER, by=staff(Role.SUPPORT, "taobao-club"))
    assert sql.count == 6
