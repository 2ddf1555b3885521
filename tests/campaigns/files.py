"""A small program with campaigns, for tests."""

from datetime import datetime
from typing import Any

from app.campaigns.rules import CAMPAIGNS, Change, Changed, MadeCampaign
from app.campaigns.section import Campaign
from app.definition import read
from app.programs.rulebook import Told
from app.programs.rules import SINCE_EVER, Program, Programs, ProgramVersion
from tests.programs.files import shop

ALWAYS = 'window = { kind = "YEARLY", first = "01-01", last = "12-31" }'
SHARE = """
[[points.actions]]
code = "share"
action = "SHARE"
points = 5
tiers = { v2 = "1.5" }
words = { zh = "分享", en = "Sharing" }
[[tiers.actions]]
code = "share"
action = "SHARE"
growth = 3
words = { zh = "分享", en = "Sharing" }
"""


def planned(code: str, *said: str, effects: str = 'points = "2"', window: str = ALWAYS) -> str:
    """A campaign of a file: open always, if nothing else is said."""
    lines = [f'code = "{code}"', f'name = {{ zh = "{code}", en = "{code}" }}', window, *said]
    return "\n".join(("[[campaigns.planned]]", *lines, f"effects = {{ {effects} }}", ""))


def version_of(*campaigns: str, more: str = "", **shop_said: Any) -> ProgramVersion:
    text = shop(**shop_said) + more + "\n" + "\n".join(campaigns)
    return ProgramVersion.of(read(text), number=1, effective_from=SINCE_EVER)


def programs_of(version: ProgramVersion, *made: MadeCampaign) -> Programs:
    return Programs({version.code: Program.of([version])}, made={CAMPAIGNS: {version.code: made}})


def made(campaign: Campaign, *changes: tuple[Change, datetime]) -> MadeCampaign:
    return MadeCampaign(campaign, tuple(Changed(*each) for each in changes), Told("", ""))
