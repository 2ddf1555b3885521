"""The section `[campaigns]` of a program's file: windows of time in which more is given, to whom, and what."""

from .audiences import Audience
from .effects import Effects, Kind
from .whole import Campaign, CampaignsSection
from .windows import ANY_WINDOW, Monthly, OneOff, Weekday, Weekly, Window, WindowKind, Yearly

__all__ = [
    "ANY_WINDOW",
    "Audience",
    "Campaign",
    "CampaignsSection",
    "Effects",
    "Kind",
    "Monthly",
    "OneOff",
    "Weekday",
    "Weekly",
    "Window",
    "WindowKind",
    "Yearly",
]
