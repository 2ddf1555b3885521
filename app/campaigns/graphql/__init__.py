"""What a client sees of campaigns."""

from .campaign import Campaign
from .showing import ProgramCampaigns

__all__ = ["Campaign", "ProgramCampaigns"]
