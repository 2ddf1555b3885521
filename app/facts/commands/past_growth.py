"""What many orders of history grow, one after the other: what caps leave of one depends on those before it (R27)."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.campaigns.rules import Who, active_among, ever, known, open_at
from app.campaigns.section import Kind
from app.db import Transaction
from app.db.unique_keys import owners_of
from app.facts.rules import Bringing, Earned, KnownOrder, ReportedOrder, growth_counts_at, growth_earned
from app.points.rules.caps import Span, Used, UsedBy, capped, period_of, spans_of, that_apply
from app.points.section import Period
from app.programs.rules import Program, Programs, ProgramVersion
from app.tiers.queries import opened_at
from app.tiers.queries.earned import growth_used
from app.tiers.section import GrowthCap, TiersSection

from .whom import Member


@dataclass
class Growing:
    """A member whose orders are gone through, oldest first."""

    programs: Programs
    member: Member
    now: datetime
    """The present: what is dated ahead of it goes by what is known now (R25)."""
    opened: datetime | None
    """When growth was entered that they had elsewhere: what was before is in it, and brings none (R19)."""
    taken: AbstractSet[bytes] = frozenset()
    """Keys of orders that are known: these are not to be gone through. Looked for only where caps apply."""
    is_capped: bool = False
    used: dict[tuple[Span, str], Used] = field(default_factory=dict[tuple[Span, str], Used])
    """What rules brought in the periods of caps."""

    def by(self, order: ReportedOrder, at: datetime) -> tuple[ProgramVersion, Sequence[Earned], datetime]:
        """The rules of the day the next order was paid, what it grows by them, and from when that counts."""
        version = self.programs.for_member(self.member.program, self.member.id).at(at)
        bought = KnownOrder(self.member.id, UUID(int=0), "", "", version.currency, paid_at=at, completed_at=at)
        counts_at = growth_counts_at(bought, version=version)
        if counts_at is None or (self.opened is not None and counts_at < self.opened):
            return version, (), at
        earned = growth_earned(order.lines, section=version.section(TiersSection))
        opened = open_at(self.programs, version, at=at, known_at=known(at, recorded_at=self.now))
        open_then = active_among(opened, version, Who(self.member.joined_at, channel=order.channel), at=at)
        if self.is_capped or open_then.growth:
            earned = self._left(Bringing(earned, open_then.growth), at, version=version)
        return version, earned, counts_at

    def _left(self, bringing: Bringing, at: datetime, *, version: ProgramVersion) -> list[Earned]:
        """What caps leave of it, and of what campaigns add, which is used from then on."""
        caps = that_apply(version.section(TiersSection).caps, rules=[rule for rule, _ in bringing.given])
        left = bringing.left_by(
            capped(bringing.given, caps, used=self.used, at=at, zone=version.zone, adding=bringing.adding)
        )
        spans = {period_of(at, period, zone=version.zone) for period in self._periods()}
        for each in left:
            for span in spans if each.amount else ():
                before = self.used.get((span, each.rule), Used())
                self.used[span, each.rule] = before.plus(Used(each.amount, 1))
        return left

    def _periods(self) -> set[Period]:
        versions = self.programs.for_member(self.member.program, self.member.id).versions.values()
        return {cap.period for version in versions for cap in version.section(TiersSection).caps}


async def growing_of(
    tx: Transaction,
    places: Mapping[bytes, int],
    orders: Sequence[ReportedOrder],
    *,
    programs: Programs,
    member: Member,
    now: datetime,
) -> Growing:
    """Ready to go through a member's orders. Three statements at most, none for who has no growth and no caps."""
    opened = None if member.standing_at is None else await opened_at(tx, member_id=member.id)
    spans = list(dict.fromkeys(span for order in orders for span in _spans(order, programs=programs, member=member)))
    if not spans:
        return Growing(programs, member, now, opened)
    keys = list(places)
    taken = {key for key, owner in zip(keys, await owners_of(tx, keys), strict=True) if owner is not None}
    used: UsedBy = {} if member.standing_at is None else await growth_used(tx, member.id, spans)
    return Growing(programs, member, now, opened, taken, is_capped=True, used=dict(used))


def grows_by_tiers(programs: Programs, program: Program) -> bool:
    """Did any campaign ever bring growth by the tier held? Then an order depends on what those before it grew."""
    return any(Kind.GROWTH in each.kinds and each.audience.tiers for each in ever(programs, program))


def _spans(order: ReportedOrder, *, programs: Programs, member: Member) -> list[Span]:
    """The periods of caps that an order's growth may fill."""
    if order.paid_at is None:
        return []
    version = programs.for_member(member.program, member.id).at(order.paid_at)
    return spans_of(_caps_of_orders(version.section(TiersSection)), at=order.paid_at, zone=version.zone)


def _caps_of_orders(section: TiersSection) -> Sequence[GrowthCap]:
    if not section.caps:
        return ()
    return that_apply(section.caps, rules=[rule.code for rule in (*section.growth, *section.orders)])
