"""The section `[members]` of a program's file: how one becomes a member."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.programs.section import Section


class Join(StrEnum):
    """How a customer becomes a member."""

    AUTOMATIC = "AUTOMATIC"
    """With the first fact reported of the customer, or by asking."""
    ON_REQUEST = "ON_REQUEST"
    """By asking; facts of those who have not joined earn nothing."""


class MembersSection(Section):
    """`[members]`."""

    join: Annotated[Join, Field(strict=False)] = Join.ON_REQUEST
