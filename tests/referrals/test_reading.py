"""What is shown of invitations, why they made points move, and that it takes few statements."""

import re
from typing import Any

import pytest

from app.clock import new_id
from app.graph import Role
from app.programs.problems import WrongDefinition
from tests.facts.explaining import explained
from tests.statements import Statements
from tests.world import EXAMPLES, World, customer, staff

from .inviting import DAY, MINE, SHOP, WINDOW, Crowd, crowd_in

OPERATIONS = (EXAMPLES / "operations" / "referral.graphql").read_text("utf-8")
LIST = """query ($first: Int!) { members(program: "shop", first: $first) { nodes { referral {
  code link monthlyCapLeft bonuses { pending active } inviter { displayName }
  invited(first: 5) { totalCount nodes { displayName state } } } } } }"""
HISTORY = """query ($program: String) { me(program: $program) { pointHistory(first: 50) { nodes {
  id kind change pendingChange rule ruleInWords referral { side displayName state } } } } }"""


async def history(shop: Crowd, name: str, *, language: str = "en") -> list[Any]:
    found = await shop.world.data(HISTORY, by=customer(name), program=SHOP, language=language)
    return list(reversed(found["me"]["pointHistory"]["nodes"]))


async def operation(world: World, name: str, *, by: str, **variables: Any) -> Any:
    """One of those that are shown to people."""
    (text,) = re.findall(rf"(?:query|mutation) {name}\b.*?\n}}", OPERATIONS, re.S)
    return await world.data(text, by=customer(by), **variables)


async def test_the_operations_that_are_shown_do_what_they_say(world: World) -> None:
    """M19, by the program that ships with the product."""
    await world.joins("anna", name="Anna")
    made = await operation(world, "CreateInviteCode", by="anna", create={"idempotencyKey": str(new_id())})
    referral = made["createInviteCode"]["member"]["referral"]
    assert referral["link"].endswith(f"={referral['code']}")
    join = {"idempotencyKey": str(new_id()), "inviteCode": referral["code"], "displayName": "小王"}
    joined = (await operation(world, "JoinByInvitation", by="bella", join=join))["joinProgram"]
    assert joined["member"]["referral"]["inviter"] == {"displayName": "Anna", "state": "REGISTERED", "bonus": 150}
    await world.joins("carla", at=world.now)
    bind = {"idempotencyKey": str(new_id()), "code": referral["code"]}
    bound = (await operation(world, "BindInviteCode", by="carla", bind=bind))["bindInviteCode"]
    assert bound["invitation"]["displayName"] == "Anna"
    shop = Crowd(world)
    await shop.reacts()
    await world.orders("bella", "20.00", completed=world.now)
    await shop.reacts()
    mine = (await operation(world, "MyInvitations", by="anna"))["me"]["referral"]
    assert (mine["bonuses"], mine["monthlyCapLeft"]) == ({"pending": 400, "active": 0}, 18)
    assert {(each["displayName"], each["state"]) for each in mine["invited"]["nodes"]} == {
        ("小王", "QUALIFIED"),
        ("A member", "REGISTERED"),
    }
    assert await operation(world, "InvitationLeaders", by="anna") == {
        "referralLeaderboard": [{"rank": 1, "displayName": "Anna", "qualified": 1}]
    }
    moved = (await operation(world, "PointsOfInvitations", by="anna"))["me"]["pointHistory"]["nodes"]
    assert {each["ruleInWords"] for each in moved} == {"Inviting somebody", "First order of somebody invited"}
    await shop.proves()


async def test_every_movement_names_the_invitation_and_the_rule(world: World) -> None:
    """M9: also what is given again, in both languages."""
    shop = await crowd_in(world)
    await shop.invites("anna", "bella")
    for order in ("o-1", "o-2"):
        await shop.buys("bella", order)
        shop.world.now += WINDOW
        await (await shop.till("anna")).settles()
        await shop.gives_back("bella", order)
    moved = await history(shop, "anna")
    assert [(each["kind"], each["pendingChange"] or each["change"], each["rule"]) for each in moved[:8]] == [
        ("EARNED", 100, "referrals.inviter.registration"),
        ("EARNED", 200, "referrals.inviter.order"),
        ("ACTIVATED", -100, "referrals.inviter.registration"),
        ("ACTIVATED", -200, "referrals.inviter.order"),
        ("REVERSED", -100, "referrals.inviter.registration"),
        ("EARNED", 100, "referrals.inviter.registration#2"),
        ("REVERSED", -200, "referrals.inviter.order"),
        ("EARNED", 200, "referrals.inviter.order#2"),
    ]
    assert {each["ruleInWords"] for each in moved} == {"inviter.registration", "inviter.order"}
    assert all(each["referral"] == {"side": "INVITER", "displayName": "Bella", "state": "REVERSED"} for each in moved)
    assert all(each["referral"]["displayName"] == "Anna" for each in await history(shop, "bella"))


async def test_every_movement_is_explained(world: World) -> None:
    """M31: by which rule, which orders count, and from when; the amounts add up to the movement."""
    shop = await crowd_in(world, more='at_least = "50.00"')
    await shop.invites("anna", "bella")
    await shop.buys("bella", "o-1")
    shop.world.now += WINDOW
    for name in ("anna", "bella"):
        await (await shop.till(name)).settles()
    await shop.gives_back("bella", "o-1")
    said: dict[str, str] = {}
    for name in ("anna", "bella"):
        for each in await history(shop, name):
            for language in ("en", "zh"):
                found = await explained(shop.world, each["id"], by=customer(name), language=language)
                assert sum(step["amount"] or 0 for step in found["steps"]) == found["amount"]
                said[f"{each['kind']} {language}"] = " ".join(step["words"] for step in found["steps"])
    assert "The rule “inviter" in said["EARNED en"] or "The rule “invitee" in said["EARNED en"]
    assert "of at least CN¥50.00" in said["EARNED en"]
    assert "not known yet when" in said["EARNED en"]
    assert "does not count any more" in said["REVERSED en"]
    assert "满 ¥50.00" in said["ACTIVATED zh"]
    assert all(said.values())


async def test_the_rules_tell_what_is_given_and_when(world: World) -> None:
    """M31."""
    await crowd_in(world, more='monthly_cap = 3\nat_least = "50.00"')
    found = await world.data(
        '{ program(code: "shop") { rules { topic rules { code words } } } }', by=customer("anna"), language="en"
    )
    (rules,) = [group["rules"] for group in found["program"]["rules"] if group["topic"] == "REFERRALS"]
    words = {rule["code"]: rule["words"] for rule in rules}
    assert words["referrals.inviter.registration"].startswith("100 points for inviting somebody")
    assert "within 30 days of joining" in words["referrals.newcomer_days"].lower()
    assert "at most 3" in words["referrals.monthly_cap"]
    assert "at least CN¥50.00" in words["referrals.at_least"]


async def test_staff_see_it_and_others_do_not(world: World) -> None:
    shop = await crowd_in(world)
    await shop.invites("anna", "bella")
    found = await world.data(LIST, by=staff(Role.SUPPORT, SHOP), first=10)
    assert sorted(each["referral"]["invited"]["totalCount"] for each in found["members"]["nodes"]) == [0, 1]


async def test_invitations_of_many_take_as_many_statements_as_of_few(world: World, sql: Statements) -> None:
    """No statement for each."""
    shop = await crowd_in(world)
    await shop.invites("anna", *(f"bella{number}" for number in range(4)))
    counts: list[int] = []
    for names in ((), tuple(f"carla{number}" for number in range(20))):
        for name in names:
            await shop.joins(name, code=(await shop.mine("anna"))["referral"]["code"])
        await shop.reacts()
        with sql:
            await world.data(LIST, by=staff(Role.SUPPORT, SHOP), first=100)
        counts.append(sql.count)
    assert counts[0] == counts[1] <= 12


async def test_the_page_of_a_member_takes_few_statements(world: World, sql: Statements) -> None:
    shop = await crowd_in(world, more="monthly_cap = 9")
    await shop.invites("anna", "bella", "carla")
    with sql:
        await world.data(MINE, by=customer("anna"), program=SHOP)
    assert sql.count <= 11


async def test_an_order_of_who_was_not_invited_takes_no_statement_more(world: World, sql: Statements) -> None:
    """Facts tell of orders of invited members only: others pay nothing for it."""
    shop = await crowd_in(world)
    counts: list[int] = []
    await world.joins("carla", program=SHOP)
    await shop.invites("anna", "bella")
    for name in ("carla", "bella"):
        await world.orders(name, 5, program=SHOP, completed=world.now)
        with sql:
            await world.orders(name, 5, program=SHOP, completed=world.now)
        counts.append(sql.count)
    assert counts[1] == counts[0] + 2


async def test_later_orders_lock_nobody(world: World, sql: Statements) -> None:
    """Nearly all orders of who was invited come after the one that counts."""
    shop = await crowd_in(world)
    await shop.invites("anna", "bella")
    await shop.buys("bella", "o-1")
    shop.world.now += DAY
    await world.orders("bella", 5, program=SHOP, completed=world.now)
    with sql:
        await shop.reacts()
    assert not [text for text in sql.texts if "FROM members" in text and "FOR UPDATE" in text]


@pytest.mark.parametrize("key", ['link = "http://shop.example/{code}"', 'link = "https://shop.example"'])
async def test_a_link_leads_to_the_shop_with_the_code(world: World, key: str) -> None:
    with pytest.raises(WrongDefinition, match="must begin with https"):
        await crowd_in(world, more=key)
