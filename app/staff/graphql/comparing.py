"""What an operator sees of a program's file before it is published."""

import strawberry

from app.graph import Query, Role, batched, column, describe_values, extends, shows
from app.programs import problems
from app.programs.graphql import RuleChange
from app.staff import comparison
from app.tiers.graphql import Tier
from app.tiers.rules import moving

OPERATORS = frozenset((Role.OPERATOR,))

strawberry.enum(moving.TierMoveKind, description="How members come to another tier by an edit of the ladder.")
describe_values(
    moving.TierMoveKind,
    {
        "RAISED": "At once: their growth reaches a higher tier of the new ladder.",
        "REPLACED": "At once: their tier is not on the new ladder, and they hold the one that stands for it.",
        "LOWERED": "Not before the end of their tier's period, and only after they were told: their growth does not "
        "reach the tier. Nobody is lowered by an edit itself.",
    },
)


@shows(problems.Problem, description="Something that is wrong with a program's file.", seen_by=OPERATORS)
class ProgramProblem:
    key: str = column("Where in the file, such as `tiers.ladder[2].name.zh`; empty if the file cannot be read at all.")
    message: str = column("What is wrong, in English: for who writes the file.")


@shows(moving.TierMove, description="Members whom an edit of the ladder moves.", seen_by=OPERATORS)
class TierMove:
    kind: moving.TierMoveKind = column("How, and when.")
    from_tier: Tier = column("The tier that they have earned before.")
    to_tier: Tier = column("The tier that they come to.")
    members: int = column("How many members.")
    anyway: int = column("So many of them would be lowered by the rules as they are as well.")


@shows(
    moving.TierMoves,
    description="What becomes of a program's members by an edit of the ladder, as their growth is now. It is about the "
    "tiers that they have earned: one that staff set stays until its end.",
    seen_by=OPERATORS,
)
class TierMoves:
    members: int = column("How many members there are, without those who left.")
    unchanged: int = column("To how many of them nothing happens.")
    moves: list[TierMove] = column(
        "Who moves from which tier to which. Whose tier is replaced may be lowered from there later, and is then in "
        "two of them."
    )
    counted_anew: bool = column(
        "Whether growth counts for another time than before, and was added up for each member anew.", name="by_entries"
    )


@shows(
    comparison.ProgramComparison,
    description="A program's file beside the version that was published last.",
    seen_by=OPERATORS,
)
class ProgramComparison:
    program: str = column("The program's code.")
    newest_version: int = column(
        "Number of the version that it was compared with, 0 if there is none: say it when you publish the file, so "
        "that what was looked at is what is replaced.",
        name="newest",
    )
    problems: list[ProgramProblem] = column(
        "Why the file cannot be published: all at once; then nothing else is compared."
    )
    changes: list[str] = column(
        "Each change with the file's key, such as `tiers.ladder[1].threshold: 200 → 300`; none if both say the same, "
        "or if there is no version yet."
    )
    rule_changes: list[RuleChange] = column("What changes for members, in words.", name="rules")
    tier_moves: TierMoves | None = column(
        "How many members would move, and by which tier; null if the file has problems, or there is no version yet.",
        name="moves",
    )


@extends(Query)
class ComparisonQueries:
    compare_program: ProgramComparison = batched(
        comparison.comparison,
        "What publishing a program's file would change, and which members it would move. Nothing is changed.",
        key=None,
        seen_by=OPERATORS,
        arguments={"file": "The file (TOML)."},
    )
