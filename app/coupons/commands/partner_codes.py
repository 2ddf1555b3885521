"""How a template comes to have more of a partner's codes: an operator imports them. Audited by who calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.coupons.rules.template_outcomes import CouponTemplateIsRetired
from app.coupons.templates import Template
from app.db import Transaction
from app.errors import BadInput, Refused
from app.offers.commands.codes import add_codes_to, claim_codes

from .filling import PIECES, buckets_filled
from .stock import CODES
from .templates import Edited, locked


@dataclass(frozen=True)
class Added(Edited):
    """What came of codes that were sent."""

    added: int = 0
    known: int = 0
    repeated: int = 0


async def add_partner_codes(tx: Transaction, *, template: Template, codes: Sequence[str], now: datetime) -> Added:
    """Take codes up into the pool of a template, of the file or an operator's, each once: as many coupons more can be
    had, at once (R31). Several who do it for one template wait for one another.

    May refuse: CouponTemplateIsRetired. May raise BadInput: its coupons have no codes, or there is something wrong with
    what was sent (see `claim_codes`).
    """
    if not template.has_codes:
        raise BadInput("Coupons of this template have no codes of a partner's.")
    if template.version is None:
        await locked(tx, template.id)
    elif template.retired_at is not None:
        raise Refused(CouponTemplateIsRetired(template.id))
    sent = await claim_codes(tx, program=template.program, pool=template.id, sent=codes)
    buckets = await buckets_filled(tx, template)
    done = await add_codes_to(tx, PIECES, CODES, pool=template.id, buckets=buckets, sent=sent, now=now)
    told = {"left": (done.left_before, done.left_before + done.added)}
    return Added(template, told, added=done.added, known=done.known, repeated=done.repeated)
