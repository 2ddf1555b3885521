"""What templates are for the customer who asks: whether they can claim a coupon of each, and if not why and when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.benefits.queries.held import states_seen
from app.benefits.rules.given import asks_for_coupons
from app.benefits.rules.owners import Owner
from app.campaigns.rules.audiences import Who
from app.coupons.rules.availability import Claimant, Left, claimable, closed
from app.coupons.rules.campaigns import opened_by
from app.coupons.rules.refusals import CouponCampaignNotOn, Obstacle
from app.coupons.section import Way
from app.coupons.templates import Template, template_by_code, templates_now
from app.db import Page, Reader
from app.graph import Context, Role
from app.members.queries import membership
from app.members.rules import NotMember
from app.offers.rules.availability import open_again_at
from app.offers.rules.refusals import NotYetOpen
from app.programs.asked import program_asked
from app.programs.rules import Programs
from app.tiers.queries import growth_of_members
from app.tiers.rules import Shown, ladder_for, tier_of

from .counting import numbers_had
from .left import left_of
from .shown_templates import paged


@dataclass(frozen=True)
class TemplateForMe:
    """What a template is for a customer."""

    why_not: Obstacle | NotMember | None
    available_at: datetime | None
    had: int
    limit_left: int | None

    @property
    def is_claimable(self) -> bool:
        return self.why_not is None


async def claimable_coupons(db: Reader, *, context: Context, page: Page, program: str | None = None) -> list[Template]:
    """Templates of which members claim coupons: what is open, and what will be. May raise BadInput: no such program."""
    return paged(await _offered(db, context, program), page)


async def number_claimable(db: Reader, *, context: Context, program: str | None = None) -> int:
    """How many there are."""
    return len(await _offered(db, context, program))


async def _offered(db: Reader, context: Context, program: str | None) -> Sequence[Template]:
    code, programs, now = program_asked(context, program).code, context.get(Programs), context.now
    member_id = None
    if context.viewer.role is Role.MEMBER and programs.by_code[code].tried_at(now):  # it may be otherwise for them
        member = await membership(db, context=context, program=code)
        member_id = None if member is None else member.id
    found = templates_now(programs, code, member_id=member_id, now=now)
    return [each for each in found if each.gives(Way.CLAIM) and _is_to_be_had(each, now=now)]


def _is_to_be_had(template: Template, *, now: datetime) -> bool:
    """Now, or later."""
    over = closed(template, now=now)
    return over is None or isinstance(over, NotYetOpen)


async def templates_for_me(
    db: Reader, keys: Sequence[tuple[Any, ...]], *, context: Context
) -> list[TemplateForMe | None]:
    """What each is for the customer who asks, by (program, code); None for everybody else. A number of statements that
    does not depend on how many there are, for each program that they are of."""
    if context.viewer.role is not Role.MEMBER:
        return [None] * len(keys)
    by_program: defaultdict[str, list[str]] = defaultdict(list)
    for program, code in keys:
        by_program[program].append(code)
    found = {program: await _of_program(db, codes, program=program, context=context)
             for program, codes in by_program.items()}  # fmt: skip
    return [found[program].get(code) for program, code in keys]


async def _of_program(
    db: Reader, codes: Sequence[str], *, program: str, context: Context
) -> Mapping[str, TemplateForMe]:
    programs, now = context.get(Programs), context.now
    member = await membership(db, context=context, program=program)
    if member is None:
        return {code: TemplateForMe(NotMember(program), None, 0, None) for code in codes}
    offered = [template_by_code(programs, program, code, member_id=member.id, now=now) for code in codes]
    templates = [template for template in offered if template is not None]
    version = programs.for_member(program, member.id).at(now)
    asks = any(asks_for_coupons(version, each.code, each.needs_campaign) for each in templates)
    who = await _claimant(db, member, asks=asks, context=context)
    had = await numbers_had(db, templates, member_id=member.id, program=version, now=now)
    left = await left_of(db, templates, now=now)
    return {each.code: _for_member(each, who, had=had.get(each.id, 0), left=left[each.id], now=now)
            for each in templates}  # fmt: skip


async def _claimant(db: Reader, member: Any, *, asks: bool, context: Context) -> Claimant:
    """The member, as they stand by now. One statement, one more where a benefit may give what the tier does not
    (`asks`), and more if something is due of them (R2)."""
    programs, now = context.get(Programs), context.now
    shown = Shown(*(getattr(member, name) for name in Shown._fields))
    (growth,) = await growth_of_members(db, [shown], programs=programs, now=now)
    tier = tier_of(shown, programs=programs, now=now)
    version = programs.for_member(member.program, member.id).at(now)
    owner = Owner(*(getattr(member, name) for name in Owner._fields))
    (state,) = await states_seen(db, [owner], context=context) if asks else (None,)
    also, given = (state.holder.also, state.holder.templates) if state else (frozenset[str](), frozenset[str]())
    campaigns = opened_by(programs, version, Who(member.joined_at, tier.code, also=also), now=now)
    return Claimant(ladder_for(shown, programs=programs, now=now), tier, growth, campaigns, given)


def _for_member(template: Template, who: Claimant, *, had: int, left: Left, now: datetime) -> TemplateForMe:
    why_not = claimable(template, who, counted=had, left=left, now=now)
    return TemplateForMe(
        why_not=why_not,
        available_at=None if why_not is None else _available_at(why_not, template),
        had=had,
        limit_left=None if template.per_member is None else max(template.per_member - had, 0),
    )


def _available_at(why_not: Obstacle, template: Template) -> datetime | None:
    """When it is over by time alone; None: that is not known, or never."""
    return why_not.next_opens_at if isinstance(why_not, CouponCampaignNotOn) else open_again_at(why_not, template)
