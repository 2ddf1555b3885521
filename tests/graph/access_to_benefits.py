"""Benefits for the matrix of who may see and do what."""

from uuid import uuid4

from app.graph import Role, Viewer
from app.graph.ids import global_id
from tests.world import World, customer, service, staff

HERE = "taobao-club"
SARA = staff(Role.SUPPORT, HERE)
OFFERED = (f'program(code: "{HERE}") {{ benefits', ["Query.program", "Program.benefits"])
MEMBER = 'node(id: "$member") { ... on Member { '
PUBLIC: dict[str, tuple[str, list[str]]] = {
    "Benefit": OFFERED,
    "BenefitParameters": (OFFERED[0] + " { parameters", [*OFFERED[1], "Benefit.parameters"]),
    "BenefitLimit": (OFFERED[0] + " { limit", [*OFFERED[1], "Benefit.limit"]),
}
OWNED: dict[str, tuple[str, list[str]]] = {
    "HeldBenefit": (MEMBER + "benefits", ["Query.node", "Member.benefits"]),
    "BenefitQuota": (MEMBER + "benefits { quota", ["Query.node", "Member.benefits", "HeldBenefit.quota"]),
    "LockedBenefit": (MEMBER + "lockedBenefits", ["Query.node", "Member.lockedBenefits"]),
    "BenefitUse": ('node(id: "$benefit_use") { ... on BenefitUse', ["Query.node"]),
    "BenefitUseConnection": (MEMBER + "benefitUses", ["Query.node", "Member.benefitUses"]),
    "BenefitUseEdge": (
        MEMBER + "benefitUses { edges",
        ["Query.node", "Member.benefitUses", "BenefitUseConnection.edges"],
    ),
    "BenefitGrant": ('node(id: "$benefit_grant") { ... on BenefitGrant', ["Query.node"]),
    "BenefitGrantConnection": (MEMBER + "benefitGrants", ["Query.node", "Member.benefitGrants"]),
    "BenefitGrantEdge": (
        MEMBER + "benefitGrants { edges",
        ["Query.node", "Member.benefitGrants", "BenefitGrantConnection.edges"],
    ),
}
WHOSE = f'program: "{HERE}", customer: {{subject: "anna"}}, benefit: "trial-priority"'
MUTATIONS = {
    "useBenefit": f'useBenefit(input: {{{WHOSE}, cause: {{id: "%s"}}}}) {{ __typename }}',
    "giveBackBenefit": f'giveBackBenefit(input: {{{WHOSE}, cause: {{id: "first"}}}}) {{ __typename }} # %s\n',
    "grantBenefit": """grantBenefit(input: {idempotencyKey: "%s", member: "$member", benefit: "dedicated-service",
        until: "2100-01-01T00:00:00Z", reason: "why"}) { __typename }""",
    "revokeBenefit": """revokeBenefit(input: {idempotencyKey: "%s", grant: "$benefit_grant", reason: "why"})
        { __typename }""",
}
SCOPES = dict.fromkeys(("useBenefit", "giveBackBenefit"), "benefits:use")
USE, GRANT = MUTATIONS["useBenefit"], MUTATIONS["grantBenefit"]
BY_SERVICES = {
    "UseBenefitSuccess": USE,
    "BenefitNotHeld": USE.replace("trial-priority", "priority-shipping"),
    "BenefitQuotaUsed": USE,
    "BenefitUseConflict": USE.replace('{id: "%s"}', '{id: "first"}, reference: "%s"'),
    "GiveBackBenefitSuccess": MUTATIONS["giveBackBenefit"],
}
BY_STAFF = {
    "GrantBenefitSuccess": GRANT,
    "RevokeBenefitSuccess": MUTATIONS["revokeBenefit"],
    "BenefitGrantIsOver": MUTATIONS["revokeBenefit"],
    "OwnBenefit": GRANT.replace("$member", "$herself"),
}
ANSWERS = {*BY_SERVICES, *BY_STAFF}


async def does(world: World, call: str, *, by: Viewer) -> None:
    answer = await world.data("mutation { " + call + " }", by=by)
    assert str(answer).count("Success") == 1, answer


async def benefits_of_anna(world: World, member: str) -> dict[str, str]:
    """What staff gave her, and what she used of it."""
    given = GRANT.replace("dedicated-service", "trial-priority") % uuid4()
    await does(world, given.replace("$member", member), by=SARA)
    await does(world, USE % "first", by=service(HERE))
    page = await world.data(
        "{ me { benefitGrants { nodes { id } } benefitUses { nodes { id } } } }", by=customer("anna")
    )
    (grant,), (use,) = (page["me"][name]["nodes"] for name in ("benefitGrants", "benefitUses"))
    return {"benefit_grant": grant["id"], "benefit_use": use["id"]}


async def using(world: World, kind: str, ids: dict[str, str]) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer, and who asks; `ids` are those of what Anna has."""
    if kind in BY_SERVICES:
        if kind == "BenefitQuotaUsed":
            await does(world, USE % "second", by=service(HERE))
        return BY_SERVICES[kind] % uuid4(), service(HERE)
    if kind == "OwnBenefit":
        ids["herself"] = global_id("member", await world.joins(SARA.subject))
    if kind == "BenefitGrantIsOver":
        revoke = MUTATIONS["revokeBenefit"].replace("$benefit_grant", ids["benefit_grant"])
        await does(world, revoke % uuid4(), by=SARA)
    return BY_STAFF[kind] % uuid4(), SARA
