"""Where a member stands, as their row says."""

from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from .history import Standing
from .seen import HasManual


class HasStanding(Protocol):
    """A member's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def program(self) -> str: ...
    @property
    def registered_at(self) -> datetime: ...
    @property
    def growth(self) -> int: ...
    @property
    def growth_until(self) -> datetime | None: ...
    @property
    def standing_at(self) -> datetime | None: ...
    @property
    def standing_due_at(self) -> datetime | None: ...
    @property
    def ladder_version(self) -> int: ...
    @property
    def tier(self) -> str | None: ...
    @property
    def tier_since(self) -> datetime | None: ...
    @property
    def tier_until(self) -> datetime | None: ...
    @property
    def renewal_growth(self) -> int: ...
    @property
    def notice_at(self) -> datetime | None: ...
    @property
    def manual_tier(self) -> str | None: ...
    @property
    def manual_until(self) -> datetime | None: ...
    @property
    def manual_hold(self) -> str | None: ...


class Stands(NamedTuple):
    """What a member's row says of growth and tier."""

    id: UUID
    program: str
    registered_at: datetime
    growth: int
    growth_until: datetime | None
    standing_at: datetime | None
    standing_due_at: datetime | None
    ladder_version: int
    tier: str | None
    tier_since: datetime | None
    tier_until: datetime | None
    renewal_growth: int
    notice_at: datetime | None
    manual_tier: str | None
    manual_until: datetime | None
    manual_hold: str | None

    @property
    def standing(self) -> Standing:
        return Standing(**{name: getattr(self, name) for name in Standing.__dataclass_fields__})

    @property
    def manual(self) -> HasManual:
        return HasManual(*(getattr(self, name) for name in HasManual._fields))
