"""Three small programs whose points have different rules, and what these come to, reckoned as plainly as can be."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHANGHAI = 8 * HOUR
"""There is no summer time, so that local days are of 24 hours."""


@dataclass(frozen=True)
class Shop:
    """A program's choices, and its file."""

    code: str
    claw_back: str
    return_days: int
    months: int | None
    """None: cleared on the local New Year."""
    per: Mapping[str, int]
    """By rule: fen that earn a point."""
    is_half_up: bool
    extends_days: int | None

    @property
    def owes(self) -> bool:
        return self.claw_back == "DEBT"

    @property
    def is_pending_only(self) -> bool:
        return self.claw_back == "PENDING_ONLY"

    def earns(self, amount: int) -> Mapping[str, int]:
        """Points for so many fen, by rule; rounded once (R12)."""
        return {rule: (amount + per // 2 if self.is_half_up else amount) // per for rule, per in self.per.items()}

    def lifetime(self, completed: datetime | None) -> tuple[datetime | None, datetime | None]:
        """From when and until when an order's points can be spent (R9)."""
        active = completed + self.return_days * DAY if completed else None
        return active, self.end(active) if active else None

    def end(self, active: datetime) -> datetime:
        """So many months later, or the next local New Year (R3, R9)."""
        local = active + SHANGHAI
        if self.months is None:
            return local.replace(local.year + 1, 1, 1, 0, 0, 0, 0) - SHANGHAI
        year, month = divmod(local.month - 1 + self.months, 12)
        year, month = local.year + year, month + 1
        return local.replace(year, month, min(local.day, monthrange(year, month)[1])) - SHANGHAI

    @property
    def file(self) -> str:
        expiry = f'{{ kind = "MONTHS", months = {self.months} }}' if self.months else '{ kind = "YEARLY" }'
        gives = f'{{ policy = "EXTEND", days = {self.extends_days} }}' if self.extends_days else '{ policy = "LAPSE" }'
        words = 'words = { zh = "购物", en = "Shopping" }'
        rules = "\n".join(
            f'[[points.earning]]\ncode = "{rule}"\npoints = 1\nper = "{per // 100}.{per % 100:02}"\n{words}'
            for rule, per in self.per.items()
        )
        return f"""
[program]
code = "{self.code}"
kind = "BRAND"
name = {{ zh = "小店", en = "Shop" }}
time_zone = "Asia/Shanghai"
currency = "CNY"
[members]
join = "AUTOMATIC"
[points]
rounding = "{"HALF_UP" if self.is_half_up else "FLOOR"}"
return_window_days = {self.return_days}
expiry = {expiry}
refunds = {{ claw_back = "{self.claw_back}" }}
give_backs = {gives}
adjustments = {{ alone_up_to = 1000000 }}
{rules}
[[tiers.growth]]
code = "order"
growth = 1
per = "1.00"
{words}
[[tiers.ladder]]
code = "v1"
name = {{ zh = "一级", en = "One" }}
threshold = 0
[[tiers.ladder]]
code = "v2"
name = {{ zh = "二级", en = "Two" }}
threshold = 200
"""


SHOPS = (
    Shop("lenient", "WITHIN_BALANCE", 7, 12, {"base": 100, "more": 350}, is_half_up=False, extends_days=None),
    Shop("strict", "DEBT", 3, None, {"base": 200}, is_half_up=True, extends_days=10),
    Shop("generous", "PENDING_ONLY", 7, 1, {"base": 300, "more": 700}, is_half_up=True, extends_days=2),
)
