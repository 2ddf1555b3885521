"""The whole graph, on one page: which domain extends what."""

from strawberry.schema.config import StrawberryConfig

from app.facts.graphql import (
    ActivityMutations,
    FactMutations,
    FactQueries,
    OrderRefunds,
    PointsEntryActivity,
    PointsEntryOrder,
    PointsEntryRefund,
    RefundMutations,
)
from app.graph import Graph
from app.graph.check import misfits
from app.graph.scalars import SCALARS
from app.members.graphql import MemberMutations, MemberQueries
from app.points.graphql import HoldMutations, MemberHolds, MemberPoints, PointsEntryHold
from app.programs.graphql import ProgramQueries
from app.prover.graphql import ProverQueries
from app.staff.graphql import MemberAdjustments, MemberAudit, PointsEntryAdjustment, StaffMutations, StaffQueries
from app.tiers.graphql import MemberTier, ProgramTiers

EXTENSIONS = [
    ProgramQueries,
    ProgramTiers,
    MemberQueries,
    MemberMutations,
    MemberTier,
    MemberPoints,
    MemberHolds,
    PointsEntryHold,
    HoldMutations,
    PointsEntryOrder,
    PointsEntryActivity,
    PointsEntryRefund,
    OrderRefunds,
    FactQueries,
    FactMutations,
    RefundMutations,
    ActivityMutations,
    MemberAdjustments,
    MemberAudit,
    PointsEntryAdjustment,
    StaffQueries,
    StaffMutations,
    ProverQueries,
]

schema = Graph(extended_by=EXTENSIONS, config=StrawberryConfig(scalar_map=SCALARS))
if wrong := list(misfits(schema.core)):
    raise TypeError("\n".join(wrong))
