"""What staff see of the prover: how far it is, and whose books disagree."""

from datetime import datetime

from app.graph import STAFF, Connection, Query, batched, column, extends, shows
from app.members.graphql import Member
from app.members.queries import members_by_id

from . import queries
from .models import MismatchRow


@shows(
    MismatchRow,
    description="Two records of a member that should agree and do not. Somebody has to find out why and mend it.",
    seen_by=STAFF,
)
class Mismatch:
    member: Member | None = batched(members_by_id, "Whose books disagree.", key="member_id")
    what: str = column("What disagrees: the table and column, by what it was checked, and the id of the row.")
    expected: str = column("What it should be, going by the other records; at most 500 characters.")
    found: str = column("What it is; at most 500 characters.")
    found_at: datetime = column("When it was found first. It has been found at each proof since.")


@shows(
    queries.Standing,
    description="How far the prover is with a program's members. It goes round all the time: it proves each member "
    "within a minute of a change, and everybody within a day, by holding all that is recorded of a member's points, "
    "growth, tier and orders against one another.",
    seen_by=STAFF,
)
class Prover:
    members: int = column("How many members there are, also those who left.")
    members_proved: int = column("How many of them were ever held against their books; the rest are new.")
    members_disagreeing: int = column(
        "How many of them had books that disagreed at their last proof: 0, if all is well."
    )
    oldest_proof: datetime | None = column(
        "When the member was last proved whose proof is the oldest; null if none is."
    )
    waiting: int = column("How many members changed and wait to be proved; exact up to about 100,000.")
    mismatches: Connection[Mismatch] = batched(
        queries.mismatches_of_programs,
        "What disagrees, what was found last first; at most 20 for each member. It is gone within a minute of being "
        "mended.",
        key="program",
        total=queries.numbers_of_mismatches,
    )


@extends(Query)
class ProverQueries:
    prover: Prover = batched(
        queries.standing, "Whether the members' books agree, and how fresh that is.", key=None, seen_by=STAFF
    )
