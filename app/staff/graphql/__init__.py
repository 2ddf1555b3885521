"""What a client sees of corrections by staff, and of the record of them."""

from .adjustments import MemberAdjustments, PointsEntryAdjustment, StaffQueries
from .audit import MemberAudit, ProgramAudit
from .benefits import BenefitGrantAuthor, StaffBenefitMutations
from .campaigns import CampaignMutations, CampaignQueries
from .comparing import ComparisonQueries
from .coupons import (
    CouponChangeAuthor,
    CouponCodeKeeping,
    CouponIssuingMutations,
    CouponJobAuthor,
    CouponJobQueries,
    CouponTemplateMutations,
)
from .deciding import StaffMutations
from .importing import ImportMutations, ImportQueries
from .members import MemberIdentities, MembersQueries
from .publishing import PublishingMutations
from .rewards import CatalogueMutations, RedemptionChangeAuthor, RedemptionQueries, StaffRedemptionMutations
from .tiers import ManualTierAuthor, ManualTierMutations, TierChangeAuthor

__all__ = [
    "BenefitGrantAuthor",
    "CampaignMutations",
    "CampaignQueries",
    "CatalogueMutations",
    "ComparisonQueries",
    "CouponChangeAuthor",
    "CouponCodeKeeping",
    "CouponIssuingMutations",
    "CouponJobAuthor",
    "CouponJobQueries",
    "CouponTemplateMutations",
    "ImportMutations",
    "ImportQueries",
    "ManualTierAuthor",
    "ManualTierMutations",
    "MemberAdjustments",
    "MemberAudit",
    "MemberIdentities",
    "MembersQueries",
    "PointsEntryAdjustment",
    "ProgramAudit",
    "PublishingMutations",
    "RedemptionChangeAuthor",
    "RedemptionQueries",
    "StaffBenefitMutations",
    "StaffMutations",
    "StaffQueries",
    "StaffRedemptionMutations",
    "TierChangeAuthor",
]
