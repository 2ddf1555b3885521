"""What a client sees of growth: every movement with its cause."""

from datetime import datetime

from app.graph import (
    OWNER_AND_STAFF,
    Connection,
    Node,
    batched,
    column,
    computed,
    extends,
    node,
)
from app.members.graphql import Member
from app.tiers.queries import history
from app.tiers.rules import seen
from app.tiers.words.changes import rule_in_words

from .kinds import GrowthCause


@node(
    seen.GrowthSeen,
    prefix="growthEntry",
    by_key=history.growth_by_id,
    description="One movement of growth. Entries are never changed; they explain every tier.",
    seen_by=OWNER_AND_STAFF,
)
class GrowthEntry(Node):
    change: int = column("Growth: more (above 0), or taken back (below 0).")
    total_after: int = column(
        "All growth that was entered until then and not taken back, whether it counts at any time or not: entries "
        "follow from one another.",
        name="growth_after",
    )
    cause: GrowthCause = column("What made the growth move.")
    rule: str = column("Code of the program's rule that brought it; what takes growth back has that of what it takes.")
    rule_in_words: str | None = computed(
        rule_in_words, "That rule in words, as it was then, in the language asked for."
    )
    rule_version: int = column("Version of the program's rules by which it was calculated.", name="program_version")
    earned_at: datetime = column("When the order was paid, or the thing was done: caps go by it.")
    counts_at: datetime = column(
        "From when it counts. What takes growth back has the date of what it takes: as if that had never been."
    )
    counts_until: datetime | None = computed(
        seen.lapse_of, "From when it does not count any more, by the rules of now; null: it always does."
    )
    takes_back: "GrowthEntry | None" = batched(
        history.growth_taken_back,
        "The entry of which it takes back all or a part; null if it brings growth.",
        key=("member_id", "reverses", "program"),
    )


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberGrowthHistory:
    growth_history: Connection[GrowthEntry] = batched(
        history.growth_of_owners,
        "Movements of growth, the last entered first.",
        key=("id", "program"),
        total=history.numbers_of_growth,
        arguments={
            "causes": "Only movements that these made.",
            "since": "Only what counts from this instant on or later.",
            "before": "Only what counts from before this instant on.",
        },
    )
