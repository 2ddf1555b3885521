"""What a client sees of campaigns."""

from .campaign import Campaign
from .showing import MemberCampaigns, ProgramCampaigns

__all__ = ["Campaign", "MemberCampaigns", "ProgramCampaigns"]
