"""The rules of `[tiers]` in words, for members."""

from collections.abc import Iterator

from app.points.section import PointsSection
from app.programs.rulebook import Rule, Terms
from app.tiers.section import TiersSection

from .growing import growing_told
from .ladder import ladder_told
from .lasting import counting_told, period_told

__all__ = ["tiers_rules"]


def tiers_rules(section: TiersSection, terms: Terms, *, points: PointsSection) -> Iterator[Rule]:
    """All of the section. When growth counts may depend on when an order can no longer be returned."""
    yield from growing_told(section, terms)
    yield from counting_told(section, return_window_days=points.return_window_days)
    yield from ladder_told(section, terms)
    yield from period_told(section)
