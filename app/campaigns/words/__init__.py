"""Campaigns in words, for members."""

from .rules import campaign_told, campaigns_rules
from .windows import span_told, window_told

__all__ = ["campaign_told", "campaigns_rules", "span_told", "window_told"]
