"""Why points moved, as a client sees it."""

from typing import Protocol

import strawberry

from app.db import Reader
from app.facts import explaining
from app.graph import OWNER_AND_STAFF, Context, Query, batched, column, computed, describe_values, extends, shows
from app.graph.ids import key_of
from app.members.queries import members_seen
from app.points.graphql import PointsEntry, PointsLot
from app.points.queries import entries_by_id, lots_by_id
from app.programs.rulebook import Told
from app.programs.rules import Programs
from app.programs.words import in_language

strawberry.enum(explaining.StepCode, name="PointsStepCode", description="What a step of an explanation tells.")
describe_values(
    explaining.StepCode,
    {
        "RULE": "The rule by which points were earned, with its version and when that was in force.",
        "LINE": "What a line of the order earned: only what is eligible counts, and its category may count more.",
        "ACTION": "What was done earned so many points.",
        "ROUNDING": "Points are rounded once for the whole order.",
        "TIER": "The tier held then multiplied them.",
        "BENEFIT": "A benefit that a campaign or the shop gave multiplied them by more than the tier held then.",
        "CAMPAIGN": "A campaign that was open then multiplied what the rules gave.",
        "CAPS": "What caps of the program left of what the rule gives.",
        "AS_KNOWN_THEN": "What was known when it was reported differed from what is known now.",
        "ACTIVATION": "When the points can be spent, and why then.",
        "EXPIRY": "When the points lapse, and why then.",
        "ORDER_OF_LOTS": "In which order lots paid, gave, or got back.",
        "LOT": "What moved of one lot, and where that came from.",
        "HOLD": "What points were set aside for, and what became of that.",
        "REDEMPTION": "That points paid for a reward, or came back from one: `PointsEntry.redemption` has it.",
        "GIVE_BACK": "Who cancelled what points had paid for.",
        "LATE_RETURN": "Points came back after their time had passed.",
        "REFUND": "The refund that took them back, and all refunds of the order so far.",
        "SHARE": "What refunds take back in proportion, all so far together.",
        "POLICY": "The program's rule for points that come back, or that are to be taken back.",
        "SHORTFALL": "What could not be taken back.",
        "DEBT": "What is owed, or what pays it.",
        "ADJUSTMENT": "A correction by staff.",
    },
)


class HasWords(Protocol):
    @property
    def words(self) -> Told: ...


def words_of(step: HasWords, *, language: str) -> str:
    return in_language(step.words, language)


@shows(explaining.Step, description="One step of an explanation.", seen_by=OWNER_AND_STAFF)
class PointsStep:
    code: explaining.StepCode = column("What it tells.")
    words: str = computed(words_of, "The same in words, in the language asked for.")
    amount: int | None = column(
        "Its part of the points that moved: more (above 0) or fewer (below 0). Null for a step that says why, and "
        "moves none."
    )
    lot: PointsLot | None = batched(lots_by_id, "The lot that it is about.", key=("member_id", "lot_id"))
    line: int | None = column("The line of the order that it is about, from 1.")


@shows(explaining.Explanation, description="Why a movement of points moved so much.", seen_by=OWNER_AND_STAFF)
class PointsExplanation:
    entry: PointsEntry = column(
        "The movement: it leads to its order, refund, activity, hold, or correction, with the reason of that."
    )
    amount: int = column(
        "Points that it moved: those that can be spent and those that are pending together; for what was captured "
        "those set aside, for a debt that was paid those owed."
    )
    steps: list[PointsStep] = column("Step by step, in the order of reckoning: the amounts add up to the above.")


async def explain_points(db: Reader, *, context: Context, entry: strawberry.ID) -> explaining.Explanation | None:
    """None: there is no such movement for the caller (R43). May raise BadInput: that is not the id of a movement."""
    key = key_of(entry, "pointsEntry")
    if not isinstance(key, tuple):
        return None
    programs, only = context.get(Programs), frozenset(("id", "program"))
    (member,) = await members_seen(db, [key[0]], viewer=context.viewer, programs=programs, columns=only)
    if member is None:
        return None
    (row,) = await entries_by_id(db, [key])
    return None if row is None else await explaining.explanation(db, row, program=member.program, programs=programs)


@extends(Query, seen_by=OWNER_AND_STAFF)
class ExplanationQueries:
    explain_points: PointsExplanation | None = batched(
        explain_points,
        "Why a movement of points moved so much, and why then; null if there is no such movement for you.",
        key=None,
        arguments={"entry": "The movement: its global id."},
    )
