"""Staff at work, as clients see it: correcting points, deciding about what others asked for."""

from typing import Any
from uuid import UUID, uuid4

from app.graph import Role, Viewer
from app.graph.ids import global_id
from app.prover import prove
from tests.world import ISSUER, World

CLUB, BRAND = "taobao-club", "brand-standard"
LIMIT = 1000
"""Points that one may adjust alone in the presets."""
WHY = "The parcel came late, and we promised points."


def person(name: str, role: Role = Role.SUPPORT, *programs: str) -> Viewer:
    """Somebody of the club's staff, or of other programs'."""
    return Viewer(role, ISSUER, name, programs=frozenset(programs or (CLUB,)))


SARA, SAM = person("sara"), person("sam")
OLGA, OTTO = person("olga", Role.OPERATOR), person("otto", Role.OPERATOR)
ADA = person("ada", Role.AUDITOR)

WHOLE = "id points state reason needsSecond askedBy { subject issuer } decidedBy { subject } decidedAt decisionReason"
DECIDED = """__typename
  ... on Refusal { code message }
  ... on NotEnoughPoints { required available }
  ... on OwnAdjustment { adjustment { state } }
  ... on AdjustmentDecided { state }"""
ADJUST = f"""mutation Adjust($key: UUID!, $member: ID!, $points: Int!, $reason: String!) {{
  adjustPoints(input: {{idempotencyKey: $key, member: $member, points: $points, reason: $reason}}) {{
    __typename
    ... on AdjustPointsSuccess {{ replayed member {{ points {{ available debt }} }} adjustment {{ {WHOLE} }} }}
    ... on AdjustmentWaiting {{ replayed member {{ points {{ available }} }} adjustment {{ {WHOLE} }} }}
    ... on NotEnoughPoints {{ code message required available }}
  }}
}}"""
APPROVE = f"""mutation Approve($key: UUID!, $adjustment: ID!) {{
  approveAdjustment(input: {{idempotencyKey: $key, adjustment: $adjustment}}) {{ {DECIDED}
    ... on ApproveAdjustmentSuccess {{ replayed member {{ points {{ available }} }} adjustment {{ {WHOLE} }} }} }}
}}"""
REJECT = f"""mutation Reject($key: UUID!, $adjustment: ID!, $reason: String!) {{
  rejectAdjustment(input: {{idempotencyKey: $key, adjustment: $adjustment, reason: $reason}}) {{
    {DECIDED.replace("... on NotEnoughPoints { required available }", "")}
    ... on RejectAdjustmentSuccess {{ replayed member {{ points {{ available }} }} adjustment {{ {WHOLE} }} }} }}
}}"""
LOOK = """query Look($member: ID!) { member(id: $member) {
  points { available pending }
  pointHistory { nodes { kind change cause ruleInWords adjustment { id points state } } }
  pointAdjustments { totalCount nodes { id points state } }
} }"""


def as_id(member: UUID | str) -> str:
    return member if isinstance(member, str) else global_id("member", member)


async def adjust(
    world: World, member: UUID | str, points: int, *, by: Viewer = SARA, reason: str = WHY, key: UUID | None = None
) -> dict[str, Any]:
    """What comes of asking for a correction."""
    asked: dict[str, Any] = {"key": str(key or uuid4()), "member": as_id(member), "points": points, "reason": reason}
    return (await world.data(ADJUST, by=by, **asked))["adjustPoints"]


async def waiting(world: World, member: UUID | str, points: int, *, by: Viewer = SARA) -> str:
    """The id of a correction that waits for a second person."""
    answer = await adjust(world, member, points, by=by)
    assert answer["__typename"] == "AdjustmentWaiting", answer
    return answer["adjustment"]["id"]


async def approve(world: World, adjustment: str, *, by: Viewer = OLGA, key: UUID | None = None) -> dict[str, Any]:
    asked = {"key": str(key or uuid4()), "adjustment": adjustment}
    return (await world.data(APPROVE, by=by, **asked))["approveAdjustment"]


async def reject(
    world: World, adjustment: str, *, by: Viewer = OLGA, reason: str = "We promised nothing.", key: UUID | None = None
) -> dict[str, Any]:
    asked = {"key": str(key or uuid4()), "adjustment": adjustment, "reason": reason}
    return (await world.data(REJECT, by=by, **asked))["rejectAdjustment"]


async def look(world: World, member: UUID | str, *, by: Viewer = SARA) -> dict[str, Any]:
    """What staff see of a member."""
    return (await world.data(LOOK, by=by, member=as_id(member)))["member"]


async def available(world: World, member: UUID | str) -> int:
    return (await look(world, member))["points"]["available"]


async def proved(world: World) -> None:
    """Everybody's books agree."""
    proof = await prove(world.database, now=world.now, programs=world.programs)
    assert proof.holds, [str(mismatch) for mismatch in proof.mismatches[:5]]


async def codes(world: World, document: str, *, by: Viewer, **variables: Any) -> list[str]:
    """Codes of the errors that come of an operation."""
    result = await world.ask(document, by=by, **variables)
    return [str((error.extensions or {}).get("code")) for error in result.errors or ()]
