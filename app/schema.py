"""The whole graph, on one page: which domain extends what."""

from strawberry.schema.config import StrawberryConfig

from app.facts.graphql import FactMutations, FactQueries, PointsEntryOrder
from app.graph import Graph
from app.graph.check import misfits
from app.graph.scalars import SCALARS
from app.members.graphql import MemberMutations, MemberQueries
from app.points.graphql import MemberPoints
from app.programs.graphql import ProgramQueries
from app.tiers.graphql import MemberTier, ProgramTiers

EXTENSIONS = [
    ProgramQueries,
    ProgramTiers,
    MemberQueries,
    MemberMutations,
    MemberTier,
    MemberPoints,
    PointsEntryOrder,
    FactQueries,
    FactMutations,
]

schema = Graph(extended_by=EXTENSIONS, config=StrawberryConfig(scalar_map=SCALARS))
if wrong := list(misfits(schema.core)):
    raise TypeError("\n".join(wrong))
