"""The section `[facts]` of a program's file: how facts from other systems are taken."""

from typing import Annotated

from pydantic import Field

from app.programs.section import Section


class FactsSection(Section):
    """`[facts]`. Which systems may report is in their tokens."""

    kept_days: Annotated[int, Field(ge=0, le=3660)] = 0
    """Local days from when it happened that a fact of a customer who is not a member is kept: who joins before they
    are over is credited with it. 0: it is refused."""
