"""Invitations, for who asks who may see and do what: the ways to them, and what brings about each answer."""

from typing import Any
from uuid import uuid4

from app.graph import Viewer
from tests.facts.reacting import react
from tests.world import World, customer

ELSEWHERE = "brand-standard"
WRONG = "ABCDEFGH23"
LEADERS = 'referralLeaderboard(program: "taobao-club", period: EVER)'
MEMBER = 'node(id: "$member") { ... on Member { referral'
TO_MEMBER = ["Query.node", "Member.referral"]
OWNED: dict[str, tuple[str, list[str]]] = {
    "Referral": (MEMBER, TO_MEMBER),
    "ReferralBonuses": (MEMBER + " { bonuses", [*TO_MEMBER, "Referral.bonuses"]),
    "InvitationConnection": (MEMBER + " { invited", [*TO_MEMBER, "Referral.invited"]),
    "InvitationEdge": (MEMBER + " { invited { edges", [*TO_MEMBER, "Referral.invited", "InvitationConnection.edges"]),
    "Invitation": ('node(id: "$invitation") { ... on Invitation', ["Query.node"]),
}
PUBLIC: dict[str, tuple[str, list[str]]] = {"ReferralLeader": (LEADERS, ["Query.referralLeaderboard"])}
MUTATIONS = {
    "bindInviteCode": f'bindInviteCode(input: {{idempotencyKey: "%s", code: "{WRONG}"}}) {{ __typename }}',
    "createInviteCode": 'createInviteCode(input: {idempotencyKey: "%s"}) { __typename }',
}
ANSWERS = {
    "BindInviteCodeSuccess",
    "CreateInviteCodeSuccess",
    "InviteCodeNotValid",
    "AlreadyInvited",
    "NotANewcomer",
    "ReferralsNotOffered",
}
"""Types that only these mutations answer with."""


async def invitations_of_anna(world: World) -> dict[str, str]:
    """Anna has accepted Bella's invitation, and her side has followed."""
    bellas = await code_of(world, "bella")
    answer = await done(world, "anna", binding(bellas, "{ ... on BindInviteCodeSuccess { invitation { id } } }"))
    await react(world)
    return {"invitation": answer["invitation"]["id"], "bellas_code": bellas}


async def code_of(world: World, subject: str) -> str:
    made = MUTATIONS["createInviteCode"].replace(
        "{ __typename }", "{ ... on CreateInviteCodeSuccess { member { referral { code } } } }"
    )
    return (await done(world, subject, made % uuid4()))["member"]["referral"]["code"]


def binding(code: str, asked: str = "{ __typename }") -> str:
    return MUTATIONS["bindInviteCode"].replace(WRONG, code).replace("{ __typename }", asked) % uuid4()


async def done(world: World, subject: str, call: str) -> Any:
    (answer,) = (await world.data("mutation { " + call + " }", by=customer(subject))).values()
    return answer


async def inviting(world: World, kind: str, code: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer."""
    await world.joins("dora", at=world.now)
    await world.joins("dora", program=ELSEWHERE)
    calls = {
        "BindInviteCodeSuccess": (binding(code), "dora"),
        "InviteCodeNotValid": (binding(WRONG), "dora"),
        "AlreadyInvited": (binding(code), "anna"),
        "NotANewcomer": (binding(WRONG), "bella"),
        "CreateInviteCodeSuccess": (MUTATIONS["createInviteCode"] % uuid4(), "anna"),
        "ReferralsNotOffered": (
            MUTATIONS["createInviteCode"].replace("input: {", f'input: {{program: "{ELSEWHERE}", ') % uuid4(),
            "dora",
        ),
    }
    call, subject = calls[kind]
    return call, customer(subject)
