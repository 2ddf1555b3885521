"""Staff who set and end tiers, as clients ask for it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.graph import Role, Viewer
from app.graph.ids import global_id
from tests.world import NOON, World

from .correcting import person

SHOP = "shop"
DAY = timedelta(days=1)
SARA, OLGA = person("sara", Role.SUPPORT, SHOP), person("olga", Role.OPERATOR, SHOP)
WHY = "A promise that the shop made by telephone."
SEEN = """member { id tier { code } earnedTier { code }
  manualTier { tier { code } until hold reason setBy { subject issuer } } }
  change { id kind cause words reason manualTier { code } manualHold periodEnd by { subject } }"""
SET = f"""mutation Set($input: SetManualTierInput!) {{ setManualTier(input: $input) {{ __typename
  ... on SetManualTierSuccess {{ replayed {SEEN} }} ... on OwnTier {{ code message member {{ id }} }} }} }}"""
END = f"""mutation End($input: EndManualTierInput!) {{ endManualTier(input: $input) {{ __typename
  ... on EndManualTierSuccess {{ replayed {SEEN} }} ... on Refusal {{ code message }} }} }}"""


async def sets(
    world: World,
    member: UUID | str,
    tier: str = "v3",
    *,
    until: Any = NOON + 30 * DAY,
    hold: str | None = None,
    reason: str = WHY,
    by: Viewer = SARA,
    key: UUID | None = None,
) -> dict[str, Any]:
    return (await world.data(SET, by=by, input=asked(member, tier, until, hold, reason, key)))["setManualTier"]


def asked(
    member: UUID | str, tier: str = "v3", until: Any = NOON + 30 * DAY, hold: str | None = None, reason: str = WHY,
    key: UUID | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An input."""
    whose = member if isinstance(member, str) else global_id("member", member)
    given = {"idempotencyKey": str(key or uuid4()), "member": whose, "tier": tier, "until": until.isoformat(),
             "reason": reason}  # fmt: skip
    return given if hold is None else {**given, "hold": hold}


async def ends(
    world: World, member: UUID, *, by: Viewer = SARA, reason: str = WHY, key: UUID | None = None
) -> dict[str, Any]:
    given = {"idempotencyKey": str(key or uuid4()), "member": global_id("member", member), "reason": reason}
    return (await world.data(END, by=by, input=given))["endManualTier"]
