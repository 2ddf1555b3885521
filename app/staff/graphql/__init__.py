"""What a client sees of corrections by staff, and of the record of them."""

from .adjustments import MemberAdjustments, PointsEntryAdjustment, StaffQueries
from .audit import MemberAudit, ProgramAudit
from .comparing import ComparisonQueries
from .deciding import StaffMutations
from .importing import ImportMutations, ImportQueries
from .members import MemberIdentities, MembersQueries
from .publishing import PublishingMutations
from .rewards import CatalogueMutations, RedemptionChangeAuthor, RedemptionQueries, StaffRedemptionMutations
from .tiers import ManualTierAuthor, ManualTierMutations, TierChangeAuthor

__all__ = [
    "CatalogueMutations",
    "ComparisonQueries",
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
    "StaffMutations",
    "StaffQueries",
    "StaffRedemptionMutations",
    "TierChangeAuthor",
]
