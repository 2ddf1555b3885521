"""The coupons of the demo: what people claimed, and a template that an operator made, with codes."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from app.coupons import commands as coupons
from app.coupons.queries.shown_coupons import numbers_of_coupons
from app.coupons.queries.templates import templates_written
from app.customers.rules import Identity
from app.db import Database
from app.db.unique_keys import owners_of
from app.errors import BadInput, Refused
from app.members.commands import lock_member
from app.members.queries import membership_digest
from app.programs.rules import Programs
from app.staff.commands import coupons as staff
from app.staff.rules import Staff, StaffMember

from .identities import CLUB

CLAIMED: Mapping[str, Sequence[str]] = {"newcomer": ("welcome",), "top": ("welcome", "v4-exclusive")}
"""Codes of templates of the club, by the people of the demo."""
CODES = 20
TEMPLATE: Mapping[str, Any] = {
    "code": "leaflet",
    "kind": "THRESHOLD",
    "name": {"zh": "传单满减券", "en": "Of the leaflet"},
    "amount": 1500,
    "threshold": 9900,
    "validity": {"days": 14},
    "ways": ["CODE"],
    "stock": 500,
    "budget": 600_000,
}
"""As an operator says it: amounts in minor units."""
WHY = "For the leaflets of the demo."


async def hand_out_coupons(database: Database, programs: Programs, *, issuer: str, now: datetime) -> None:
    """Have those claim who have no coupon yet, and make the template if there is none. Its codes are made by the
    worker, which `dev` runs."""
    for subject, codes in CLAIMED.items():
        await _claim(database, programs, Identity(issuer, subject), codes, now=now)
    by = Staff(StaffMember(issuer, "operator"), "OPERATOR")
    program = programs.current(CLUB, now)
    with suppress(Refused):  # it is there already
        async with database.transaction() as tx:
            made = await staff.create_coupon_template(tx, programs=programs, program=program, said=TEMPLATE, reason=WHY,
                                                      by=by, now=now)  # fmt: skip
            (template,) = await templates_written(tx, [made.template_id])
            if template is not None:
                await staff.ask_for_codes(tx, template=template, count=CODES, reason=WHY, by=by, now=now)


async def _claim(database: Database, programs: Programs, who: Identity, codes: Sequence[str], *, now: datetime) -> None:
    (member_id,) = await owners_of(database, [membership_digest(CLUB, who)])
    if member_id is None or (await numbers_of_coupons(database, [member_id], now=now))[0]:
        return
    for code in codes:
        with suppress(Refused, BadInput):  # a developer may have published a file without it
            async with database.transaction() as tx:
                member = await lock_member(tx, member_id=member_id)
                await coupons.claim_coupon(tx, member=member, template=code, programs=programs, now=now)
