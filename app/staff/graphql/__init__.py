"""What a client sees of corrections by staff, and of the record of them."""

from .adjustments import MemberAdjustments, PointsEntryAdjustment, StaffQueries
from .audit import MemberAudit, ProgramAudit
from .comparing import ComparisonQueries
from .deciding import StaffMutations
from .importing import ImportMutations, ImportQueries
from .members import MemberIdentities, MembersQueries
from .publishing import PublishingMutations
from .tiers import ManualTierAuthor, ManualTierMutations, TierChangeAuthor

__all__ = [
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
    "StaffMutations",
    "StaffQueries",
    "TierChangeAuthor",
]
