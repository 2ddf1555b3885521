"""Who may see and do what: every field and every mutation, asked by every kind of caller.

What is expected follows from the committed schema's `@seenBy` and from whose the thing is: a stranger's thing is
not found, whoever it is that asks (R43). The committed schema is the list that people review.
"""

import json
import re
from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, is_composite_type, is_union_type

from app.clock import new_id
from app.db import Database, Settings
from app.definition import PRESETS
from app.graph import Role, Viewer
from app.graph.ids import global_id
from tests.checkin.asking import makes_up
from tests.databases import fresh_database
from tests.graph import access_to_benefits as of_benefits
from tests.graph import access_to_campaigns as of_campaigns
from tests.graph import access_to_coupon_keeping as of_coupon_keeping
from tests.graph import access_to_coupons as of_coupons
from tests.graph import access_to_referrals as of_referrals
from tests.graph import access_to_rewards as of_rewards
from tests.staff.correcting import waiting
from tests.staff.importing import PARTS, started
from tests.world import World, customer, new_world, service, staff

from .things import Things, things_of_anna

SDL = (Path(__file__).parent.parent.parent / "schema.graphql").read_text("utf-8")
SCHEMA: Any = build_schema(SDL)
HERE, ELSEWHERE = "taobao-club", "brand-standard"
CLUB = (PRESETS / "taobao-club.toml").read_text("utf-8")

CALLERS: dict[str, Viewer] = {
    "a visitor": Viewer(),
    "the member": customer("anna"),
    "another member": customer("bella"),
    "someone who never joined": customer("carla"),
    "the same subject of another issuer": Viewer(Role.MEMBER, "https://other.example", "anna"),
    "a service of the program": service(HERE),
    "a service of another program": service(ELSEWHERE),
    "a service that may only report": service(HERE, scopes=("facts:write",)),
    "support of the program": staff(Role.SUPPORT, HERE),
    "support of another program": staff(Role.SUPPORT, ELSEWHERE),
    "an operator of the program": staff(Role.OPERATOR, HERE),
    "an operator of another program": staff(Role.OPERATOR, ELSEWHERE),
    "an auditor of the program": staff(Role.AUDITOR, HERE),
    "an auditor of another program": staff(Role.AUDITOR, ELSEWHERE),
}
MAY_SEE_ANNA = {name for name in CALLERS if name.endswith("of the program")} | {"the member"}

OWNED, PUBLIC, STAFF_LIST = "owned", "public", "staff's list"
RULE_CHANGES = f'ruleChanges(program: "{HERE}", since: "2020-01-01T00:00:00Z")'
COMPARE = f'compareProgram(program: "{HERE}", file: "no file")'
SIMULATE = f'simulateOrder(program: "{HERE}", currency: "CNY", lines: [{{quantity: 1, amount: "1"}}])'
ENTRANCES: dict[str, tuple[str, list[str], str]] = {
    "Member": ('node(id: "$member") { ... on Member', ["Query.node"], OWNED),
    "TierProgress": (
        'node(id: "$member") { ... on Member { tierProgress',
        ["Query.node", "Member.tierProgress"],
        OWNED,
    ),
    "GivenTierGift": ('node(id: "$gift") { ... on GivenTierGift', ["Query.node"], OWNED),
    "Points": ('node(id: "$member") { ... on Member { points', ["Query.node", "Member.points"], OWNED),
    "ExpiringPoints": (
        'node(id: "$member") { ... on Member { points { expiring(within: 3000)',
        ["Query.node", "Member.points", "Points.expiring"],
        OWNED,
    ),
    "PointsEntryConnection": (
        'node(id: "$member") { ... on Member { pointHistory',
        ["Query.node", "Member.pointHistory"],
        OWNED,
    ),
    "PointsEntryEdge": (
        'node(id: "$member") { ... on Member { pointHistory { edges',
        ["Query.node", "Member.pointHistory", "PointsEntryConnection.edges"],
        OWNED,
    ),
    "PageInfo": (
        'node(id: "$member") { ... on Member { pointHistory { pageInfo',
        ["Query.node", "Member.pointHistory", "PointsEntryConnection.pageInfo"],
        OWNED,
    ),
    "PointsEntry": ('node(id: "$entry") { ... on PointsEntry', ["Query.node"], OWNED),
    "Activity": (
        'node(id: "$activity_entry") { ... on PointsEntry { activity',
        ["Query.node", "PointsEntry.activity"],
        OWNED,
    ),
    "PointsLotUse": (
        'node(id: "$entry") { ... on PointsEntry { lots',
        ["Query.node", "PointsEntry.lots"],
        OWNED,
    ),
    "PointsLot": ('node(id: "$lot") { ... on PointsLot', ["Query.node"], OWNED),
    "PointsHold": ('node(id: "$hold") { ... on PointsHold', ["Query.node"], OWNED),
    "PointsHoldConnection": (
        'node(id: "$member") { ... on Member { pointHolds',
        ["Query.node", "Member.pointHolds"],
        OWNED,
    ),
    "PointsHoldEdge": (
        'node(id: "$member") { ... on Member { pointHolds { edges',
        ["Query.node", "Member.pointHolds", "PointsHoldConnection.edges"],
        OWNED,
    ),
    "PointsGiveBack": ('node(id: "$given_back") { ... on PointsGiveBack', ["Query.node"], OWNED),
    "Order": ('node(id: "$order") { ... on Order', ["Query.node"], OWNED),
    "OrderLine": ('node(id: "$order") { ... on Order { lines', ["Query.node", "Order.lines"], OWNED),
    "Refund": ('node(id: "$order") { ... on Order { refunds', ["Query.node", "Order.refunds"], OWNED),
    "RefundLine": (
        'node(id: "$order") { ... on Order { refunds { lines',
        ["Query.node", "Order.refunds", "Refund.lines"],
        OWNED,
    ),
    "Money": ('node(id: "$order") { ... on Order { amount', ["Query.node", "Order.amount"], OWNED),
    "PointsAdjustment": ('node(id: "$adjusted") { ... on PointsAdjustment', ["Query.node"], OWNED),
    "StaffMember": (
        'node(id: "$adjusted") { ... on PointsAdjustment { askedBy',
        ["Query.node", "PointsAdjustment.askedBy"],
        OWNED,
    ),
    "PointsAdjustmentConnection": (
        'node(id: "$member") { ... on Member { pointAdjustments',
        ["Query.node", "Member.pointAdjustments"],
        OWNED,
    ),
    "PointsAdjustmentEdge": (
        'node(id: "$member") { ... on Member { pointAdjustments { edges',
        ["Query.node", "Member.pointAdjustments", "PointsAdjustmentConnection.edges"],
        OWNED,
    ),
    "ReportedNumbers": (
        'node(id: "$member") { ... on Member { reported',
        ["Query.node", "Member.reported"],
        OWNED,
    ),
    "MemberIdentity": (
        'node(id: "$member") { ... on Member { identities',
        ["Query.node", "Member.identities"],
        OWNED,
    ),
    "PointsExplanation": ('explainPoints(entry: "$entry")', ["Query.explainPoints"], OWNED),
    "PointsStep": (
        'explainPoints(entry: "$entry") { steps',
        ["Query.explainPoints", "PointsExplanation.steps"],
        OWNED,
    ),
    "AuditEntryConnection": ('node(id: "$member") { ... on Member { audit', ["Query.node", "Member.audit"], OWNED),
    "AuditEntryEdge": (
        'node(id: "$member") { ... on Member { audit { edges',
        ["Query.node", "Member.audit", "AuditEntryConnection.edges"],
        OWNED,
    ),
    "AuditEntry": (
        'node(id: "$member") { ... on Member { audit { nodes',
        ["Query.node", "Member.audit", "AuditEntryConnection.nodes"],
        OWNED,
    ),
    **{
        kind: (f'node(id: "$member") {{ ... on Member {{ {way}', ["Query.node", *path], OWNED)
        for kind, (way, path) in {
            "GrowthEntryConnection": ("growthHistory", ["Member.growthHistory"]),
            "GrowthEntryEdge": (
                "growthHistory { edges",
                ["Member.growthHistory", "GrowthEntryConnection.edges"],
            ),
            "TierChangeConnection": ("tierHistory", ["Member.tierHistory"]),
            "TierChangeEdge": ("tierHistory { edges", ["Member.tierHistory", "TierChangeConnection.edges"]),
            "LadderStep": ("tiers", ["Member.tiers"]),
            "ManualTier": ("manualTier", ["Member.manualTier"]),
            "TierExplanation": ("explainTier", ["Member.explainTier"]),
            "GrowthByRule": ("explainTier { byRule", ["Member.explainTier", "TierExplanation.byRule"]),
            "GrowthByMonth": ("explainTier { byMonth", ["Member.explainTier", "TierExplanation.byMonth"]),
            "TierPeriod": ("explainTier { period", ["Member.explainTier", "TierExplanation.period"]),
            "TierFloor": ("explainTier { floors", ["Member.explainTier", "TierExplanation.floors"]),
            "TierWay": ("explainTier { ways", ["Member.explainTier", "TierExplanation.ways"]),
            "TierProspect": ("explainTier { prospects", ["Member.explainTier", "TierExplanation.prospects"]),
        }.items()
    },
    "CheckIn": ('node(id: "$check_in") { ... on CheckIn', ["Query.node"], OWNED),
    "CheckInBonus": ('node(id: "$check_in") { ... on CheckIn { bonuses', ["Query.node", "CheckIn.bonuses"], OWNED),
    **{
        kind: (f'node(id: "$member") {{ ... on Member {{ checkIn {way}', ["Query.node", "Member.checkIn", *path], OWNED)
        for kind, (way, path) in {
            "CheckIns": ("", []),
            "CheckInCycleDay": ("{ cycle", ["CheckIns.cycle"]),
            "OfferedCheckInBonus": ("{ cycle { bonus", ["CheckIns.cycle", "CheckInCycleDay.bonus"]),
            "NextCheckInBonus": ("{ nextBonus", ["CheckIns.nextBonus"]),
        }.items()
    },
    "GrowthEntry": ('node(id: "$growth_entry") { ... on GrowthEntry', ["Query.node"], OWNED),
    "TierChange": ('node(id: "$tier_change") { ... on TierChange', ["Query.node"], OWNED),
    "TierGift": (f'program(code: "{HERE}") {{ tiers {{ gift', ["Query.program", "Program.tiers", "Tier.gift"], PUBLIC),
    "Program": (f'program(code: "{HERE}")', ["Query.program"], PUBLIC),
    "ProgramRules": (f'program(code: "{HERE}") {{ rules', ["Query.program", "Program.rules"], PUBLIC),
    "ProgramRule": (
        f'program(code: "{HERE}") {{ rules {{ rules',
        ["Query.program", "Program.rules", "ProgramRules.rules"],
        PUBLIC,
    ),
    "ProgramRuleChanges": (RULE_CHANGES, ["Query.ruleChanges"], PUBLIC),
    "RuleChange": (RULE_CHANGES + " { changes", ["Query.ruleChanges", "ProgramRuleChanges.changes"], PUBLIC),
    "PublishedVersion": (f'publishedVersion(program: "{HERE}")', ["Query.publishedVersion"], STAFF_LIST),
    "ProgramComparison": (COMPARE, ["Query.compareProgram"], STAFF_LIST),
    "ProgramProblem": (COMPARE + " { problems", ["Query.compareProgram", "ProgramComparison.problems"], STAFF_LIST),
    "TierMoves": (COMPARE + " { tierMoves", ["Query.compareProgram", "ProgramComparison.tierMoves"], STAFF_LIST),
    "TierMove": (
        COMPARE + " { tierMoves { moves",
        ["Query.compareProgram", "ProgramComparison.tierMoves", "TierMoves.moves"],
        STAFF_LIST,
    ),
    "Tier": (f'program(code: "{HERE}") {{ tiers', ["Query.program", "Program.tiers"], PUBLIC),
    **{kind: (*way, PUBLIC) for kind, way in of_campaigns.PUBLIC.items()},
    **{kind: (*way, STAFF_LIST) for kind, way in of_campaigns.STAFF_LIST.items()},
    **{kind: (*way, PUBLIC) for kind, way in of_benefits.PUBLIC.items()},
    **{kind: (*way, OWNED) for kind, way in of_benefits.OWNED.items()},
    **{kind: (*way, PUBLIC) for kind, way in of_coupon_keeping.PUBLIC.items()},
    **{kind: (*way, OWNED) for kind, way in of_coupon_keeping.OWNED.items()},
    **{kind: (*way, STAFF_LIST) for kind, way in of_coupon_keeping.STAFF_LIST.items()},
    "SimulatedOrder": (SIMULATE, ["Query.simulateOrder"], PUBLIC),
    "SimulatedLine": (SIMULATE + " { lines", ["Query.simulateOrder", "SimulatedOrder.lines"], PUBLIC),
    "SimulatedPart": (
        SIMULATE + " { lines { rules",
        ["Query.simulateOrder", "SimulatedOrder.lines", "SimulatedLine.rules"],
        PUBLIC,
    ),
    "SimulatedRule": (SIMULATE + " { rules", ["Query.simulateOrder", "SimulatedOrder.rules"], PUBLIC),
    "SimulatedCut": (
        SIMULATE + " { rules { cuts",
        ["Query.simulateOrder", "SimulatedOrder.rules", "SimulatedRule.cuts"],
        PUBLIC,
    ),
    "AuditedChange": (
        'node(id: "$member") { ... on Member { audit { nodes { changes',
        ["Query.node", "Member.audit", "AuditEntryConnection.nodes", "AuditEntry.changes"],
        OWNED,
    ),
    **{kind: (*way, PUBLIC) for kind, way in of_rewards.PUBLIC.items()},
    **{kind: (*way, PUBLIC) for kind, way in of_referrals.PUBLIC.items()},
    **{kind: (*way, OWNED) for kind, way in of_referrals.OWNED.items()},
    **{kind: (*way, OWNED) for kind, way in of_rewards.OWNED.items()},
    "MemberConnection": (f'members(program: "{HERE}")', ["Query.members"], STAFF_LIST),
    "MemberEdge": (f'members(program: "{HERE}") {{ edges', ["Query.members", "MemberConnection.edges"], STAFF_LIST),
    "Import": ('import(id: "$import")', ["Query.import"], OWNED),
    "ImportMove": ('import(id: "$import") { moves', ["Query.import", "Import.moves"], OWNED),
    "ImportLineNotTakenConnection": ('import(id: "$import") { notTaken', ["Query.import", "Import.notTaken"], OWNED),
    "ImportLineNotTakenEdge": (
        'import(id: "$import") { notTaken { edges',
        ["Query.import", "Import.notTaken", "ImportLineNotTakenConnection.edges"],
        OWNED,
    ),
    "ImportLineNotTaken": (
        'import(id: "$import") { notTaken { nodes',
        ["Query.import", "Import.notTaken", "ImportLineNotTakenConnection.nodes"],
        OWNED,
    ),
    "ImportChangeConnection": ('import(id: "$import") { changes', ["Query.import", "Import.changes"], OWNED),
    "ImportChangeEdge": (
        'import(id: "$import") { changes { edges',
        ["Query.import", "Import.changes", "ImportChangeConnection.edges"],
        OWNED,
    ),
    "ImportChange": (
        'import(id: "$import") { changes { nodes',
        ["Query.import", "Import.changes", "ImportChangeConnection.nodes"],
        OWNED,
    ),
    "ImportConnection": (f'imports(program: "{HERE}")', ["Query.imports"], STAFF_LIST),
    "ImportEdge": (f'imports(program: "{HERE}") {{ edges', ["Query.imports", "ImportConnection.edges"], STAFF_LIST),
    "Prover": (f'prover(program: "{HERE}")', ["Query.prover"], STAFF_LIST),
    "MismatchConnection": (
        f'prover(program: "{HERE}") {{ mismatches',
        ["Query.prover", "Prover.mismatches"],
        STAFF_LIST,
    ),
    "MismatchEdge": (
        f'prover(program: "{HERE}") {{ mismatches {{ edges',
        ["Query.prover", "Prover.mismatches", "MismatchConnection.edges"],
        STAFF_LIST,
    ),
    "Mismatch": (
        f'prover(program: "{HERE}") {{ mismatches {{ nodes',
        ["Query.prover", "Prover.mismatches", "MismatchConnection.nodes"],
        STAFF_LIST,
    ),
}
"""How to get at an object of each type, through which fields, and who finds it."""

NEEDED = {"Member.ruleChanges": '(since: "2026-01-01T00:00:00Z")', **of_coupon_keeping.NEEDED}
"""Arguments of fields that cannot do without."""

OF_HOLDS = {
    "PlaceHoldSuccess",
    "NotEnoughPoints",
    "CaptureHoldSuccess",
    "ReleaseHoldSuccess",
    "HoldEnded",
    "GiveBackPointsSuccess",
    "HoldNotCaptured",
    "MoreThanLeft",
}
OF_PUBLISHING = {"PublishProgramSuccess", "WrongProgramFile", "NothingDifferent", "NewerVersion"}
OF_CHECKING_IN = {
    "CheckInSuccess",
    "CheckInNotOffered",
    "MakeUpCheckInSuccess",
    "DayNotPast",
    "DayTooLongAgo",
    "DayBeforeJoining",
    "AlreadyCheckedIn",
    "NoMakeUpsLeft",
}
BY_MUTATION = {
    *OF_HOLDS,
    *OF_PUBLISHING,
    *OF_CHECKING_IN,
    *of_benefits.ANSWERS,
    *of_coupon_keeping.ANSWERS,
    *of_campaigns.ANSWERS,
    *of_coupons.ANSWERS,
    *of_rewards.ANSWERS,
    *of_referrals.ANSWERS,
    "JoinProgramSuccess",
    "AlreadyMember",
    "LeaveProgramSuccess",
    "NotAMember",
    "RecordOrderSuccess",
    "FactConflict",
    "AdjustPointsSuccess",
    "AdjustmentWaiting",
    "ApproveAdjustmentSuccess",
    "RejectAdjustmentSuccess",
    "OwnAdjustment",
    "AdjustmentDecided",
    "RecordActivitySuccess",
    "InvalidFact",
    "RecordRefundSuccess",
    "FactKept",
    "ImportSuccess",
    "ImportNotOpen",
    "SetManualTierSuccess",
    "EndManualTierSuccess",
    "NoManualTier",
    "OwnTier",
}
"""Types that only a mutation answers with."""


@lru_cache(5_000)
def roles_of(kind: str, name: str) -> frozenset[str]:
    """What the committed schema says of a field."""
    block = SDL[SDL.index(f"\ntype {kind} ") :]
    block = block[: block.index("\n}")]
    found = re.search(rf"^  {name}(?:\(.*?^  \))?: [^\n@]*@seenBy\(roles: \[([A-Z, ]+)\]\)", block, re.S | re.M)
    assert found is not None, (kind, name)
    return frozenset(found[1].split(", "))


def fields_of(kind: str) -> Iterator[str]:
    yield from SCHEMA.type_map[kind].fields


def test_every_type_has_an_entrance() -> None:
    """A new type does not get past this test unseen."""
    roots = {"Query", "Mutation"}
    kinds = {n for n, k in SCHEMA.type_map.items() if isinstance(k, GraphQLObjectType) and not n.startswith("__")}
    assert kinds == ENTRANCES.keys() | BY_MUTATION | roots


@pytest.fixture(scope="module")
async def looked_at(server_url: str) -> AsyncGenerator[tuple[World, Things]]:
    """What Anna has in a database of its own: tests that only look share it."""
    async with fresh_database(server_url, "member_center_access") as url:
        database = Database(Settings(url=url), new_id=new_id)
        await database.open()
        world = await new_world(database)
        yield world, await things_of_anna(world)
        await database.close()


@pytest.mark.parametrize("kind", ENTRANCES)
async def test_every_field_is_seen_by_those_it_says_and_denied_to_all_others(
    looked_at: tuple[World, Things], kind: str
) -> None:
    world, things = looked_at
    way, path, whose = ENTRANCES[kind]
    for name in fields_of(kind):
        inner = " { __typename }" if is_composite_type(get_named_type(SCHEMA.type_map[kind].fields[name].type)) else ""
        inner = NEEDED.get(f"{kind}.{name}", "") + inner
        text = things.fill("{ " + way + " { " + name + inner + " }" + " }" * (way.count("{") - way.count("}")) + " }")
        steps = [*path, f"{kind}.{name}"]
        for caller, viewer in CALLERS.items():
            result = await world.ask(text, by=viewer)
            expected = expectation(caller, viewer, steps, whose)
            assert outcome(result) == expected, f"{kind}.{name} asked by {caller}: {outcome(result)}, not {expected}"


def expectation(caller: str, viewer: Viewer, steps: list[str], whose: str) -> str:
    """The first step that the caller's role may not take decides; before it, whose the thing is."""
    for number, step in enumerate(steps):
        if viewer.role.value not in roles_of(*step.split(".")):
            if number and whose == OWNED and caller not in MAY_SEE_ANNA:
                return "not found"
            return "UNAUTHENTICATED" if viewer.role is Role.VISITOR else "FORBIDDEN"
        if number == 0 and whose == OWNED and caller not in MAY_SEE_ANNA:
            return "not found"
        if number == 0 and whose in (PUBLIC, STAFF_LIST) and limited_to_elsewhere(viewer):
            return "BAD_USER_INPUT"
    return "seen"


def limited_to_elsewhere(viewer: Viewer) -> bool:
    return viewer.role not in (Role.VISITOR, Role.MEMBER) and HERE not in viewer.programs


def outcome(result: Any) -> str:
    codes = {error.extensions.get("code") if error.extensions else None for error in result.errors or ()}
    if codes:
        (code,) = codes
        return str(code or codes_of_original(result))
    return "not found" if list(result.data.values()) == [None] else "seen"


def codes_of_original(result: Any) -> str:
    return str([getattr(error.original_error, "code", error.message) for error in result.errors])


async def test_every_query_field_of_the_root_is_denied_to_those_it_does_not_name(world: World) -> None:
    things = await things_of_anna(world)
    calls = {
        "program": "program { code }",
        "me": "me { id }",
        "member": 'member(id: "$member") { id }',
        "referralLeaderboard": of_referrals.LEADERS + " { rank }",
        "rewards": of_rewards.REWARDS + " { totalCount }",
        "reward": 'reward(id: "$reward") { code }',
        "redemptions": f'redemptions(program: "{HERE}") {{ totalCount }}',
        "members": f'members(program: "{HERE}") {{ totalCount }}',
        "adjustmentsWaiting": f'adjustmentsWaiting(program: "{HERE}") {{ totalCount }}',
        "prover": f'prover(program: "{HERE}") {{ membersProved }}',
        "import": 'import(id: "$import") { state }',
        "imports": f'imports(program: "{HERE}") {{ nodes {{ state }} }}',
        "ruleChanges": RULE_CHANGES + " { version }",
        "publishedVersion": f'publishedVersion(program: "{HERE}") {{ number }}',
        "compareProgram": COMPARE + " { changes }",
        "compareCampaign": of_campaigns.COMPARE + " { members }",
        "simulateOrder": SIMULATE + " { points }",
        **of_coupon_keeping.CALLS,
        "explainPoints": 'explainPoints(entry: "$entry") { amount }',
        "node": 'node(id: "$member") { id }',
        "nodes": 'nodes(ids: ["$member"]) { id }',
    }
    assert calls.keys() == set(fields_of("Query"))
    for name, call in calls.items():
        for caller, viewer in CALLERS.items():
            result = await world.ask(things.fill("{ " + call + " }"), by=viewer)
            if viewer.role.value in roles_of("Query", name):
                assert outcome(result) not in ("FORBIDDEN", "UNAUTHENTICATED"), (name, caller)
            else:
                denied = "UNAUTHENTICATED" if viewer.role is Role.VISITOR else "FORBIDDEN"
                assert outcome(result) == denied, (name, caller)


async def test_a_stranger_learns_nothing_of_a_thing_by_its_id(world: World) -> None:
    """R43: for a foreign id and for an id of nothing the answer is the same."""
    things = await things_of_anna(world)
    nobody = global_id("member", uuid4())
    foreign = [viewer for name, viewer in CALLERS.items() if name not in MAY_SEE_ANNA and name != "a visitor"]
    assert len(foreign) > 6
    for viewer in foreign:
        for named in (
            "$growth_entry",
            "$tier_change",
            "$member",
            "$entry",
            "$order",
            "$adjusted",
            "$asked",
            "$hold",
            "$given_back",
            "$lot",
            "$gift",
            "$check_in",
            "$benefit_use",
            "$benefit_grant",
            "$kept_coupon",
            "$redemption",
            "$invitation",
        ):
            text = things.fill('{ node(id: "' + named + '") { id } nodes(ids: ["' + named + '"]) { id } }')
            known = await world.ask(text, by=viewer)
            unknown = await world.ask(text.replace(things.fill(named), nobody), by=viewer)
            assert known.data == unknown.data == {"node": None, "nodes": [None]}
            assert known.errors is None


MUTATIONS = {
    "joinProgram": 'joinProgram(input: {idempotencyKey: "%s"}) { __typename }',
    "leaveProgram": 'leaveProgram(input: {idempotencyKey: "%s"}) { __typename }',
    "recordOrder": """recordOrder(input: {program: "taobao-club", order: "%s", currency: "CNY",
        customer: {issuer: "https://id.example", subject: "anna"},
        paidAt: "2026-01-01T00:00:00Z", lines: [{quantity: 1, amount: "1.00"}]}) { __typename }""",
    "recordRefund": """recordRefund(input: {program: "taobao-club", order: "first", refund: "%s", currency: "CNY",
        customer: {subject: "anna"}, refundedAt: "2026-01-05T00:00:00Z",
        lines: [{line: 1, amount: "1.00"}]}) { __typename }""",
    "recordActivities": """recordActivities(input: {program: "taobao-club", activities: [{action: REVIEW, id: "%s",
        customer: {subject: "anna"}, occurredAt: "2026-01-01T00:00:00Z"}]}) { __typename }""",
    "placeHold": """placeHold(input: {idempotencyKey: "%s", program: "taobao-club", customer: {subject: "anna"},
        points: 1}) { __typename }""",
    "captureHold": 'captureHold(input: {idempotencyKey: "%s", hold: "$hold"}) { __typename }',
    "releaseHold": 'releaseHold(input: {idempotencyKey: "%s", hold: "$hold"}) { __typename }',
    "giveBackPoints": """giveBackPoints(input: {idempotencyKey: "%s", hold: "$spent", cancelledBy: SHOP, points: 1})
        { __typename }""",
    "adjustPoints": """adjustPoints(input: {idempotencyKey: "%s", member: "$member", points: 5, reason: "why"})
        { __typename }""",
    "rejectAdjustment": """rejectAdjustment(input: {idempotencyKey: "%s", adjustment: "$asked", reason: "why"})
        { __typename }""",
    "publishProgram": """publishProgram(input: {idempotencyKey: "%s", program: "taobao-club", expectedVersion: 1,
        file: "no file"}) { __typename }""",
    "approveAdjustment": 'approveAdjustment(input: {idempotencyKey: "%s", adjustment: "$asked"}) { __typename }',
    "createImport": 'createImport(input: {program: "taobao-club", source: "%s", members: {}}) { __typename }',
    "addImportPart": """addImportPart(input: {id: "$import", number: 2, text: "%s,2026-01-01,1.00"}) { __typename }""",
    "startImport": 'startImport(input: {id: "$import"}) { __typename } # %s\n',
    "setManualTier": """setManualTier(input: {idempotencyKey: "%s", member: "$member", tier: "v3", reason: "why",
        until: "2100-01-01T00:00:00Z"}) { __typename }""",
    **of_benefits.MUTATIONS,
    **of_coupon_keeping.MUTATIONS,
    **of_campaigns.MUTATIONS,
    **of_coupons.MUTATIONS,
    **of_rewards.MUTATIONS,
    **of_referrals.MUTATIONS,
    "checkIn": 'checkIn(input: {idempotencyKey: "%s"}) { __typename }',
    "makeUpCheckIn": 'makeUpCheckIn(input: {idempotencyKey: "%s", day: "2026-02-27"}) { __typename }',
    "endManualTier": 'endManualTier(input: {idempotencyKey: "%s", member: "$member", reason: "why"}) { __typename }',
}


HOLDING = ("placeHold", "captureHold", "releaseHold", "giveBackPoints")
SCOPES = dict.fromkeys(HOLDING, "points:hold") | of_benefits.SCOPES | of_coupons.SCOPES
"""What a service's token must say for them."""


async def holds(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to a system that sells."""
    things = await things_of_anna(world)
    place, capture, release, give_back = (MUTATIONS[name] % uuid4() for name in HOLDING)
    calls = {
        "PlaceHoldSuccess": place,
        "NotEnoughPoints": place.replace("points: 1", "points: 10000"),
        "CaptureHoldSuccess": capture,
        "HoldEnded": capture.replace("$hold", "$spent"),
        "ReleaseHoldSuccess": release,
        "GiveBackPointsSuccess": give_back,
        "HoldNotCaptured": give_back.replace("$spent", "$hold"),
        "MoreThanLeft": give_back.replace("points: 1", "points: 10"),
    }
    return things.fill(calls[kind]), service(HERE)


async def publishing(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to an operator who publishes."""
    call = MUTATIONS["publishProgram"] % uuid4()
    same, other = (json.dumps(file) for file in (CLUB, CLUB.replace("threshold = 1000\n", "threshold = 1001\n")))
    calls = {
        "PublishProgramSuccess": call.replace('"no file"', other),
        "WrongProgramFile": call,
        "NothingDifferent": call.replace('"no file"', same),
        "NewerVersion": call.replace('"no file"', other).replace("expectedVersion: 1", "expectedVersion: 7"),
    }
    return calls[kind], CALLERS["an operator of the program"]


async def checking_in(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to a member who checks in, nine days after she joined."""
    await things_of_anna(world)
    await world.joins("anna", program=ELSEWHERE)
    world.now += timedelta(days=9)
    missed = (world.now - timedelta(days=3)).date()
    before = {"AlreadyCheckedIn": (3,), "NoMakeUpsLeft": (4, 5, 6)}
    for days in before.get(kind, ()):
        await makes_up(world, (world.now - timedelta(days=days)).date())
    days = {"DayNotPast": 0, "DayTooLongAgo": 8, "DayBeforeJoining": 90}.get(kind, 3)
    making_up = MUTATIONS["makeUpCheckIn"].replace("2026-02-27", str(missed + timedelta(days=3 - days))) % uuid4()
    checking = MUTATIONS["checkIn"] % uuid4()
    elsewhere = checking.replace("input: {", f'input: {{program: "{ELSEWHERE}", ')
    return {"CheckInSuccess": checking, "CheckInNotOffered": elsewhere}.get(kind, making_up), customer("anna")


async def inviting(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to who invites, or is invited."""
    return await of_referrals.inviting(world, kind, (await things_of_anna(world)).ids["bellas_code"])


async def redeeming(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to who redeems, keeps rewards, or sees to what was redeemed."""
    things = await things_of_anna(world)
    call, viewer = await of_rewards.redeeming(world, kind, things.ids, operator=CALLERS["an operator of the program"])
    return things.fill(call), viewer


async def benefiting(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to who uses benefits, or gives them."""
    things = await things_of_anna(world)
    call, viewer = await of_benefits.using(world, kind, things.ids)
    return things.fill(call), viewer


async def keeping_coupons(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to staff who keep coupons."""
    things = await things_of_anna(world)
    call, viewer = await of_coupon_keeping.keeping(world, kind, things.ids)
    return things.fill(call), viewer


async def campaigning(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to an operator who makes campaigns."""
    return await of_campaigns.changing(world, kind), CALLERS["an operator of the program"]


async def with_coupons(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to who claims coupons, or uses them."""
    things = await things_of_anna(world)
    call, viewer = await of_coupons.having(world, kind, things.ids)
    return things.fill(call), viewer


async def importing(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to an operator who imports."""
    call = MUTATIONS["createImport" if kind == "ImportSuccess" else "startImport"] % uuid4()
    return call.replace("$import", await started(world, PARTS[0])), CALLERS["an operator of the program"]


async def corrections(world: World, kind: str) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer to staff."""
    things, operator = await things_of_anna(world), CALLERS["an operator of the program"]
    own = await waiting(world, things.ids["member"], 5000, by=operator)
    adjusting, approving = MUTATIONS["adjustPoints"] % uuid4(), MUTATIONS["approveAdjustment"] % uuid4()
    setting, ending = MUTATIONS["setManualTier"] % uuid4(), MUTATIONS["endManualTier"] % uuid4()
    herself, carla = [global_id("member", await world.joins(name)) for name in (operator.subject, "carla")]
    calls = {
        "AdjustPointsSuccess": adjusting,
        "AdjustmentWaiting": adjusting.replace("points: 5", "points: 5000"),
        "ApproveAdjustmentSuccess": approving,
        "RejectAdjustmentSuccess": MUTATIONS["rejectAdjustment"] % uuid4(),
        "OwnAdjustment": approving.replace("$asked", own),
        "AdjustmentDecided": approving.replace("$asked", "$adjusted"),
        "SetManualTierSuccess": setting,
        "EndManualTierSuccess": ending,
        "NoManualTier": ending.replace("$member", carla),
        "OwnTier": setting.replace("$member", herself),
    }
    return things.fill(calls[kind]), operator


async def test_every_mutation_is_done_for_those_it_says_and_denied_to_all_others(world: World) -> None:
    assert MUTATIONS.keys() == set(fields_of("Mutation"))
    things = await things_of_anna(world)
    for name, call in MUTATIONS.items():
        for caller, viewer in CALLERS.items():
            result = await world.ask("mutation { " + things.fill(call % uuid4()) + " }", by=viewer)
            if viewer.role.value not in roles_of("Mutation", name):
                assert outcome(result) == ("UNAUTHENTICATED" if viewer.role is Role.VISITOR else "FORBIDDEN"), caller
            elif name in SCOPES and SCOPES[name] not in viewer.scopes:
                assert outcome(result) == "FORBIDDEN", caller
            elif limited_to_elsewhere(viewer):
                assert outcome(result) == "BAD_USER_INPUT", caller
            else:
                assert outcome(result) == "seen", (name, caller, result.errors)


@pytest.mark.parametrize("kind", sorted(BY_MUTATION))
async def test_what_a_mutation_answers_is_seen_by_those_it_says(world: World, kind: str) -> None:
    """Each kind of answer is brought about, and every field of it asked for by those who may run the mutation."""
    anna = customer("anna")
    order = MUTATIONS["recordOrder"].replace("{ __typename }", "{ ANSWER }")
    if kind in ("AlreadyMember", "LeaveProgramSuccess", "FactConflict"):
        await world.joins("anna")
    if kind == "FactConflict":
        await world.orders("anna", "2.00", order="the order")
    if kind == "FactKept":
        await world.publishes(f"{CLUB}\n[facts]\nkept_days = 3650\n", effective_from=world.now - timedelta(days=90))
        await world.joins("anna")
        await world.leaves("anna")
    calls: dict[str, tuple[str, Viewer]] = {
        "JoinProgramSuccess": (MUTATIONS["joinProgram"] % uuid4(), anna),
        "AlreadyMember": (MUTATIONS["joinProgram"] % uuid4(), anna),
        "LeaveProgramSuccess": (MUTATIONS["leaveProgram"] % uuid4(), anna),
        "NotAMember": (MUTATIONS["leaveProgram"] % uuid4(), anna),
        "RecordOrderSuccess": (order % "another order", service(HERE)),
        "FactConflict": (order % "the order", service(HERE)),
        "RecordActivitySuccess": (MUTATIONS["recordActivities"] % uuid4(), service(HERE)),
        "InvalidFact": (MUTATIONS["recordActivities"] % "", service(HERE)),
        "RecordRefundSuccess": (MUTATIONS["recordRefund"] % uuid4(), service(HERE)),
        "FactKept": (order % "kept", service(HERE)),
    }
    others = holds if kind in OF_HOLDS else publishing if kind in OF_PUBLISHING else corrections
    others = importing if kind.startswith("Import") else others
    others = checking_in if kind in OF_CHECKING_IN else others
    others = benefiting if kind in of_benefits.ANSWERS else others
    others = campaigning if kind in of_campaigns.ANSWERS else others
    others = keeping_coupons if kind in of_coupon_keeping.ANSWERS else others
    others = with_coupons if kind in of_coupons.ANSWERS else others
    others = redeeming if kind in of_rewards.ANSWERS else others
    others = inviting if kind in of_referrals.ANSWERS else others
    call, viewer = calls[kind] if kind in calls else await others(world, kind)
    asked = " ".join(
        name + (" { __typename }" if is_composite_type(get_named_type(f.type)) else "")
        for name, f in SCHEMA.type_map[kind].fields.items()
        if viewer.role.value in roles_of(kind, name)
    )
    asked_for = call.replace("{ ANSWER }", "{ __typename }")
    text = asked_for.replace("{ __typename }", f"{{ __typename ... on {kind} {{ {asked} }} }}")
    data = await world.data("mutation { " + text + " }", by=viewer)
    found: Any = next(iter(data.values()))
    answer = cast("dict[str, Any]", found[0] if isinstance(found, list) else found)
    assert answer["__typename"] == kind
    assert set(answer) - {"__typename"} == {n for n in fields_of(kind) if viewer.role.value in roles_of(kind, n)}


def test_every_mutation_answers_with_a_union_of_a_success_and_refusals() -> None:
    refusal = SCHEMA.type_map["Refusal"]
    for name, mutation in SCHEMA.mutation_type.fields.items():
        answer: Any = SCHEMA.type_map[get_named_type(mutation.type).name]
        assert is_union_type(answer), name
        kinds: list[Any] = SCHEMA.get_possible_types(answer)
        successes = [kind for kind in kinds if refusal not in kind.interfaces]
        assert len(successes) == SUCCESSES.get(name, 1), name


SUCCESSES = {"adjustPoints": 2, "recordOrder": 2, "recordRefund": 2, "recordActivities": 2}
"""Points are moved, or wait for a second person of staff; a fact is recorded, or kept for who may join: neither is a
refusal, for both are done and kept."""


async def test_the_tables_are_of_use(world: World) -> None:
    """The matrix can fail: Anna sees her page, and is not let into what staff see."""
    await things_of_anna(world)
    assert outcome(await world.ask("{ me { points { available } } }", by=CALLERS["the member"])) == "seen"
    assert outcome(await world.ask("{ members { totalCount } }", by=CALLERS["the member"])) == "FORBIDDEN"
