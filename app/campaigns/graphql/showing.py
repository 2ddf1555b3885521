"""Where campaigns are shown: a member's own, and those of a program."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.campaigns.rules import Who
from app.campaigns.rules.seen import CampaignSeen, campaigns_seen
from app.graph import EVERYONE, OWNER_AND_STAFF, computed, extends
from app.members.graphql import Member
from app.programs.graphql import Program
from app.programs.rules import Programs, ProgramVersion
from app.tiers.rules import tier_of
from app.tiers.rules.ladder import Placed

from .campaign import Campaign


class HasJoined(Placed, Protocol):
    @property
    def joined_at(self) -> datetime: ...


def campaigns_of_program(version: ProgramVersion, *, programs: Programs, now: datetime) -> Sequence[CampaignSeen]:
    return campaigns_seen(programs, version, None, now=now)


def campaigns_of_member(member: HasJoined, *, programs: Programs, now: datetime) -> Sequence[CampaignSeen]:
    version = programs.for_member(member.program, member.id).at(now)
    who = Who(member.joined_at, tier_of(member, programs=programs, now=now).code)
    return campaigns_seen(programs, version, who, now=now)


@extends(Program, seen_by=EVERYONE)
class ProgramCampaigns:
    campaigns: list[Campaign] = computed(
        campaigns_of_program,
        "All campaigns, for whomever they are: those that are open first, then the others by when they open next. What "
        "is over, or paused, is not among them.",
    )


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberCampaigns:
    campaigns: list[Campaign] = computed(
        campaigns_of_member,
        "Campaigns that are for them: those that are open first, then the others by when they open next. What is only "
        "for orders from some channel is among them.",
    )
