"""How an operator makes campaigns, and looks at them before."""

from .comparing import CampaignQueries
from .making import CampaignMutations

__all__ = ["CampaignMutations", "CampaignQueries"]
