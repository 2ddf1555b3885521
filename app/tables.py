"""All tables on one page: the models of every domain, and the names of their constraints."""

from sqlalchemy import Constraint, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlmodel import SQLModel

from app import timetable
from app.benefits import models as benefits
from app.campaigns import models as campaigns
from app.checkin import models as checkin
from app.coupons import models as coupons
from app.customers import models as customers
from app.db import unique_keys
from app.facts import models as facts
from app.facts.importing import models as importing
from app.graph import idempotency
from app.members import models as members
from app.outbox import models as outbox
from app.points import models as points
from app.programs import models as programs
from app.prover import models as prover
from app.referrals import models as referrals
from app.rewards import models as rewards
from app.staff import models as staff
from app.tiers import models as tiers

MODELS = (
    unique_keys,
    idempotency,
    outbox,
    timetable,
    programs,
    customers,
    members,
    points,
    tiers,
    campaigns,
    benefits,
    facts,
    importing,
    coupons,
    checkin,
    referrals,
    rewards,
    staff,
    prover,
)
"""Every module that has tables."""

LONGEST_NAME = 63
"""Bytes; PostgreSQL cuts off the rest without a word."""


def named(metadata: MetaData) -> MetaData:
    """Give each key a name that says what it holds, where its model gives none: an error and a migration name it.

    Not SQLAlchemy's `naming_convention`: that would have to be set before the first model anywhere is imported.
    CHECKs have no columns to be named by: their models name them. May raise ValueError: a name is too long.
    """
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            if constraint.name is None:
                constraint.name = _name(table, constraint)
        for name in [*(c.name for c in table.constraints), *(i.name for i in table.indexes)]:
            if len(str(name)) > LONGEST_NAME:
                raise ValueError(f"{name} is longer than {LONGEST_NAME}: name it shorter in its model")
    return metadata


def _name(table: Table, constraint: Constraint) -> str | None:
    if isinstance(constraint, PrimaryKeyConstraint):
        return f"pk_{table.name}"
    if isinstance(constraint, UniqueConstraint):
        return "_".join(("uq", table.name, *constraint.columns.keys()))
    if isinstance(constraint, ForeignKeyConstraint):
        return "_".join(("fk", table.name, *constraint.columns.keys()))
    return None


METADATA = named(SQLModel.metadata)
