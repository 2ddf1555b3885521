"""Conditions that several reads and writes of points share."""

from sqlalchemy import Integer, Text, and_, bindparam, literal_column, or_
from sqlmodel import col

from app.db.columns import INSTANT
from app.points.models import HoldRow, LotRow

NOW = bindparam("now", type_=INSTANT)
IS_OPEN = col(LotRow.remaining) > literal_column("0", Integer)
"""Written out, not a parameter: only then a plan for any parameters uses the index of open lots."""
IS_HELD = col(HoldRow.state) == literal_column("'OPEN'", Text)
"""Likewise, of open holds."""
IS_ACTIVE = and_(col(LotRow.activates_at) <= NOW, or_(col(LotRow.expires_at).is_(None), col(LotRow.expires_at) > NOW))
