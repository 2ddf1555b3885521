"""Where campaigns are shown for whomever they are: those of a program. A member's own are shown by benefits, some of
which have members take part in them."""

from collections.abc import Sequence
from datetime import datetime

from app.campaigns.rules.seen import CampaignSeen, campaigns_seen
from app.graph import EVERYONE, computed, extends
from app.programs.graphql import Program
from app.programs.rules import Programs, ProgramVersion

from .campaign import Campaign


def campaigns_of_program(version: ProgramVersion, *, programs: Programs, now: datetime) -> Sequence[CampaignSeen]:
    return campaigns_seen(programs, version, None, now=now)


@extends(Program, seen_by=EVERYONE)
class ProgramCampaigns:
    campaigns: list[Campaign] = computed(
        campaigns_of_program,
        "All campaigns, for whomever they are: those that are open first, then the others by when they open next. What "
        "is over, or paused, is not among them.",
    )
