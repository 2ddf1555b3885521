"""What the demo's people enjoy beside their tiers: by a campaign that an operator made, and by support; and a use."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from app.benefits import commands as benefits
from app.benefits.queries.grants import numbers_of_grants
from app.benefits.rules.outcomes import Asked
from app.customers.rules import Identity
from app.db import Database
from app.db.unique_keys import owners_of
from app.errors import BadInput, Refused
from app.members.queries import membership_digest
from app.programs.rules import Programs
from app.staff import commands as staff
from app.staff.rules import Staff, StaffMember

from .identities import CLUB

CAMPAIGN: Mapping[str, Any] = {
    "code": "newcomers",
    "name": {"zh": "新人礼遇", "en": "A warm welcome"},
    "window": {"kind": "WEEKLY", "days": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]},
    "audience": {"joined_within_days": 30},
    "effects": {"benefits": ["priority-shipping"]},
}
"""As an operator says it."""
GIVEN, USED = ("nearly", "dedicated-service"), ("top", "trial-priority")
"""Who, and what: no system uses the first, and the second is used for an application."""
APPLICATION = Asked("shop", "application-1", None)
WHY = "So that there is one to look at."


async def give_benefits(database: Database, programs: Programs, *, issuer: str, now: datetime) -> None:
    """Unless they are there; or the people are not, or the program has no such benefits by now."""
    operator, support = (Staff(StaffMember(issuer, name.lower()), name) for name in ("OPERATOR", "SUPPORT"))
    version = programs.current(CLUB, now)
    with suppress(Refused, BadInput):
        async with database.transaction() as tx:
            await staff.create_campaign(tx, programs=programs, program=programs.by_code[CLUB], version=version,
                                        data=CAMPAIGN, expected=0, reason=WHY, by=operator, now=now)  # fmt: skip
    await _grant(database, programs, Identity(issuer, GIVEN[0]), by=support, now=now)
    with suppress(Refused, BadInput):
        async with database.transaction() as tx:
            who, benefit = Identity(issuer, USED[0]), USED[1]
            await benefits.use_benefit(tx, programs=programs, program=version, identity=who, benefit=benefit,
                                       asked=APPLICATION, now=now)  # fmt: skip


async def _grant(database: Database, programs: Programs, who: Identity, *, by: Staff, now: datetime) -> None:
    (member_id,) = await owners_of(database, [membership_digest(CLUB, who)])
    if member_id is None or (await numbers_of_grants(database, [member_id]))[0]:
        return
    with suppress(Refused, BadInput):
        async with database.transaction() as tx:
            await staff.grant_benefit(tx, programs=programs, member_id=member_id, benefit=GIVEN[1],
                                      until=now + timedelta(days=365), reason=WHY, by=by, now=now)  # fmt: skip
