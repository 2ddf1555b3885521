"""The section `[benefits]` of a program's file: what is offered, once each, and what tiers have otherwise."""

from .declared import Benefit, Parameters, Quota
from .kinds import PARAMETERS, BenefitKind
from .whole import BenefitsSection, OfTier

__all__ = ["PARAMETERS", "Benefit", "BenefitKind", "BenefitsSection", "OfTier", "Parameters", "Quota"]
