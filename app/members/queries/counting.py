"""The active members of a program as a relation, to be counted by other domains: by SQL, whatever their number."""

from sqlalchemy import String, bindparam, literal_column, select
from sqlalchemy import Text as Plain
from sqlmodel import col

from app.members.models import MemberRow

ACTIVE = (
    select(col(MemberRow.id), col(MemberRow.growth), col(MemberRow.tier))
    .where(
        col(MemberRow.program) == bindparam("program", type_=String()),
        col(MemberRow.status) == literal_column("'ACTIVE'", Plain),
    )
    .subquery("m")
)
"""Its columns are `id`, `growth` and `tier`, as of the last reckoning of each; a parameter is `program`."""
