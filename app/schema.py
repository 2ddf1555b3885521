"""The whole graph, on one page: which domain extends what."""

from strawberry.schema.config import StrawberryConfig

from app.checkin.graphql import CheckInMutations, MemberCheckIns, PointsEntryCheckIn
from app.facts.graphql import (
    ActivityMutations,
    ExplanationQueries,
    FactMutations,
    FactQueries,
    GrowthEntryFacts,
    MemberFigures,
    OrderRefunds,
    PointsEntryActivity,
    PointsEntryOrder,
    PointsEntryRefund,
    RefundMutations,
    TierChangeFacts,
)
from app.graph import Graph
from app.graph.check import misfits
from app.graph.scalars import SCALARS
from app.members.graphql import MemberMutations, MemberQueries
from app.points.graphql import HoldMutations, MemberHolds, MemberPoints, PointsEntryHold
from app.programs.graphql import ProgramInWords, ProgramQueries, RuleQueries, VersionQueries
from app.prover.graphql import ProverQueries
from app.referrals.graphql import (
    JoiningMutations,
    LeaderQueries,
    MemberReferral,
    PointsEntryInvitation,
    ReferralMutations,
)
from app.rewards.graphql import MemberRedemptions, PointsEntryRedemption, RedemptionMutations, RewardQueries
from app.staff.graphql import (
    CatalogueMutations,
    ComparisonQueries,
    ImportMutations,
    ImportQueries,
    ManualTierAuthor,
    ManualTierMutations,
    MemberAdjustments,
    MemberAudit,
    MemberIdentities,
    MembersQueries,
    PointsEntryAdjustment,
    ProgramAudit,
    PublishingMutations,
    RedemptionChangeAuthor,
    RedemptionQueries,
    StaffMutations,
    StaffQueries,
    StaffRedemptionMutations,
    TierChangeAuthor,
)
from app.tiers.graphql import (
    MemberGrowthHistory,
    MemberTier,
    MemberTierExplained,
    MemberTierGifts,
    MemberTierHistory,
    PointsEntryTierGift,
    ProgramTiers,
)

EXTENSIONS = [
    ProgramQueries,
    ProgramInWords,
    RuleQueries,
    VersionQueries,
    ProgramTiers,
    MemberQueries,
    MemberMutations,
    MemberTier,
    MemberGrowthHistory,
    MemberTierHistory,
    MemberTierExplained,
    MemberTierGifts,
    MemberPoints,
    MemberHolds,
    PointsEntryHold,
    PointsEntryTierGift,
    HoldMutations,
    PointsEntryOrder,
    PointsEntryActivity,
    PointsEntryRefund,
    OrderRefunds,
    GrowthEntryFacts,
    TierChangeFacts,
    FactQueries,
    ExplanationQueries,
    FactMutations,
    RefundMutations,
    ActivityMutations,
    MemberFigures,
    MemberCheckIns,
    PointsEntryCheckIn,
    CheckInMutations,
    MemberReferral,
    PointsEntryInvitation,
    LeaderQueries,
    JoiningMutations,
    ReferralMutations,
    RewardQueries,
    MemberRedemptions,
    PointsEntryRedemption,
    RedemptionMutations,
    MemberIdentities,
    MembersQueries,
    MemberAdjustments,
    MemberAudit,
    PointsEntryAdjustment,
    StaffQueries,
    StaffMutations,
    ManualTierAuthor,
    TierChangeAuthor,
    ManualTierMutations,
    ProgramAudit,
    ComparisonQueries,
    PublishingMutations,
    ImportQueries,
    ImportMutations,
    RedemptionChangeAuthor,
    RedemptionQueries,
    CatalogueMutations,
    StaffRedemptionMutations,
    ProverQueries,
]

schema = Graph(extended_by=EXTENSIONS, config=StrawberryConfig(scalar_map=SCALARS))
if wrong := list(misfits(schema.core)):
    raise TypeError("\n".join(wrong))
