"""Instants in words."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment(at: datetime, *, zone: ZoneInfo) -> str:
    """The program's local time of day, in both languages."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
