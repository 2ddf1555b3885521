"""What a client sees of what became of a member's tier."""

from datetime import datetime
from typing import Protocol

from app.graph import (
    OWNER_AND_STAFF,
    STAFF,
    Connection,
    Node,
    batched,
    column,
    computed,
    extends,
    node,
)
from app.members.graphql import Member
from app.programs.rules import ProgramVersion
from app.tiers.queries import history
from app.tiers.rules import seen
from app.tiers.words.changes import change_in_words

from .kinds import ManualHold, TierCause, TierChangeKind
from .ladder import Tier


class HasVersion(Protocol):
    @property
    def version(self) -> ProgramVersion: ...


def number_of(change: HasVersion) -> int:
    return change.version.number


@node(
    seen.TierChangeSeen,
    prefix="tierChange",
    by_key=history.changes_by_id,
    description="Something that became of a member's tier. It is never changed.",
    seen_by=OWNER_AND_STAFF,
)
class TierChange(Node):
    kind: TierChangeKind = column("What happened.")
    cause: TierCause = column("Why it happened.")
    words: str = computed(change_in_words, "What happened and why, in a few sentences, in the language asked for.")
    from_tier: Tier = column("The tier that was earned before, as the rules of then describe it.")
    to_tier: Tier = column("The tier that was earned after; the same if only its period, or what staff set, changed.")
    held_tier: Tier = column("The tier that they were in after it, with what staff set.")
    changed_at: datetime = column(
        "When it came to be so: what was due earlier than it was entered is dated when it was due. Corrections, "
        "notices and what staff does are of when they were entered."
    )
    entered_at: datetime = column("When it was entered.")
    period_end: datetime | None = column(
        "Until when the earned tier is held after it; for a notice, the end of the period that it is about; where "
        "staff set a tier, until when; null for the first tier, which is everybody's.",
        name="tier_until",
    )
    growth: int = column("Growth that counted then.")
    rule_version: int = computed(number_of, "Version of the program's rules whose ladder it was.")
    manual_tier: Tier | None = column("The tier that staff set, or that is over; null if it is about neither.")
    manual_hold: ManualHold | None = column("What the tier that staff set does to the one that is earned.")
    reason: str | None = column("Why staff did it, in their words; null if they did not.", seen_by=STAFF)


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberTierHistory:
    tier_history: Connection[TierChange] = batched(
        history.changes_of_owners,
        "What became of the tier, the last entered first.",
        key=("id", "program"),
        total=history.numbers_of_changes,
        arguments={
            "kinds": "Only these kinds.",
            "since": "Only what came to be so at this instant or later.",
            "before": "Only what came to be so before this instant.",
        },
    )
