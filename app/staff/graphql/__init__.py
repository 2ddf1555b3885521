"""What a client sees of corrections by staff, and of the record of them."""

from .adjustments import MemberAdjustments, PointsEntryAdjustment, StaffQueries
from .audit import MemberAudit
from .deciding import StaffMutations

__all__ = ["MemberAdjustments", "MemberAudit", "PointsEntryAdjustment", "StaffMutations", "StaffQueries"]
