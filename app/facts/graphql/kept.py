"""What a client sees of facts that are kept for those who are not members."""

from datetime import datetime

from app.facts import rules
from app.graph import SIGNED_IN, column, shows


@shows(
    rules.FactKept,
    description="The customer is not a member. It is kept: they are credited with it if they join in time.",
    seen_by=SIGNED_IN,
)
class FactKept:
    kept_until: datetime = column("Who joins before this instant is credited with it.")
