"""checkIn: members check in, each once in each of their programs."""

from collections.abc import Sequence

from app.definition import PRESETS, read_file
from app.points.rules.times import expiry
from app.points.section import PointsSection

from .explaining import digest, id_of_digest, parts, text
from .numbers import KEY, MEMBER, PROGRAM, code_of, subject_of
from .product import CLUB, ISSUER
from .script import Explained
from .workload import Asked, Workload

DOCUMENT = """mutation CheckIn($input: CheckInInput!) { checkIn(input: $input) { __typename
  ... on CheckInSuccess { checkIn { day streak points } alreadyDone replayed } } }"""


def checking_in() -> Workload:
    """Today, after a check-in of yesterday, on a day without a bonus."""
    return Workload(
        name="checkIn",
        about="a member's own check-in of today, after yesterday's, on a day without a bonus",
        document=DOCUMENT,
        variables={"input": {"idempotencyKey": KEY, "program": code_of(PROGRAM)}},
        answer='"alreadyDone":false,"replayed":false',
        explain=_explained,
        once=True,
    )


def _explained(asked: Sequence[Asked]) -> Sequence[Explained]:
    program, member = code_of(PROGRAM), subject_of(MEMBER)
    club = read_file(PRESETS / f"{CLUB}.toml")
    policy, zone = club.section(PointsSection).expiry, club.program.zone
    expires = [expiry(each.at, policy=policy, zone=zone) for each in asked]
    return (
        Explained("now()", [each.at for each in asked]),
        Explained(f"(now() + interval '{policy.months} months')", expires),
        text(asked, program, name="program"),
        digest(asked, parts("membership", program, ISSUER, member), name="membership"),
        id_of_digest(asked, parts("key-owner", program, ISSUER, member), name="owner"),
        id_of_digest(asked, f"{ISSUER}|{member}|{KEY}", name="key"),
        digest(asked, f'check_in|{{"program":"{program}"}}', name="given"),
    )
