"""Conditions that several reads and writes of points share."""

from sqlalchemy import Integer, Text, and_, bindparam, literal_column, or_
from sqlmodel import col

from app.db.columns import INSTANT
from app.points.models import HoldRow, LotRow

NOW = bindparam("now", type_=INSTANT)
IS_OPEN = and_(col(LotRow.remaining) > literal_column("0", Integer), col(LotRow.activates_at).is_not(None))
"""Lots to which something can happen by itself, or by spending: what is pending until nobody knows when is left alone,
however much of it there is. Written out, not a parameter: only then a plan for any parameters uses the index of open
lots."""
IS_HELD = col(HoldRow.state) == literal_column("'OPEN'", Text)
"""Likewise, of open holds."""
IS_ACTIVE = and_(col(LotRow.activates_at) <= NOW, or_(col(LotRow.expires_at).is_(None), col(LotRow.expires_at) > NOW))
