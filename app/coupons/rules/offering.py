"""What an operator says of a coupon template, whether it makes sense, and what may be said otherwise later. No I/O."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from pydantic import ValidationError

from app.coupons.section import CouponTemplate
from app.coupons.templates import Template
from app.errors import BadInput
from app.offers.rules.saying import InLanguages, check_tier, named
from app.programs.problems import key_of
from app.programs.rules import Programs, ProgramVersion
from app.tiers.section import TiersSection

from .campaigns import never_opened

OF_FILE = "This template is of the program's file: what the file says is changed by publishing another one."
NO_TEMPLATE = "There is no such coupon template."
"""Whether it is another program's, or nobody's (R43)."""
MOST_SHOWN = 5


class TemplateTerm(Enum):
    """What may be said of a template, and need not be; and may be said otherwise later."""

    DESCRIPTION = "DESCRIPTION"
    OPENS_AT = "OPENS_AT"
    CLOSES_AT = "CLOSES_AT"
    LIMIT = "LIMIT"


CALLED = {"off": "percent_off", "needs_campaign": "campaign"}
"""What a client calls otherwise than a file."""
COLUMN = {term: term.value.lower() for term in TemplateTerm}


def template_said(
    said: Mapping[str, Any], *, programs: Programs, program: ProgramVersion, now: datetime
) -> CouponTemplate:
    """A new template. `said`: as a program's file would say it, with amounts in minor units (R12). May raise BadInput:
    it makes no sense, or needs a campaign that never opens it."""
    made = _made(said)
    if made.tiers_from is not None:
        check_tier("tiersFrom", made.tiers_from, program.section(TiersSection))
    if made.needs_campaign is not None:
        why = never_opened(programs, program, made.needs_campaign, now=now)
        if why is not None:
            raise BadInput(f"'campaign': {why}.")
    named(InLanguages(made.name.zh, made.name.en))
    return made


def template_changed(
    template: Template, said: Mapping[str, Any], *, removed: Collection[TemplateTerm]
) -> CouponTemplate:
    """The template with something said otherwise. May raise BadInput: nothing is said, or it makes no sense."""
    cleared = {COLUMN[term] for term in removed}
    if not said and not cleared:
        raise BadInput("Say what is to be different.")
    if twice := cleared & said.keys():
        raise BadInput(f"{min(twice).upper()} cannot be removed and said otherwise at once.")
    made = _made({**template.terms.model_dump(), **dict.fromkeys(cleared), **said})
    named(InLanguages(made.name.zh, made.name.en))
    return made


def _made(said: Mapping[str, Any]) -> CouponTemplate:
    try:
        return CouponTemplate.model_validate(said)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:MOST_SHOWN]
        raise BadInput(" ".join(_told(each["loc"], each["msg"]) for each in found)) from None


def _told(place: tuple[str | int, ...], message: str) -> str:
    """As a client calls it."""
    called = [CALLED.get(step, step) if isinstance(step, str) else step for step in place]
    name = re.sub(r"_([a-z])", lambda found: found[1].upper(), key_of(tuple(called)))
    plain = message.removeprefix("Value error, ").removeprefix("Input should ").removeprefix("String should ")
    return f"'{name}': {'must ' if plain != message and not message.startswith('Value') else ''}{plain}."
