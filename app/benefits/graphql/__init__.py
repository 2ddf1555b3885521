"""What a client sees of benefits, and what other systems do with them."""

from .benefit import Benefit, LadderStepBenefits, ProgramBenefits, TierBenefits, TierProgressBenefits
from .held import BenefitGrant, BenefitUse, HeldBenefit, MemberBenefits
from .using import BenefitMutations

__all__ = [
    "Benefit",
    "BenefitGrant",
    "BenefitMutations",
    "BenefitUse",
    "HeldBenefit",
    "LadderStepBenefits",
    "MemberBenefits",
    "ProgramBenefits",
    "TierBenefits",
    "TierProgressBenefits",
]
