"""Activities as another system reports them through the graph, and a program in which rules and caps meet."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.definition import PRESETS
from tests.world import EXAMPLES, World, service

RECORD = (EXAMPLES / "operations" / "activities.graphql").read_text("utf-8")
DAY = timedelta(days=1)
CLUB = (PRESETS / "taobao-club.toml").read_text("utf-8")
WORDS = 'words = { zh = "上限", en = "A cap" }'


def did(
    id: str, action: str = "REVIEW", *, who: str = "anna", at: datetime | None = None, **more: object
) -> dict[str, object]:
    """One activity of a list; without `at` it happened on 28 February at noon in Shanghai."""
    occurred = "2026-02-28T04:00:00Z" if at is None else at.isoformat()
    return {"action": action, "customer": {"subject": who}, "id": id, "occurredAt": occurred, **more}


async def recorded(
    world: World, *activities: Mapping[str, object], program: str = "taobao-club", by: Any = None, **more: Any
) -> list[Any]:
    """What came of each. None may fail."""
    sent = {"activities": activities, "program": program, **more}
    viewer = by or service("taobao-club", "brand-standard")
    return (await world.data(RECORD, by=viewer, input=sent))["recordActivities"]


async def points(world: World, *activities: Mapping[str, object], **more: Any) -> list[int]:
    """What each earned."""
    return [each["points"] for each in await recorded(world, *activities, **more)]


def capped_club(*caps: str, rule: Sequence[str] = ()) -> str:
    """The club's file with other caps, and with more said of its rule for reviews."""
    before, _, after = CLUB.partition("[[points.caps]]")
    tiers = after[after.index("[tiers]") :]
    text = before + "\n".join(f"[[points.caps]]\n{cap}\n{WORDS}\n" for cap in caps) + tiers
    return text.replace("points = 20\n", "\n".join(("points = 20", *rule, "")), 1)
