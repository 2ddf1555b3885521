"""How many members an edit of the ladder moves, as a table in plain text."""

from collections.abc import Iterator

from app.tiers.rules.moving import TierMove, TierMoveKind, TierMoves

HEADINGS = ("from", "to", "members", "when")
WHEN = {
    TierMoveKind.RAISED: "at once",
    TierMoveKind.REPLACED: "at once: the tier is gone",
    TierMoveKind.LOWERED: "at the end of their tier's period at the earliest",
}


def moves_told(moves: TierMoves) -> Iterator[str]:
    """A table; nothing if nobody moves."""
    if not moves.moves:
        return
    rows = [HEADINGS, *(_row(move) for move in moves.moves)]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    for source, target, number, when in rows:
        yield f"{source:{widths[0]}}  {target:{widths[1]}}  {number:>{widths[2]}}  {when}"


def _row(move: TierMove) -> tuple[str, str, str, str]:
    anyway = f" ({move.anyway:,} by the present rules as well)" if move.anyway else ""
    return move.from_tier.code, move.to_tier.code, f"{move.members:,}", WHEN[move.kind] + anyway


def nobody_or(moves: TierMoves) -> str:
    """How many stay where they are, in words."""
    how = " Growth was added up anew, by the new window." if moves.by_entries else ""
    if not moves.moves:
        return f"none of {moves.members:,} members would move.{how}"
    return f"{moves.unchanged:,} of {moves.members:,} members would not move.{how}"
