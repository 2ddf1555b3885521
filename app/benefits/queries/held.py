"""Which benefits members have, and what is left of them: one statement, however many members and benefits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from app.benefits.rules.given import may_take_part
from app.benefits.rules.held import benefits_held, early_access, most_early_access
from app.benefits.rules.owners import Owner
from app.benefits.rules.quota import counted_from, quota_left
from app.benefits.rules.seen import HeldSeen, LockedBenefit, locked_for
from app.benefits.rules.sources import Held, Holder, InForce, Member, holder_of
from app.benefits.section import BenefitsSection, Quota
from app.campaigns.rules import Who
from app.campaigns.rules.seen import CampaignSeen, campaigns_seen
from app.db import Reader
from app.graph import Context
from app.members.rules import MemberStatus
from app.points.rules.caps import period_of
from app.programs.rules import Programs, ProgramVersion
from app.tiers.queries import growth_of_members
from app.tiers.rules import Shown, ladder_for, tier_of
from app.tiers.section import Tier

from .written import STATE

CLIMBER = (*Shown._fields, "status", "joined_at")
"""What a member's row says of the way to the next tiers, and of which benefits they have."""
SHOWN_IN, OWNER_IN = (itemgetter(*(CLIMBER.index(name) for name in kind._fields)) for kind in (Shown, Owner))
"""Either in those."""
ACTIVE = MemberStatus.ACTIVE.name


@dataclass(frozen=True)
class State:
    """What is written of a member's benefits, as far as it matters now."""

    holder: Holder
    used: Mapping[tuple[str, datetime], int]
    """By the benefit and since when: how often."""

    @property
    def held(self) -> Sequence[Held]:
        return benefits_held(self.holder)

    def used_of(self, code: str, quota: Quota) -> int:
        since = counted_from(quota, zone=self.holder.ladder.zone, now=self.holder.now)
        return self.used.get((code, since), 0)

    def seen(self, held: Held) -> HeldSeen:
        """With what is left of its quota."""
        benefit, source, _, until, _ = held
        quota = benefit.quota
        if quota is None:
            return HeldSeen(benefit, source, until, None)
        zone, used = self.holder.ladder.zone, self.used_of(benefit.code, quota)
        return HeldSeen(benefit, source, until, quota_left(quota, used=used, zone=zone, now=self.holder.now))


@dataclass(frozen=True)
class _Written:
    """What rows say of members' benefits."""

    grants: Mapping[UUID, Sequence[InForce]]
    used: Mapping[UUID, Mapping[tuple[str, datetime], int]]

    def state_of(self, member: Member, *, programs: Programs, now: datetime) -> State:
        holder = holder_of(member, self.grants.get(member.id, ()), programs=programs, now=now)
        return State(holder, self.used.get(member.id, {}))


async def states_of(db: Reader, members: Sequence[Member], *, programs: Programs, now: datetime) -> list[State]:
    """One statement, however many members."""
    written = await _written_of(db, members, programs=programs, now=now)
    return [written.state_of(member, programs=programs, now=now) for member in members]


async def _written_of(db: Reader, members: Sequence[Member], *, programs: Programs, now: datetime) -> _Written:
    versions: set[ProgramVersion] = set()
    for member in members:
        versions.add(programs.version_for(member.program, member.id, now))
        versions.add(ladder_for(member, programs=programs, now=now))
    wanted = {place for version in versions for place in _counted(version, now)}
    codes, since = [code for code, _ in wanted], [at for _, at in wanted]
    grants: dict[UUID, list[InForce]] = {}
    used: dict[UUID, dict[tuple[str, datetime], int]] = {}
    rows: list[Any] = list(await db.fetch(STATE, list(dict.fromkeys(each.id for each in members)), now, codes, since))
    for row in rows:
        code, at, grant_id = row["benefit"], row["at"], row["grant_id"]
        if grant_id is None:
            used.setdefault(row["member_id"], {})[code, at] = row["used"]
        else:
            grants.setdefault(row["member_id"], []).append(InForce(grant_id, code, at))
    return _Written(grants, used)


async def early_access_of(db: Reader, member: Member, *, programs: Programs, now: datetime) -> timedelta:
    """How long before everybody else a member may have what is offered. One statement, if anybody may at all."""
    if not most_early_access(programs, member.program, now=now):
        return timedelta()
    (state,) = await states_of(db, [member], programs=programs, now=now)
    return early_access(state.holder)


class _Seen:
    """What this request has read: whoever asks for more of the same members later reads it no more. What is asked for
    at the same time goes in one round trip, and must not wait for one another."""

    def __init__(self) -> None:
        self.states: dict[Owner, State] = {}


async def states_seen(db: Reader, owners: Sequence[Owner], *, context: Context) -> list[State]:
    """As the graph shows them. One statement, however many members."""
    seen = context.seen(_Seen)
    new = [owner for owner in dict.fromkeys(owners) if owner not in seen.states]
    if new:
        programs, now = context.get(Programs), context.now
        written = await _written_of(db, new, programs=programs, now=now)
        for owner in new:
            if owner not in seen.states:  # another who asked at the same time may have put it together
                seen.states[owner] = written.state_of(owner, programs=programs, now=now)
    return [seen.states[owner] for owner in owners]


async def benefits_of_members(db: Reader, keys: Sequence[tuple[Any, ...]], *, context: Context) -> list[list[HeldSeen]]:
    """All that each has, with what is left of it; nothing of who has left. By `Owner`."""
    owners = [Owner._make(key) for key in keys]
    states = await states_seen(db, owners, context=context)
    return [
        [state.seen(held) for held in state.held] if owner.status == ACTIVE else []
        for owner, state in zip(owners, states, strict=True)
    ]


async def campaigns_of_members(
    db: Reader, keys: Sequence[tuple[Any, ...]], *, context: Context
) -> list[list[CampaignSeen]]:
    """Those that are for each, by the tier or by a benefit that has them take part. By `Owner`. No statement where no
    benefit may do so."""
    programs, now = context.get(Programs), context.now
    theirs: list[tuple[Owner, ProgramVersion, Tier]] = []
    asking: list[Owner] = []
    for key in keys:
        owner = Owner._make(key)
        version = programs.version_for(owner.program, owner.id, now)
        tier = tier_of(owner, programs=programs, now=now)
        theirs.append((owner, version, tier))
        if may_take_part(programs, version, tier):
            asking.append(owner)
    states = dict(zip(asking, await states_seen(db, asking, context=context), strict=True)) if asking else {}
    found: list[list[CampaignSeen]] = []
    for owner, version, tier in theirs:
        also = states[owner].holder.also if owner in states else frozenset[str]()
        found.append(campaigns_seen(programs, version, Who(owner.joined_at, tier.code, also=also), now=now))
    return found


async def locked_benefits_of_members(
    db: Reader, keys: Sequence[tuple[Any, ...]], *, context: Context
) -> list[list[LockedBenefit]]:
    """All that each would have in a higher tier and does not have now. By `CLIMBER`. One statement more if growth
    began or ceased to count since it was written."""
    shown, owners = [SHOWN_IN(key) for key in keys], [Owner._make(OWNER_IN(key)) for key in keys]
    growth = await growth_of_members(db, shown, programs=context.get(Programs), now=context.now)
    states = await states_seen(db, owners, context=context)
    return [
        locked_for(state.holder, growth=grown) if owner.status == ACTIVE else []
        for owner, state, grown in zip(owners, states, growth, strict=True)
    ]


def _counted(version: ProgramVersion, now: datetime) -> list[tuple[str, datetime]]:
    """Since when each benefit with a quota is counted."""
    return [
        (code, period_of(now, period, zone=version.zone)[0]) for code, period in version.section(BenefitsSection).quotas
    ]
